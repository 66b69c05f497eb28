/** What is asked for, and its one spelling in the address. Every filter is in the URL, so that a link shows the same. */
import { OUTCOMES, type Outcome } from "../api/types";

export interface Filters {
  /** Index of the text version under which outcomes are meant. */
  version: number;
  clause: string | null;
  outcome: Outcome[];
  kind: string[];
  source: string | null;
  q: string;
  /** Event time, RFC 3339 UTC. */
  from: string | null;
  to: string | null;
  /** The journal as recorded until then. */
  asKnownAt: string | null;
  /** west, south, east, north; degrees. Not kept in the address: it follows from the map's view. */
  bbox: [number, number, number, number] | null;
}

export const NO_FILTERS: Filters = {
  version: 0, clause: null, outcome: [], kind: [], source: null, q: "", from: null, to: null, asKnownAt: null, bbox: null,
};

/** A filter in the address that cannot be read. It is shown to the reader: dropping it silently would mislead. */
export interface Unreadable {
  name: string;
  value: string;
}

const FILTER_KEYS = ["version", "clause", "outcome", "kind", "source", "q", "from", "to", "as_known_at"] as const;

/** The instant in its one spelling, or null. A spelling without a zone is refused: it would mean another time elsewhere. */
export function instant(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function list(params: URLSearchParams, key: string): string[] {
  const all = params.getAll(key).flatMap((v) => v.split(",")).map((v) => v.trim()).filter(Boolean);
  return [...new Set(all)];
}

/** Reads the filters of an address. */
export function readFilters(params: URLSearchParams): { filters: Filters; unreadable: Unreadable[] } {
  const unreadable: Unreadable[] = [];
  const filters: Filters = { ...NO_FILTERS, outcome: [], kind: [] };

  const version = params.get("version");
  if (version !== null) {
    if (/^\d{1,4}$/.test(version)) filters.version = Number(version);
    else unreadable.push({ name: "version", value: version });
  }
  for (const name of list(params, "outcome")) {
    if ((OUTCOMES as readonly string[]).includes(name)) filters.outcome.push(name as Outcome);
    else unreadable.push({ name: "outcome", value: name });
  }
  filters.outcome.sort((a, b) => OUTCOMES.indexOf(a) - OUTCOMES.indexOf(b));
  filters.kind = list(params, "kind").sort();
  filters.clause = params.get("clause") || null;
  filters.source = params.get("source") || null;
  filters.q = (params.get("q") ?? "").trim();

  const time = (key: string): string | null => {
    const value = params.get(key);
    if (!value) return null;
    const read = instant(value);
    if (read === null) unreadable.push({ name: key, value });
    return read;
  };
  filters.from = time("from");
  filters.to = time("to");
  filters.asKnownAt = time("as_known_at");
  return { filters, unreadable };
}

function write(f: Filters, params: URLSearchParams): void {
  if (f.version !== 0) params.set("version", String(f.version));
  if (f.clause) params.set("clause", f.clause);
  if (f.outcome.length) params.set("outcome", f.outcome.join(","));
  if (f.kind.length) params.set("kind", [...f.kind].sort().join(","));
  if (f.source) params.set("source", f.source);
  if (f.q) params.set("q", f.q);
  if (f.from) params.set("from", f.from);
  if (f.to) params.set("to", f.to);
  if (f.asKnownAt) params.set("as_known_at", f.asKnownAt);
}

/** `params` with its filters replaced by `f`; everything else in it stays. */
export function withFilters(params: URLSearchParams, f: Filters): URLSearchParams {
  const out = new URLSearchParams(params);
  for (const key of FILTER_KEYS) out.delete(key);
  write(f, out);
  return out;
}

/** The query the API understands. */
export function apiQuery(f: Filters): URLSearchParams {
  const out = new URLSearchParams();
  write(f, out);
  if (f.bbox) out.set("bbox", f.bbox.map((d) => d.toFixed(5)).join(","));
  return out;
}

/** How many filters narrow the view; the text version and the as-known-at instant do not narrow it. */
export function narrowing(f: Filters): number {
  return [f.clause, f.source, f.q, f.from, f.to].filter(Boolean).length + (f.outcome.length ? 1 : 0) + (f.kind.length ? 1 : 0);
}

/** The map's view and what is chosen on it, also in the address. */
export interface View {
  map: { zoom: number; lat: number; lon: number } | null;
  /** The chosen incident. */
  sel: string | null;
  inView: boolean;
  /** Layers switched off. */
  hide: string[];
  /** Span of the time chart if it is not the whole period. */
  chart: [string, string] | null;
  sort: "time" | "-time";
}

export const NO_VIEW: View = { map: null, sel: null, inView: false, hide: [], chart: null, sort: "-time" };

export function readView(params: URLSearchParams): View {
  const view: View = { ...NO_VIEW, hide: list(params, "hide").sort() };
  const [zoom, lat, lon] = (params.get("map") ?? "").split("/").map(Number);
  if (zoom !== undefined && lat !== undefined && lon !== undefined && Number.isFinite(zoom + lat + lon)
    && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24) {
    view.map = { zoom, lat, lon };
  }
  view.sel = params.get("sel") || null;
  view.inView = params.get("inview") === "1";
  view.sort = params.get("sort") === "time" ? "time" : "-time";
  const [a, b] = (params.get("chart") ?? "").split("~").map(instant);
  if (a && b && a < b) view.chart = [a, b];
  return view;
}

/** `params` with its view replaced by `v`. */
export function withView(params: URLSearchParams, v: View): URLSearchParams {
  const out = new URLSearchParams(params);
  for (const key of ["map", "sel", "inview", "hide", "chart", "sort"]) out.delete(key);
  if (v.map) out.set("map", `${round(v.map.zoom, 2)}/${round(v.map.lat, 5)}/${round(v.map.lon, 5)}`);
  if (v.sel) out.set("sel", v.sel);
  if (v.inView) out.set("inview", "1");
  if (v.hide.length) out.set("hide", [...v.hide].sort().join(","));
  if (v.chart) out.set("chart", v.chart.join("~"));
  if (v.sort !== "-time") out.set("sort", v.sort);
  return out;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A query for the address bar: readable where escaping is not needed. */
export function pretty(params: URLSearchParams): string {
  const text = params.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%7E", "~");
  return text ? `?${text}` : "";
}
