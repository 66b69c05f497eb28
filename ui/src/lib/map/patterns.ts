/** Patterns of the watch's grounds, told apart without colour; drawn here for the map and for its legend. */
import { COLOURS } from "../shapes";

/** Evidence in five steps, and how a ground without any stands. */
export const PATTERNS = ["e0", "e1", "e2", "e3", "e4", "calm", "silent", "unobserved", "warming-up"] as const;
export type Pattern = (typeof PATTERNS)[number];

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

function dots(ctx: CanvasRenderingContext2D, spots: [number, number][], radius: number, hollow: boolean): void {
  for (const [x, y] of spots) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    if (hollow) ctx.stroke();
    else ctx.fill();
  }
}

const DRAW: Record<Pattern, Draw> = {
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
};

function colour(pattern: Pattern, theme: "light" | "dark"): string {
  const c = COLOURS[theme];
  if (pattern === "silent" || pattern === "unobserved") return c.undetermined;
  return pattern === "calm" ? c.excused : pattern === "warming-up" ? c.kept : c.breached;
}

function canvasOf(pattern: Pattern, theme: "light" | "dark", ratio: number): HTMLCanvasElement | null {
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
export function drawPattern(pattern: Pattern, theme: "light" | "dark", ratio: number): ImageData | null {
  const canvas = canvasOf(pattern, theme, ratio);
  return canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

/** A tile of it as an address, for a legend. */
export function patternUrl(pattern: Pattern, theme: "light" | "dark"): string {
  return canvasOf(pattern, theme, 2)?.toDataURL() ?? "";
}
