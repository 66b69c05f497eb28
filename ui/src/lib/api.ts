/** Reading the desk's API: one place for addresses, errors and cancelling. */
import type { Feature } from "geojson";
import type {
  Agreement, Collection, Comparison, Coverage, Everybody, Histogram, IncidentDetail, IncidentPage, Layer, Ledger, Me, Mission, Problem,
} from "../api/types";
import { apiQuery, type Filters } from "./filters";

/** A request that failed, with what the server said of it. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly url: string;

  constructor(status: number, url: string, detail: string) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.url = url;
  }
}

async function problemText(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    const said = [problem.title, problem.detail].filter(Boolean).join(": ");
    if (said) return said;
  } catch {
    // Not a problem document; what came is shown as it is.
  }
  return text.slice(0, 300) || response.statusText;
}

/** Told to the page when the server no longer knows who asks: a session has ended. */
export const SIGNED_OUT = "truceline:signed-out";

async function ask(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, url, "");
  }
  if (response.status === 401) dispatchEvent(new Event(SIGNED_OUT));
  if (!response.ok) throw new ApiError(response.status, url, await problemText(response));
  return response;
}

/** GETs JSON from the desk's own origin. */
export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await ask(url, { signal: signal ?? null, headers: { accept: "application/json" } });
  return (await response.json()) as T;
}

/** Sends JSON to the desk's own origin; `null` where nothing comes back. */
export async function sendJson<T>(method: "POST" | "PATCH" | "DELETE", url: string, body?: unknown): Promise<T | null> {
  const headers = { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const response = await ask(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  return response.status === 204 ? null : ((await response.json()) as T);
}

/** Whether an error only says that the request was no longer wanted. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

const BASE = "/api/v1";

export interface DrawnLayer {
  layer: Layer;
  features: Feature[];
}

function asKnown(at: string | null): string {
  return at ? `?as_known_at=${encodeURIComponent(at)}` : "";
}

export const api = {
  me: (s?: AbortSignal) => getJson<Me>(`${BASE}/me`, s),
  people: (s?: AbortSignal) => getJson<Everybody>(`${BASE}/people`, s),
  mission: (at: string | null, s?: AbortSignal) => getJson<Mission>(`${BASE}/mission${asKnown(at)}`, s),

  incidents: (f: Filters, page: { sort?: string; limit?: number; cursor?: string | null }, s?: AbortSignal) => {
    const q = apiQuery(f);
    q.set("sort", page.sort ?? "-time");
    q.set("limit", String(page.limit ?? 100));
    if (page.cursor) q.set("cursor", page.cursor);
    return getJson<IncidentPage>(`${BASE}/incidents?${q}`, s);
  },

  points: (f: Filters, s?: AbortSignal) => getJson<Collection>(`${BASE}/incidents.geojson?${apiQuery(f)}`, s),

  incident: (id: string, at: string | null, s?: AbortSignal) =>
    getJson<IncidentDetail>(`${BASE}/incidents/${encodeURIComponent(id)}${asKnown(at)}`, s),

  /** How well a zone was watched, by hours; by days, if the time is long. */
  ledger: (q: { version: number; zone: string | null; kind: string; from: string | null; to: string | null }, at: string | null, s?: AbortSignal) => {
    const p = new URLSearchParams({ version: String(q.version), kind: q.kind, step: "hour" });
    if (q.zone) p.set("zone", q.zone);
    if (q.from) p.set("from", q.from);
    if (q.to) p.set("to", q.to);
    if (at) p.set("as_known_at", at);
    return getJson<Ledger>(`${BASE}/coverage/ledger?${p}`, s);
  },

  histogram: (f: Filters, bins: number, s?: AbortSignal) => {
    const q = apiQuery(f);
    q.set("bins", String(bins));
    return getJson<Histogram>(`${BASE}/histogram?${q}`, s);
  },

  /** `lang`: of the explanations. */
  agreement: (version: number, lang: string, known: string | null, s?: AbortSignal) =>
    getJson<Agreement>(`${BASE}/agreements/${version}?${new URLSearchParams({ lang, ...(known ? { as_known_at: known } : {}) })}`, s),

  compare: (a: number, b: number, lang: string, known: string | null, s?: AbortSignal) =>
    getJson<Comparison>(`${BASE}/agreements/compare?${new URLSearchParams({ a: String(a), b: String(b), lang, ...(known ? { as_known_at: known } : {}) })}`, s),

  /** All lines and zones of a text, each with its shape at an instant; what is drawn knows what it is. */
  layers: async (version: number, at: string | null, known: string | null, s?: AbortSignal): Promise<DrawnLayer[]> => {
    const q = new URLSearchParams({ version: String(version) });
    if (known) q.set("as_known_at", known);
    const list = await getJson<Layer[]>(`${BASE}/layers?${q}`, s);
    if (at) q.set("at", at);
    return Promise.all(list.map(async (layer) => {
      const shape = await getJson<Collection>(`${BASE}/layers/${encodeURIComponent(layer.id)}?${q}`, s);
      const features = shape.features.map((f): Feature => ({
        ...f,
        properties: { ...f.properties, name: f.properties?.name ?? layer.name, kind: layer.kind, approximate: f.properties?.approximate ?? layer.derived },
      }));
      return { layer, features };
    }));
  },

  boundaries: (s?: AbortSignal) => getJson<Collection>(`${BASE}/layers/boundaries`, s),
  basemap: (s?: AbortSignal) => getJson<Collection>(`${BASE}/basemap`, s),

  coverage: (from: string, to: string, known: string | null, s?: AbortSignal) =>
    getJson<Coverage[]>(`${BASE}/coverage?${new URLSearchParams({ from, to, ...(known ? { as_known_at: known } : {}) })}`, s),
};
