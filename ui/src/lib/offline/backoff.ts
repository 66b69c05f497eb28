const FIRST_MS = 2000;
const LONGEST_MS = 5 * 60_000;

/** How long to wait after that many failures: doubled each time, five minutes at most. */
export function backoff(attempts: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempts - 1));
}

/** How long an answer asks to wait, milliseconds; null if it does not say. */
export function retryAfter(response: Response): number | null {
  const s = Number(response.headers.get("Retry-After"));
  return Number.isFinite(s) && s > 0 ? Math.min(s, 3600) * 1000 : null;
}
