/** The guarantee's addresses. */
import { actAt } from "../cases/api";

const BASE = "/api/v1/guarantee";
export const addresses = { file: BASE, page: `${BASE}/page`, acts: `${BASE}/acts` };

/** Does something about a guarantee. The same key again is the same act. */
export const act = actAt(addresses.acts);
