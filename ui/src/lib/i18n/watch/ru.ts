import type { WatchMessages } from "./en";
import { watchEn } from "./en";

export const watchRu: WatchMessages = watchEn;
