import { boardEn, type BoardMessages } from "./en";

export const boardUk: BoardMessages = { ...boardEn };
