/** The protocol with the server: reports by POST, photos by resumable PATCH. Everything may be repeated without harm. */
import { retryAfter } from "../lib/offline/backoff";
import type { Fields, MediaRef } from "./report";
import type { Fault } from "./queue";

export const CHUNK_BYTES = 256 * 1024;
const PATIENCE_MS = 30_000;

export interface Me { observer: string; team: string; mission: string; zone: string; zone_label: string; form_version: string; server_time: string }
export interface Submission { instance_id: string; form_version: string; submitted_at: string; device_clock_at: string; fields: Fields; media: MediaRef[] }

/** `again`: try later. `refused`: this report as it stands will never do. `unknown`: the token is not the server's. */
export type Outcome<T> =
  | { ok: true; value: T }
  | { ok: false; why: "again"; reason: string; retry_after_ms: number | null }
  | { ok: false; why: "refused"; reason: string; faults: Fault[] }
  | { ok: false; why: "unknown"; reason: string };

/** Answers that mean this very report: as it stands it will never do. All others may be of the way to the server. */
const FINAL: readonly number[] = [400, 409, 413, 415, 422];

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

async function detail(response: Response): Promise<{ reason: string; faults: Fault[] }> {
  try {
    const body = (await response.json()) as { title?: string; detail?: string; errors?: Fault[] };
    return { reason: body.detail || body.title || String(response.status), faults: Array.isArray(body.errors) ? body.errors : [] };
  } catch {
    return { reason: String(response.status), faults: [] };
  }
}

async function failure(response: Response): Promise<Outcome<never>> {
  const { reason, faults } = await detail(response);
  const s = response.status;
  if (s === 401) return { ok: false, why: "unknown", reason };
  if (FINAL.includes(s)) return { ok: false, why: "refused", reason, faults };
  return { ok: false, why: "again", reason, retry_after_ms: retryAfter(response) };
}

/** Where the server's copy ends, if that is a place in these bytes; else the beginning. */
function offsetIn(told: unknown, length: number): number {
  const n = Number(told);
  return Number.isInteger(n) && n >= 0 && n <= length ? n : 0;
}

export class Wire {
  constructor(private readonly token: string, private readonly fetcher: Fetch = (url, init) => fetch(url, init)) {}

  private async ask(url: string, init: RequestInit): Promise<Response | Outcome<never>> {
    try {
      const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${this.token}` };
      // Nothing of this may stay in the browser's own cache.
      return await this.fetcher(url, { ...init, headers, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      return { ok: false, why: "again", reason: "network", retry_after_ms: null };
    }
  }

  async me(): Promise<Outcome<Me>> {
    const response = await this.ask("/api/v1/field/me", { method: "GET" });
    if (!(response instanceof Response)) return response;
    if (!response.ok) return failure(response);
    return this.body<Me>(response);
  }

  async submit(submission: Submission): Promise<Outcome<{ kept: number | null; missing_media: string[] }>> {
    const response = await this.ask("/api/v1/field/submissions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(submission) });
    if (!(response instanceof Response)) return response;
    if (!response.ok) return failure(response);
    const read = await this.body<{ kept?: number; missing_media?: string[] }>(response);
    // An answer that does not say what is missing acknowledges nothing.
    if (read.ok && !Array.isArray(read.value.missing_media)) return { ok: false, why: "again", reason: "answer", retry_after_ms: null };
    return read.ok ? { ok: true, value: { kept: read.value.kept ?? null, missing_media: read.value.missing_media ?? [] } } : read;
  }

  private async body<T>(response: Response): Promise<Outcome<T>> {
    try {
      return { ok: true, value: (await response.json()) as T };
    } catch {
      return { ok: false, why: "again", reason: "network", retry_after_ms: null };
    }
  }

  /** Sends the bytes from where the server's copy ends. `progress` hears how many the server has. */
  async upload(sha256: string, bytes: ArrayBuffer, progress: (done: number) => void = () => {}): Promise<Outcome<null>> {
    const url = `/api/v1/field/media/${sha256}`;
    const head = await this.ask(url, { method: "HEAD" });
    if (!(head instanceof Response)) return head;
    if (!head.ok && head.status !== 404) return failure(head);
    let offset = head.ok ? offsetIn(head.headers.get("Upload-Offset"), bytes.byteLength) : 0;
    // Every round moves the offset or ends; two answers of "wrong offset" in a row give up until later.
    let astray = 0;
    while (offset < bytes.byteLength) {
      const response = await this.chunk(url, bytes, offset);
      if (!(response instanceof Response)) return response;
      if (response.status === 409 && ++astray < 3) {
        offset = await rightOffset(response, bytes.byteLength);
        continue;
      }
      if (response.status === 409 || response.status === 422) return { ok: false, why: "again", reason: (await detail(response)).reason, retry_after_ms: null };
      if (!response.ok) return failure(response);
      const told = Number(response.headers.get("Upload-Offset"));
      const sent = Math.min(offset + CHUNK_BYTES, bytes.byteLength);
      offset = Number.isInteger(told) && told > offset ? told : sent;
      astray = 0;
      progress(offset);
    }
    return { ok: true, value: null };
  }

  private chunk(url: string, bytes: ArrayBuffer, offset: number): Promise<Response | Outcome<never>> {
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), "Upload-Length": String(bytes.byteLength) };
    return this.ask(url, { method: "PATCH", headers, body: bytes.slice(offset, offset + CHUNK_BYTES) });
  }
}

/** What a 409 gives: the header, else a number in the body; else the beginning. */
async function rightOffset(response: Response, length: number): Promise<number> {
  let told: unknown = response.headers.get("Upload-Offset");
  if (told === null) {
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    told = body.upload_offset ?? body.offset;
  }
  return offsetIn(told, length);
}
