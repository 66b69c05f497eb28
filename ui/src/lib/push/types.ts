/** What the server tells of warnings in browsers, and is told. By hand; the contract is `/api/v1/push`. */

/** A browser of somebody, known by its endpoint's digest; the endpoint itself is not told again. */
export interface Browser {
  id: string;
  name: string;
  language: string;
  added_ms: number;
  /** When its push service last took something. */
  last_ms: number | null;
  /** What its push service said last. */
  says: string;
}

export interface Offer {
  offered: boolean;
  /** A code, where it is not offered. */
  why: string | null;
  /** The public key of the server. */
  key: string | null;
  /** Whether routing.yaml names this account in some `push` way. */
  told: boolean;
  browsers: Browser[];
}

/** What the server needs in order to reach a browser. */
export interface Subscribed {
  endpoint: string;
  p256dh: string;
  auth: string;
  name: string;
  language: string;
}
