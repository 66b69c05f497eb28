/** Reading and doing over the docket's addresses: what has not changed is not sent again, what is refused says why. */
import type { Problem } from "../../api/types";
import { ApiError, isAbort } from "../api";
import type { ActDone, ActSent } from "./types";

const BASE = "/api/v1";
export const addresses = {
  docket: `${BASE}/docket`,
  case: (reference: string): string => `${BASE}/cases/${encodeURIComponent(reference)}`,
  allegations: (query: string): string => `${BASE}/allegations${query ? `?${query}` : ""}`,
  equal: `${BASE}/equal-treatment`,
  acts: `${BASE}/acts`,
};

/** What came, with the tag to ask again by; `null`: it has not changed. */
export interface Tagged<T> { value: T; etag: string | null }

async function said(response: Response): Promise<Problem & { errors?: FieldError[] }> {
  const text = await response.text();
  try {
    const problem: unknown = JSON.parse(text);
    if (problem && typeof problem === "object") return problem;
  } catch {
    // Not a problem document; what came is shown as it is.
  }
  return { detail: text.slice(0, 300) || response.statusText };
}

/** GETs JSON unless it is what stands there already. */
export async function getTagged<T>(url: string, etag: string | null, signal?: AbortSignal): Promise<Tagged<T> | null> {
  let response: Response;
  const headers: Record<string, string> = { accept: "application/json", ...(etag ? { "if-none-match": etag } : {}) };
  try {
    // The tag is ours to send and to read: the browser's own store would answer for it.
    response = await fetch(url, { signal: signal ?? null, headers, cache: "no-store" });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, url, "");
  }
  if (response.status === 304) return null;
  if (!response.ok) {
    const problem = await said(response);
    throw new ApiError(response.status, url, [problem.title, problem.detail].filter(Boolean).join(": "));
  }
  return { value: (await response.json()) as T, etag: response.headers.get("etag") };
}

export interface FieldError { field: string; detail: string }

/** Why an act was refused, or that no answer came. */
export class ActError extends Error {
  readonly status: number;
  /** `changed`, `taken`, `not-now`, `not-yours`, `no-such`, `wrong`, `two-persons`, `no-decision`, `key-taken`, `network`, or none of these. */
  readonly kind: string;
  readonly fields: readonly FieldError[];

  constructor(status: number, kind: string, detail: string, fields: readonly FieldError[] = []) {
    super(detail);
    this.name = "ActError";
    this.status = status;
    this.kind = kind;
    this.fields = fields;
  }
}

const KIND = /^urn:truceline:problem:([a-z-]+)$/;

/** The kind of a refusal by its problem document. */
export function kindOf(status: number, type: string | undefined): string {
  const named = KIND.exec(type ?? "")?.[1];
  if (named) return named;
  return status === 401 ? "signed-out" : status === 0 ? "network" : "other";
}

/** Does something at an address. The same key again is the same act, so whoever got no answer may ask again. */
export function actAt(address: string): (sent: ActSent) => Promise<ActDone> {
  return async (sent) => {
    let response: Response;
    const headers = { "content-type": "application/json", accept: "application/json" };
    try {
      response = await fetch(address, { method: "POST", headers, body: JSON.stringify(sent) });
    } catch {
      throw new ActError(0, "network", "");
    }
    if (response.ok) return (await response.json()) as ActDone;
    const problem = await said(response);
    const detail = problem.detail ?? problem.title ?? String(response.status);
    throw new ActError(response.status, kindOf(response.status, problem.type), detail, problem.errors ?? []);
  };
}

/** Does something on the docket. */
export const act = actAt(addresses.acts);
