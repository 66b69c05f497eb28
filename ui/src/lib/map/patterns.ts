/** Patterns of the watch's grounds and of the notice board's, told apart without colour; drawn here for the map and for its legend. */
import { COLOURS } from "../shapes";

/** Evidence in five steps, and how a ground without any stands. */
export const PATTERNS = ["e0", "e1", "e2", "e3", "e4", "calm", "silent", "unobserved", "warming-up"] as const;
export type Pattern = (typeof PATTERNS)[number];
/** Kinds of what stands on the notice board. */
export const FAMILY_PATTERNS = ["move", "flight", "repair", "force", "said", "window", "protected"] as const;
export type FamilyPattern = (typeof FAMILY_PATTERNS)[number];

/** Each stands out from the ground by 3:1 or more. */
export const FAMILY_COLOURS: Record<"light" | "dark", Record<FamilyPattern, string>> = {
  light: { move: "#3d6b00", flight: "#2f3fa8", repair: "#7a3e1d", force: "#6a2c91", said: "#66727c", window: "#00695c", protected: "#a1145c" },
  dark: { move: "#a6d65a", flight: "#a3b0ff", repair: "#e0a988", force: "#cf9cf0", said: "#a3aeb8", window: "#5fd0bd", protected: "#ff8fc0" },
};
const isFamily = (pattern: string): pattern is FamilyPattern => (FAMILY_PATTERNS as readonly string[]).includes(pattern);

const TILE_PX = 16;
type Draw = (ctx: CanvasRenderingContext2D) => void;

function lines(ctx: CanvasRenderingContext2D, width: number, every: number, both: boolean): void {
  ctx.lineWidth = width;
  for (let at = -TILE_PX; at <= 2 * TILE_PX; at += every) {
    ctx.beginPath();
    ctx.moveTo(at, TILE_PX);
    ctx.lineTo(at + TILE_PX, 0);
    if (both) {
      ctx.moveTo(at, 0);
      ctx.lineTo(at + TILE_PX, TILE_PX);
    }
    ctx.stroke();
  }
}

function level(ctx: CanvasRenderingContext2D, at: readonly number[], upright: boolean): void {
  ctx.lineWidth = 1.2;
  for (const z of at) {
    ctx.beginPath();
    ctx.moveTo(upright ? z : 0, upright ? 0 : z);
    ctx.lineTo(upright ? z : TILE_PX, upright ? TILE_PX : z);
    ctx.stroke();
  }
}

function dots(ctx: CanvasRenderingContext2D, spots: [number, number][], radius: number, hollow: boolean): void {
  for (const [x, y] of spots) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    if (hollow) ctx.stroke();
    else ctx.fill();
  }
}

const DRAW: Record<Pattern | FamilyPattern, Draw> = {
  "e0": () => undefined,
  "e1": (ctx) => lines(ctx, 1, 16, false),
  "e2": (ctx) => lines(ctx, 1.6, 8, false),
  "e3": (ctx) => lines(ctx, 1.6, 8, true),
  "e4": (ctx) => lines(ctx, 2.6, 5.333, true),
  "calm": (ctx) => { ctx.lineWidth = 1.4; dots(ctx, [[4, 4], [12, 12]], 2.6, true); },
  "silent": (ctx) => {
    ctx.lineWidth = 1.6;
    ctx.setLineDash([5, 3]);
    for (const y of [4, 12]) {
      ctx.beginPath();
      ctx.moveTo(0, y);
      ctx.lineTo(TILE_PX, y);
      ctx.stroke();
    }
  },
  "unobserved": (ctx) => {
    ctx.lineWidth = 1.5;
    for (const [x, y] of [[4, 4], [12, 12]] as const) {
      ctx.beginPath();
      ctx.moveTo(x - 2.6, y - 2.6);
      ctx.lineTo(x + 2.6, y + 2.6);
      ctx.moveTo(x - 2.6, y + 2.6);
      ctx.lineTo(x + 2.6, y - 2.6);
      ctx.stroke();
    }
  },
  "warming-up": (ctx) => dots(ctx, [[3, 8], [8, 8], [13, 8]], 0.9, false),
  "move": (ctx) => lines(ctx, 1.2, 16, false),
  "flight": (ctx) => dots(ctx, [[4, 4], [12, 12]], 1.3, false),
  "repair": (ctx) => { level(ctx, [8], false); level(ctx, [8], true); },
  "force": (ctx) => lines(ctx, 1.1, 16, true),
  "said": (ctx) => dots(ctx, [[8, 8]], 0.8, false),
  "window": (ctx) => level(ctx, [4, 12], false),
  "protected": (ctx) => { ctx.lineWidth = 1.1; ctx.strokeRect(5, 5, 6, 6); },
};

function colour(pattern: Pattern | FamilyPattern, theme: "light" | "dark"): string {
  const c = COLOURS[theme];
  if (isFamily(pattern)) return FAMILY_COLOURS[theme][pattern];
  if (pattern === "silent" || pattern === "unobserved") return c.undetermined;
  return pattern === "calm" ? c.excused : pattern === "warming-up" ? c.kept : c.breached;
}

function canvasOf(pattern: Pattern | FamilyPattern, theme: "light" | "dark", ratio: number): HTMLCanvasElement | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(TILE_PX * ratio);
  const ctx = canvas.getContext("2d");
  if (!ctx) return null;
  ctx.scale(canvas.width / TILE_PX, canvas.height / TILE_PX);
  ctx.strokeStyle = ctx.fillStyle = colour(pattern, theme);
  DRAW[pattern](ctx);
  return canvas;
}

/** A tile of it as pixels. Null where there is no canvas. */
export function drawPattern(pattern: Pattern | FamilyPattern, theme: "light" | "dark", ratio: number): ImageData | null {
  const canvas = canvasOf(pattern, theme, ratio);
  return canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

/** A tile of it as an address, for a legend. */
export function patternUrl(pattern: Pattern | FamilyPattern, theme: "light" | "dark"): string {
  return canvasOf(pattern, theme, 2)?.toDataURL() ?? "";
}
