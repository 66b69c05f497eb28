/** What stands on the notice board, as the map draws it: kind by colour, pattern and sign; state by the edge; doubt as a finely broken line around. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { COLOURS } from "../shapes";
import { FAMILY_COLOURS, FAMILY_PATTERNS } from "./patterns";

const FONT = ["sans-serif"];
const SOURCE = "things";

const isPart = (part: string): ExpressionSpecification => ["==", ["get", "part"], part];
const stands = (...names: string[]): ExpressionSpecification => ["in", ["get", "stands"], ["literal", names]];
const byStanding = (inForce: number, kept: number, coming: number, unsure: number, done: number): ExpressionSpecification =>
  ["match", ["get", "stands"], "in-force", inForce, "kept", kept, "coming", coming, ["pending", "maybe"], unsure, done];

/** Layers in which something is picked, the uppermost first. */
export const THING_LAYERS = ["thing-badge", "thing-fill", "thing-way"];

function hue(theme: "light" | "dark"): ExpressionSpecification {
  const [first, ...more] = FAMILY_PATTERNS.flatMap((family) => [family, FAMILY_COLOURS[theme][family]]);
  return ["match", ["get", "family"], first ?? "", ...more, COLOURS[theme].kept] as unknown as ExpressionSpecification;
}

/** Grounds with their edges; they lie under the agreement's lines. */
export function thingGrounds(theme: "light" | "dark", ink: string): LayerSpecification[] {
  const colour = hue(theme);
  return [
    { id: "thing-chosen", type: "line", source: SOURCE, filter: ["all", ["get", "chosen"], isPart("edge")], paint: { "line-color": ink, "line-width": 10, "line-opacity": 0.3 } },
    { id: "thing-conflict", type: "line", source: SOURCE, filter: ["all", ["get", "conflict"], isPart("edge")], paint: { "line-color": COLOURS[theme].breached, "line-width": 7, "line-opacity": 0.45 } },
    { id: "thing-fill", type: "fill", source: SOURCE, filter: isPart("fill"), paint: { "fill-color": colour, "fill-opacity": byStanding(0.2, 0.15, 0.12, 0.05, 0.02) } },
    { id: "thing-pattern", type: "fill", source: SOURCE, filter: isPart("fill"), paint: { "fill-pattern": ["concat", "thing-", ["get", "family"]], "fill-opacity": byStanding(0.8, 0.7, 0.6, 0.3, 0.15) } },
    { id: "thing-doubt", type: "line", source: SOURCE, filter: isPart("doubt"), paint: { "line-color": colour, "line-width": 1.3, "line-dasharray": [1.5, 2.5] } },
    { id: "thing-way", type: "line", source: SOURCE, filter: isPart("way"), layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": byStanding(2.4, 2, 1.8, 1.4, 1), "line-opacity": 0.9 } },
    { id: "thing-edge", type: "line", source: SOURCE, filter: ["all", isPart("edge"), stands("in-force", "kept", "coming")], paint: { "line-color": colour, "line-width": byStanding(3, 2, 1.5, 1, 1) } },
    { id: "thing-edge-unsure", type: "line", source: SOURCE, filter: ["all", isPart("edge"), stands("pending", "maybe")], paint: { "line-color": colour, "line-width": 1.8, "line-dasharray": [6, 3] } },
    { id: "thing-edge-done", type: "line", source: SOURCE, filter: ["all", isPart("edge"), stands("over", "stopped")], paint: { "line-color": colour, "line-width": 1.4, "line-opacity": 0.7, "line-dasharray": [8, 2, 1.5, 2] } },
  ];
}

/** Signs, over everything else that is drawn. */
export function thingSigns(theme: "light" | "dark", ink: string, halo: string): LayerSpecification[] {
  const colour = hue(theme);
  const rank: ExpressionSpecification = ["+", ["case", ["get", "chosen"], 4, 0], ["case", ["get", "conflict"], 2, 0], ["case", stands("in-force"), 1, 0]];
  const text = { "text-font": FONT, "text-allow-overlap": true, "text-ignore-placement": true, "symbol-sort-key": rank };
  return [
    { id: "thing-meets", type: "line", source: SOURCE, filter: isPart("meets"), paint: { "line-color": COLOURS[theme].breached, "line-width": 2, "line-dasharray": [2, 1.5] } },
    { id: "thing-badge", type: "circle", source: SOURCE, filter: isPart("sign"), layout: { "circle-sort-key": rank }, paint: { "circle-radius": ["case", ["get", "chosen"], 15, 12], "circle-color": halo, "circle-stroke-color": ["case", ["get", "chosen"], ink, colour], "circle-stroke-width": ["case", ["get", "chosen"], 3, stands("in-force"), 3, 1.6] } },
    { id: "thing-sign", type: "symbol", source: SOURCE, filter: isPart("sign"), layout: { ...text, "text-field": ["get", "sign"], "text-size": 16 }, paint: { "text-color": colour } },
    { id: "thing-marks", type: "symbol", source: SOURCE, filter: isPart("sign"), layout: { ...text, "text-field": ["get", "marks"], "text-size": 14, "text-anchor": "left", "text-offset": [1.2, 0] }, paint: { "text-color": ["case", ["get", "conflict"], COLOURS[theme].breached, ink], "text-halo-color": halo, "text-halo-width": 2 } },
  ];
}
