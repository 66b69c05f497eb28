/** The order of streams, what a stream's ground is said to be, and what is new. Warnings stay in the server's order. */
import { daysOf } from "./charts";
import type { HandOver, StreamLine, WarningLine } from "./types";

export const SORTS = ["evidence", "counted", "name"] as const;
export type Sort = (typeof SORTS)[number];

/** How a stream stands, for its ground on the map and beside its chart. */
export type StreamState = "rise" | "unobserved" | "warming-up" | "silent" | "calm" | "seen";
export const STREAM_STATES: readonly StreamState[] = ["rise", "seen", "calm", "silent", "unobserved", "warming-up"];

/** From this part of an alarm's evidence on, a rise is shown as one. */
export const RISE_MIN = 0.2;

/** The state of a stream. Calm only where the server says calm; what nobody saw is neither calm nor silent. */
export function stateOf(stream: Pick<StreamLine, "evidence" | "quiet" | "flags">): StreamState {
  if (stream.evidence >= RISE_MIN) return "rise";
  if (stream.flags.includes("unobserved")) return "unobserved";
  if (stream.quiet === "calm") return "calm";
  if (stream.quiet === "silent") return "silent";
  return stream.flags.includes("warming-up") ? "warming-up" : "seen";
}

/** Evidence in five steps: below a fifth of what an alarm takes, below half, below four fifths, below all of it, an alarm. */
export function evidenceStep(evidence: number): 0 | 1 | 2 | 3 | 4 {
  return evidence >= 1 ? 4 : evidence >= 0.8 ? 3 : evidence >= 0.5 ? 2 : evidence >= RISE_MIN ? 1 : 0;
}

const counted = (s: StreamLine): number => daysOf(s).reduce((sum, d) => sum + (d.count ?? 0), 0);

function before(a: StreamLine, b: StreamLine, sort: Sort): number {
  if (sort === "evidence") return b.evidence - a.evidence;
  if (sort === "counted") return counted(b) - counted(a);
  return 0;
}

const RANK = { everywhere: 0, zone: 1, cell: 2 } as const;

/** Streams by what they count, in that order; the whole and the zones before the cells where nothing else decides. */
export function byWhat(streams: readonly StreamLine[], sort: Sort): { what: string; streams: StreamLine[] }[] {
  const groups = new Map<string, StreamLine[]>();
  for (const s of streams) groups.set(s.what, [...(groups.get(s.what) ?? []), s]);
  const place = (a: StreamLine, b: StreamLine): number => RANK[a.ground.is] - RANK[b.ground.is] || a.ground.name.localeCompare(b.ground.name, "en", { numeric: true });
  return [...groups].map(([what, all]) => ({ what, streams: all.sort((a, b) => before(a, b, sort) || place(a, b)) }))
    .sort((a, b) => (sort === "evidence" ? Math.max(...b.streams.map((s) => s.evidence)) - Math.max(...a.streams.map((s) => s.evidence)) : 0) || a.what.localeCompare(b.what, "en"));
}

export interface StreamFilters { q: string; what: string; state: StreamState | ""; sort: Sort }

/** The filters of streams as the address has them. */
export function readStreamFilters(q: URLSearchParams): StreamFilters {
  return {
    q: q.get("q") ?? "", what: q.get("what") ?? "", state: STREAM_STATES.find((s) => s === q.get("state")) ?? "",
    sort: SORTS.find((s) => s === q.get("sort")) ?? "evidence",
  };
}

export function isShown(stream: StreamLine, f: StreamFilters): boolean {
  const text = `${stream.ground.name} ${stream.what} ${stream.clauses.join(" ")}`.toLowerCase();
  return text.includes(f.q.trim().toLowerCase()) && (!f.what || stream.what === f.what) && (!f.state || stateOf(stream) === f.state);
}

/** Whether a warning was raised after what one watch told the next. Without a hand-over nothing is new. */
export function isNew(warning: Pick<WarningLine, "raised">, handOvers: readonly Pick<HandOver, "at">[]): boolean {
  const latest = handOvers[0];
  return latest !== undefined && Date.parse(warning.raised) > Date.parse(latest.at);
}

/** Grounds and what is counted there, each once, for those who write them into a form. */
export function places(streams: readonly StreamLine[]): { grounds: string[]; whats: string[] } {
  const sorted = [...streams].sort((a, b) => RANK[a.ground.is] - RANK[b.ground.is]);
  return { grounds: [...new Set(sorted.map((s) => s.ground.name))], whats: [...new Set(streams.map((s) => s.what))] };
}

/** The strongest stream of each ground that has a shape of its own or a name on the map. */
export function strongest(streams: readonly StreamLine[], what: string): StreamLine[] {
  const by = new Map<string, StreamLine>();
  for (const s of streams) {
    if (s.ground.is === "everywhere" || (what && s.what !== what)) continue;
    const known = by.get(s.ground.name);
    if (!known || s.evidence > known.evidence) by.set(s.ground.name, s);
  }
  return [...by.values()];
}
