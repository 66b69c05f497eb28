/** What a ground looks like, in degrees: its fill, its edge, and how far it may reach by its stated doubt. Good enough to draw; nothing is judged by it. */
import { circle, offset } from "../geo";
import type { Ground, Position } from "./types";

/** Metres of a degree of latitude, on the sphere. */
export const M_PER_DEG = 111_195.08;
const rad = (deg: number): number => (deg * Math.PI) / 180;

/** Metres east and north from one place to another near it, measured as at a latitude. */
function flat(from: Position, to: Position, lat = from[1]): Position {
  return [(to[0] - from[0]) * Math.cos(rad(lat)) * M_PER_DEG, (to[1] - from[1]) * M_PER_DEG];
}
const move = ([lon, lat]: Position, by_m: number, bearing_deg: number): Position => offset(lon, lat, by_m, bearing_deg) as Position;
const mix = (a: Position, b: Position, share: number): Position => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];

function bearing(a: Position, b: Position, lat: number): number {
  const [east, north] = flat(a, b, lat);
  return (Math.atan2(east, north) * 180) / Math.PI;
}

/** Metres between two places, as at the latitude between them. */
export function metres(a: Position, b: Position): number {
  return Math.hypot(...flat(a, b, (a[1] + b[1]) / 2));
}

/** Longitudes that run on over the antimeridian; a corner that is there twice in a row, once. */
export function unwrapped(path: readonly Position[]): Position[] {
  const out: Position[] = [];
  for (const [lon, lat] of path) {
    const before = out.at(-1);
    const on = before ? lon + 360 * Math.round((before[0] - lon) / 360) : lon;
    if (!before || before[0] !== on || before[1] !== lat) out.push([on, lat]);
  }
  return out;
}

type Leg = readonly [Position, Position];
const legs = (path: readonly Position[]): Leg[] => path.slice(1).map((b, i) => [path[i] ?? b, b]);

function metresFrom(p: Position, [a, b]: Leg): number {
  const [ax, ay] = flat(p, a, p[1]);
  const [bx, by] = flat(p, b, p[1]);
  const [dx, dy] = [bx - ax, by - ay];
  const share = dx || dy ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(ax + share * dx, ay + share * dy);
}

/** Whether a place lies in a ring. */
export function holds(ring: readonly Position[], [x, y]: Position): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of legs(ring)) if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  return inside;
}

/** Bisections of the place where a line goes under. */
const HALVINGS = 8;

/** The runs of a line of which every place is kept. */
function kept(line: readonly Position[], keep: (p: Position) => boolean): Position[][] {
  const out: Position[][] = [];
  let open: Position[] | null = null;
  let before: { p: Position; is: boolean } | null = null;
  const border = (inside: Position, outside: Position): Position => {
    let [a, b] = [inside, outside];
    for (let i = 0; i < HALVINGS; i++) {
      const half = mix(a, b, 0.5);
      if (keep(half)) a = half;
      else b = half;
    }
    return a;
  };
  for (const p of line) {
    const is = keep(p);
    if (is && !open) out.push((open = before ? [border(p, before.p)] : []));
    if (is) open?.push(p);
    else if (open && before) {
      open.push(border(before.p, p));
      open = null;
    }
    before = { p, is };
  }
  return out.filter((run) => run.length > 1);
}

/** Under this part of the distance a place counts as within it: arcs are drawn in chords. */
const WITHIN = 0.995;

/** Where everything within a distance of a path ends, without what lies inside: lines that together go round it. */
export function rim(path: readonly Position[], by_m: number, besides: (p: Position) => boolean = () => true): Position[][] {
  const all = legs(path);
  const steps = Math.min(32, Math.max(4, Math.round(1_500 / all.length)));
  const round = all.length > 60 ? 24 : 72;
  const sides = all.flatMap(([a, b]) => [90, -90].map((turn) => {
    const [from, to] = [move(a, by_m, bearing(a, b, a[1]) + turn), move(b, by_m, bearing(a, b, b[1]) + turn)];
    return Array.from({ length: steps + 1 }, (_, i) => mix(from, to, i / steps));
  }));
  const rounds = path.map((p) => Array.from({ length: round + 1 }, (_, i) => move(p, by_m, (-360 * i) / round)));
  const keep = (p: Position): boolean => all.every((leg) => metresFrom(p, leg) >= by_m * WITHIN) && besides(p);
  return [...sides, ...rounds].flatMap((line) => kept(line, keep));
}

const ARC_DEG = 15;
function arc(at: Position, by_m: number, from_deg: number, turn_deg: number): Position[] {
  const steps = Math.max(1, Math.ceil(Math.abs(turn_deg) / ARC_DEG));
  return Array.from({ length: steps + 1 }, (_, i) => move(at, by_m, from_deg + (turn_deg * i) / steps));
}

/** One side of a corridor, walked in the path's direction: `hand` 90 is the right one. */
function side(path: readonly Position[], half_m: number, hand: 90 | -90): Position[] {
  const all = legs(path);
  return all.flatMap(([a, b], i): Position[] => {
    const here = bearing(a, b, b[1]);
    const start = i ? [] : [move(a, half_m, bearing(a, b, a[1]) + hand)];
    const next = all[i + 1];
    if (!next) return [...start, move(b, half_m, here + hand)];
    const turn = ((((bearing(...next, b[1]) - here + 180) % 360) + 360) % 360) - 180;
    if (turn * hand <= 0) return [...start, ...arc(b, half_m, here + hand, turn)];
    const back_m = half_m * Math.tan(rad(Math.abs(turn) / 2));
    // A corner too sharp for its legs is filled up to itself.
    const corner = back_m > Math.min(metres(a, b), metres(...next)) ? b : move(b, Math.hypot(half_m, back_m), here + hand + turn / 2);
    return [...start, corner];
  });
}

/** The ring of a corridor of that width along a path, round at its ends. */
export function corridor(path: readonly Position[], width_m: number): Position[] {
  const half = width_m / 2;
  const [first, second] = path;
  const [last, before] = [path.at(-1), path.at(-2)];
  if (!first || !second || !last || !before) return [];
  const head = arc(last, half, bearing(before, last, last[1]) + 90, -180);
  const tail = arc(first, half, bearing(first, second, first[1]) - 90, -180);
  const ring = [...side(path, half, 90), ...head, ...side(path, half, -90).reverse(), ...tail];
  return ring[0] ? [...ring, ring[0]] : [];
}

/** What is drawn of a ground. */
export interface Shape {
  /** A closed ring; null: a place or a way without extent. */
  fill: Position[] | null;
  edge: Position[][];
  /** The middle of a route. */
  way: Position[] | null;
  /** How far it may reach by its stated doubt; empty: exact, or not stated. */
  doubt: Position[][];
  /** Where its sign stands. */
  anchor: Position;
}

function middle(path: readonly Position[]): Position {
  const all = legs(path);
  let left = all.reduce((sum, leg) => sum + metres(...leg), 0) / 2;
  for (const leg of all) {
    const long = metres(...leg);
    if (long >= left && long > 0) return mix(...leg, left / long);
    left -= long;
  }
  return path[0] ?? [0, 0];
}

/** The centre of an area; a corner of one that has none inside. */
function centre(ring: readonly Position[]): Position {
  const [ox, oy] = ring[0] ?? [0, 0];
  let [twice, x, y] = [0, 0, 0];
  for (const [[ax, ay], [bx, by]] of legs(ring)) {
    const cross = (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
    twice += cross;
    x += (ax + bx - 2 * ox) * cross;
    y += (ay + by - 2 * oy) * cross;
  }
  const at: Position = twice ? [ox + x / (3 * twice), oy + y / (3 * twice)] : [ox, oy];
  return holds(ring, at) ? at : [ox, oy];
}

const around = ([lon, lat]: Position, by_m: number): Position[] => circle(lon, lat, by_m) as Position[];

function drawn(of: Exclude<Ground, { shape: "undetermined" }>): Shape {
  const doubt = of.doubt_m ?? 0;
  if (of.shape === "point") {
    const ring = of.radius_m > 0 ? around(of.at, of.radius_m) : null;
    return { fill: ring, edge: ring ? [ring] : [], way: null, doubt: doubt ? [around(of.at, of.radius_m + doubt)] : [], anchor: of.at };
  }
  if (of.shape === "route") {
    const path = unwrapped(of.path);
    const wide = of.width_m > 0;
    return {
      fill: wide ? corridor(path, of.width_m) : null, edge: wide ? rim(path, of.width_m / 2) : [path], way: path,
      doubt: doubt ? rim(path, of.width_m / 2 + doubt) : [], anchor: middle(path),
    };
  }
  const corners = unwrapped(of.edge);
  const ring = unwrapped([...corners, ...corners.slice(0, 1)]);
  return { fill: ring, edge: [ring], way: null, doubt: doubt ? rim(ring, doubt, (p) => !holds(ring, p)) : [], anchor: centre(ring) };
}

/** The board comes anew every few seconds with the same grounds: each is worked out once. */
const known = new Map<string, Shape>();
const KNOWN_MAX = 2_000;

/** What is drawn of a ground; null: nobody has said where. */
export function shapeOf(of: Ground): Shape | null {
  if (of.shape === "undetermined") return null;
  const key = JSON.stringify(of);
  const found = known.get(key) ?? drawn(of);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, found);
  return found;
}

export interface Extent { west: number; south: number; east: number; north: number }

/** The box of all that is drawn of a ground; of what is stated alone, without how far it may reach beyond. */
export function extentOf(of: Shape, stated = false): Extent {
  const all = [of.anchor, ...(of.fill ?? []), ...(of.way ?? []), ...(stated ? [] : of.doubt.flat())];
  const [lons, lats] = [all.map((p) => p[0]), all.map((p) => p[1])];
  return { west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) };
}

/** The northernmost place of what is drawn within the stated edge. */
export function topOf(of: Shape): Position {
  return (of.fill ?? of.way ?? []).reduce((top, p) => (p[1] > top[1] ? p : top), of.anchor);
}
