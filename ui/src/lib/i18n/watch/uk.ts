import type { WatchMessages } from "./en";
import { watchEn } from "./en";

export const watchUk: WatchMessages = watchEn;
