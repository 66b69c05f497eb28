/** Geometry of the 16-point dial: north is up, points go clockwise, index 0 is north. */

export const STEPS = 16;
const STEP_DEG = 360 / STEPS;

/** Degrees clockwise from north of a point on the screen, from the dial's middle; x grows to the right, y downwards. */
export function bearingOf(dx: number, dy: number): number {
  const deg = (Math.atan2(dx, -dy) * 180) / Math.PI;
  return (deg + 360) % 360;
}

/** The nearest of the 16 points. */
export function pointOf(bearing_deg: number): number {
  return Math.round((((bearing_deg % 360) + 360) % 360) / STEP_DEG) % STEPS;
}

/** The point under a finger at (x, y) of a dial of that size, or null near the middle, where a small slip changes everything. */
export function pointAt(x: number, y: number, size: number, inner = 0.36): number | null {
  const [dx, dy] = [x - size / 2, y - size / 2];
  if (Math.hypot(dx, dy) < (size / 2) * inner) return null;
  return pointOf(bearingOf(dx, dy));
}

/** The next point for a key: arrows turn, Home is north; null if the key is none of the dial's. `from` null starts at north. */
export function turned(from: number | null, key: string): number | null {
  if (key === "Home") return 0;
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  if (step === undefined) return null;
  return from === null ? 0 : (from + step + STEPS) % STEPS;
}

/** Where a point of that index lies on a circle of radius `r` around (0, 0). */
export function placeOf(index: number, r: number): { x: number; y: number } {
  const a = (index * STEP_DEG * Math.PI) / 180;
  return { x: Math.sin(a) * r, y: -Math.cos(a) * r };
}

/** The outline of one sector between two radii, as an SVG path around (0, 0). */
export function sector(index: number, inner: number, outer: number, gap_deg = 1.2): string {
  const at = (deg: number, r: number): string => {
    const a = (deg * Math.PI) / 180;
    return `${(Math.sin(a) * r).toFixed(2)} ${(-Math.cos(a) * r).toFixed(2)}`;
  };
  const [from, to] = [index * STEP_DEG - STEP_DEG / 2 + gap_deg / 2, index * STEP_DEG + STEP_DEG / 2 - gap_deg / 2];
  return `M${at(from, inner)}L${at(from, outer)}A${outer} ${outer} 0 0 1 ${at(to, outer)}L${at(to, inner)}A${inner} ${inner} 0 0 0 ${at(from, inner)}Z`;
}
