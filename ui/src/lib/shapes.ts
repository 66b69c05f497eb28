/** One symbol an outcome, told apart by shape first and by colour second. Drawn as SVG paths here, and from them on the map's canvas. */
import type { Outcome } from "../api/types";

export interface Symbol {
  /** SVG path in a box of 24 by 24. */
  path: string;
  filled: boolean;
  dashed: boolean;
}

export const SYMBOLS: Record<Outcome, Symbol> = {
  breached: { path: "M12 2.5 22 20.5H2Z", filled: true, dashed: false },
  undetermined: { path: "M12 2.5 21.5 12 12 21.5 2.5 12Z", filled: false, dashed: true },
  excused: { path: "M4 4H20V20H4Z", filled: true, dashed: false },
  kept: { path: "M12 4.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15Z", filled: true, dashed: false },
  not_applicable: { path: "M12 7a5 5 0 1 0 0 10a5 5 0 1 0 0-10Z", filled: false, dashed: false },
};

/** The same symbols as characters, for the labels of clusters. */
export const GLYPHS: Record<Outcome, string> = { breached: "▲", undetermined: "◆", excused: "■", kept: "●", not_applicable: "○" };

/** Okabe–Ito hues, darkened or lightened until they stand out from the ground by 3:1 or more. */
export const COLOURS: Record<"light" | "dark", Record<Outcome, string>> = {
  light: { breached: "#b3360b", undetermined: "#8f6000", excused: "#0067a5", kept: "#66727c", not_applicable: "#7d8790" },
  dark: { breached: "#ff8a5c", undetermined: "#f2b632", excused: "#6db9f2", kept: "#a3aeb8", not_applicable: "#8a959f" },
};

/** A symbol as pixels for the map, `size_px` wide on a screen of that pixel ratio. Null where there is no canvas. */
export function drawSymbol(outcome: Outcome, theme: "light" | "dark", size_px: number, ratio: number): ImageData | null {
  const side = Math.round(size_px * ratio);
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const ctx = canvas.getContext("2d");
  if (!ctx) return null;
  const symbol = SYMBOLS[outcome];
  const shape = new Path2D(symbol.path);
  const ground = theme === "dark" ? "#10181e" : "#ffffff";
  ctx.scale(side / 28, side / 28);
  ctx.translate(2, 2);
  ctx.lineJoin = "round";
  // A halo in the colour of the ground keeps neighbours apart.
  ctx.strokeStyle = ground;
  ctx.lineWidth = symbol.filled ? 3 : 5.5;
  ctx.stroke(shape);
  ctx.fillStyle = symbol.filled ? COLOURS[theme][outcome] : ground;
  ctx.fill(shape);
  if (!symbol.filled) {
    ctx.strokeStyle = COLOURS[theme][outcome];
    ctx.lineWidth = symbol.dashed ? 3.2 : 2.4;
    if (symbol.dashed) ctx.setLineDash([4.4, 2.3]);
    ctx.stroke(shape);
  }
  return ctx.getImageData(0, 0, side, side);
}
