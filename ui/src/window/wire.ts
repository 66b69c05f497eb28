/** The protocol with the desk: windows by GET, acts by POST. Everything may be repeated without harm. */
import { type FieldError, kindOf } from "../lib/cases/api";
import type { ActDone } from "../lib/cases/types";
import type { WindowsSeen } from "../lib/board/types";
import { retryAfter } from "../lib/offline/backoff";
import { type Act, sentOf } from "./queue";

const WINDOWS = "/api/v1/board/windows";
const ACTS = "/api/v1/board/acts";
const PATIENCE_MS = 15_000;

/** `again`: try later. `signed-out`: nobody, or somebody else, is signed in. `refused`: as it stands it will never do. */
export type Outcome<T> =
  | { ok: true; value: T }
  | { ok: false; why: "again"; reason: string; retry_after_ms: number | null }
  | { ok: false; why: "signed-out" }
  | { ok: false; why: "refused"; kind: string; reason: string; faults: readonly FieldError[] };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
interface Said { type?: string; title?: string; detail?: string; errors?: FieldError[] }

/** What the desk itself says; null: what came is not the desk's. A stranger on the way (a hotel's page, a proxy) refuses nothing. */
async function said(response: Response): Promise<Said | null> {
  try {
    const body = (await response.json()) as Said;
    return typeof body.type === "string" && body.type.startsWith("urn:truceline:") ? body : null;
  } catch {
    return null;
  }
}

async function failure(response: Response): Promise<Outcome<never>> {
  const problem = await said(response);
  const kind = kindOf(response.status, problem?.type);
  if (problem && (response.status === 401 || kind === "other-person")) return { ok: false, why: "signed-out" };
  const again = !problem || response.status >= 500 || response.status === 408 || response.status === 429;
  const reason = problem?.detail ?? problem?.title ?? String(response.status);
  if (again) return { ok: false, why: "again", reason, retry_after_ms: retryAfter(response) };
  return { ok: false, why: "refused", kind, reason, faults: problem.errors ?? [] };
}

const isWindows = (value: unknown): value is WindowsSeen => Array.isArray((value as WindowsSeen | null)?.windows) && typeof (value as WindowsSeen).at_ms === "number";
const isDone = (value: unknown): value is ActDone => typeof (value as ActDone | null)?.on === "string" && typeof (value as ActDone).already === "boolean";
const strange: Outcome<never> = { ok: false, why: "again", reason: "network", retry_after_ms: null };

export class Wire {
  private etag: string | null = null;

  constructor(private readonly fetcher: Fetch = (url, init) => fetch(url, init)) {}

  private async ask(url: string, init: RequestInit): Promise<Response | null> {
    try {
      // Nothing of this may stay in the browser's own cache.
      return await this.fetcher(url, { ...init, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      return null;
    }
  }

  /** The windows; null: they are as they were. */
  async windows(): Promise<Outcome<WindowsSeen | null>> {
    const headers: Record<string, string> = { accept: "application/json", ...(this.etag ? { "if-none-match": this.etag } : {}) };
    const response = await this.ask(WINDOWS, { headers });
    if (!response) return strange;
    if (response.status === 304) return { ok: true, value: null };
    if (!response.ok) return failure(response);
    const value: unknown = await response.json().catch(() => null);
    if (!isWindows(value)) return strange;
    this.etag = response.headers.get("etag");
    return { ok: true, value };
  }

  /** What was known is not shown any more: the next answer is a whole one. */
  anew(): void {
    this.etag = null;
  }

  async act(of: Act): Promise<Outcome<ActDone>> {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await this.ask(ACTS, { method: "POST", headers, body: JSON.stringify(sentOf(of)) });
    if (!response) return strange;
    if (!response.ok) return failure(response);
    const value: unknown = await response.json().catch(() => null);
    return isDone(value) ? { ok: true, value } : strange;
  }

  async signOut(): Promise<boolean> {
    return (await this.ask("/api/v1/session", { method: "DELETE" }))?.ok ?? false;
  }
}
