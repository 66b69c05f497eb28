import { boardEn, type BoardMessages } from "./en";

export const boardFr: BoardMessages = { ...boardEn };
