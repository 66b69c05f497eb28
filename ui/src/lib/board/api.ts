/** The board's addresses. */
import { actAt } from "../cases/api";

const BASE = "/api/v1/board";
export const addresses = { board: BASE, acts: `${BASE}/acts` };

/** Does something on the board. The same key again is the same act. */
export const act = actAt(addresses.acts);
