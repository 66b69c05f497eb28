import type { WatchMessages } from "./en";
import { watchEn } from "./en";

export const watchAr: WatchMessages = watchEn;
