import { boardEn, type BoardMessages } from "./en";

export const boardRu: BoardMessages = { ...boardEn };
