/** The watch's addresses. */
import { actAt } from "../cases/api";

const BASE = "/api/v1/watch";
export const addresses = {
  watch: BASE,
  warning: (reference: string): string => `${BASE}/warnings/${encodeURIComponent(reference)}`,
  stream: (ground: string, what: string): string => `${BASE}/stream?${new URLSearchParams({ ground, what })}`,
  acts: `${BASE}/acts`,
};

/** Does something about a warning. The same key again is the same act. */
export const act = actAt(addresses.acts);

/** Where a warning, or a stream, has its page. */
export const pageOf = (reference: string): string => `/watch/${encodeURIComponent(reference)}`;
export const streamPage = (ground: string, what: string): string => `/watch/stream?${new URLSearchParams({ ground, what })}`;
