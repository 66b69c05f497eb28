/** A ground as a plain drawing, made from nothing but itself: for a page that has no map, and for one that has no network. */
import { type Extent, extentOf, M_PER_DEG, metres, type Shape, shapeOf } from "./geometry";
import type { Ground, Position } from "./types";

/** The longest round length that is not longer. */
export function scaleBar(most_m: number): number {
  if (!(most_m > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(most_m));
  return (most_m >= 5 * power ? 5 : most_m >= 2 * power ? 2 : 1) * power;
}

/** A place without any extent is drawn in a box of this size. */
const LEAST_M = 200;

export interface Sketch {
  fill: string;
  edge: string;
  way: string;
  doubt: string;
  anchor: { x: number; y: number };
  /** Metres of the bar, and how long it is drawn. */
  bar: { m: number; px: number };
  /** Of what is stated, its doubt aside: where its centre is, and how far it goes from west to east and from north to south. */
  centre: Position;
  east_m: number;
  north_m: number;
}

interface Box { centre: Position; east_m: number; north_m: number }
function boxOf({ west, south, east, north }: Extent): Box {
  const centre: Position = [(west + east) / 2, (south + north) / 2];
  return { centre, east_m: metres([west, centre[1]], [east, centre[1]]), north_m: metres([centre[0], south], [centre[0], north]) };
}

const fixed = (n: number): string => String(Math.round(n * 10) / 10);

/** North is up. `width`, `height` and `room` at the edges are in the drawing's own units; null: nobody has said where. */
export function sketchOf(of: Ground, width: number, height: number, room: number): Sketch | null {
  const shape = shapeOf(of);
  return shape && drawn(shape, width, height, room);
}

function drawn(shape: Shape, width: number, height: number, room: number): Sketch {
  const { centre, east_m, north_m } = boxOf(extentOf(shape));
  const m_per_px = Math.max(east_m / (width - 2 * room), north_m / (height - 2 * room), LEAST_M / (width - 2 * room));
  const [px_lon, px_lat] = [metres([centre[0] - 0.5, centre[1]], [centre[0] + 0.5, centre[1]]) / m_per_px, M_PER_DEG / m_per_px];
  const xy = ([lon, lat]: Position): { x: number; y: number } => ({ x: width / 2 + (lon - centre[0]) * px_lon, y: height / 2 - (lat - centre[1]) * px_lat });
  const line = (path: readonly Position[]): string => path.map((p, i) => `${i ? "L" : "M"}${fixed(xy(p).x)} ${fixed(xy(p).y)}`).join("");
  const bar_m = scaleBar((width - 2 * room) * 0.4 * m_per_px);
  return {
    fill: shape.fill ? `${line(shape.fill)}Z` : "", edge: shape.edge.map(line).join(""), way: shape.way ? line(shape.way) : "", doubt: shape.doubt.map(line).join(""),
    anchor: xy(shape.anchor), bar: { m: bar_m, px: bar_m / m_per_px }, ...boxOf(extentOf(shape, true)),
  };
}
