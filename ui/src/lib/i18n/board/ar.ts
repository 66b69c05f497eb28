import { boardEn, type BoardMessages } from "./en";

export const boardAr: BoardMessages = { ...boardEn };
