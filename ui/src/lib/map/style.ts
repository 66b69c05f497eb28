/** The map's look, built here and from nothing else: no tiles, no glyphs, no sprites, no network. */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { COLOURS, GLYPHS } from "../shapes";
import { thingGrounds, thingSigns } from "./things";

export type MapTheme = "light" | "dark";

/** Zoom of the closest view. Incidents of one place stay one cluster there, and are listed when it is clicked. */
export const ZOOM_MAX = 16;

const GROUND = {
  light: { ground: "#f5f4ef", water: "#cfdfe8", river: "#9dbdd0", road: "#ddd8cc", label: "#3d474e", halo: "#f5f4ef", boundary: "#6b5f7a", line: "#1d2b35", zone: "#5b4a8a", cluster: "#ffffff", ink: "#14202a" },
  dark: { ground: "#141c22", water: "#1d3140", river: "#35556b", road: "#2a343c", label: "#c0cad2", halo: "#141c22", boundary: "#a597b8", line: "#e8edf0", zone: "#b5a6e6", cluster: "#222d36", ink: "#eef3f6" },
} as const;

const FONT = ["sans-serif"];
const EMPTY = { type: "FeatureCollection" as const, features: [] };

const isClass = (name: string): ExpressionSpecification => ["==", ["get", "class"], name];
const counted = (outcome: string): ExpressionSpecification => ["+", ["case", ["==", ["get", "gravest"], outcome], 1, 0]];

function background(theme: MapTheme): LayerSpecification[] {
  const c = GROUND[theme];
  return [
    { id: "ground", type: "background", paint: { "background-color": c.ground } },
    { id: "water", type: "fill", source: "basemap", filter: ["all", isClass("water"), ["==", ["geometry-type"], "Polygon"]], paint: { "fill-color": c.water } },
    { id: "road", type: "line", source: "basemap", filter: isClass("road"), paint: { "line-color": c.road, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.8, 12, 3] } },
    { id: "river", type: "line", source: "basemap", filter: isClass("river"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": c.river, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1, 8, 3, 12, 7] } },
    { id: "boundary", type: "line", source: "boundaries", paint: { "line-color": c.boundary, "line-width": 1.6, "line-dasharray": [5, 2, 1, 2] } },
  ];
}

function agreement(theme: MapTheme): LayerSpecification[] {
  const c = GROUND[theme];
  const zone: ExpressionSpecification = ["==", ["get", "kind"], "zone"];
  const line: ExpressionSpecification = ["==", ["get", "kind"], "line"];
  const drawn: ExpressionSpecification = ["==", ["get", "approximate"], true];
  return [
    { id: "zone-fill", type: "fill", source: "agreement", filter: zone, paint: { "fill-color": c.zone, "fill-opacity": theme === "dark" ? 0.12 : 0.07 } },
    { id: "zone-edge", type: "line", source: "agreement", filter: ["all", zone, ["!", drawn]], paint: { "line-color": c.zone, "line-width": 1.6 } },
    { id: "zone-edge-approximate", type: "line", source: "agreement", filter: ["all", zone, drawn], paint: { "line-color": c.zone, "line-width": 1.4, "line-dasharray": [3, 2.5] } },
    { id: "line", type: "line", source: "agreement", filter: ["all", line, ["!", drawn]], layout: { "line-join": "round" }, paint: { "line-color": c.line, "line-width": 2.6 } },
    { id: "line-approximate", type: "line", source: "agreement", filter: ["all", line, drawn], paint: { "line-color": c.line, "line-width": 2.2, "line-dasharray": [3, 2] } },
  ];
}

/** Grounds of the watch: colour and pattern by evidence or by how well they were seen, a sign and a figure over them. */
function cells(theme: MapTheme): LayerSpecification[] {
  const c = GROUND[theme];
  const red = COLOURS[theme].breached;
  const step: ExpressionSpecification = ["match", ["get", "pattern"], "e1", 0.1, "e2", 0.2, "e3", 0.32, "e4", 0.5, 0];
  return [
    { id: "cell-fill", type: "fill", source: "cells", paint: { "fill-color": red, "fill-opacity": step } },
    { id: "cell-pattern", type: "fill", source: "cells", paint: { "fill-pattern": ["concat", "cell-", ["get", "pattern"]] } },
    { id: "cell-edge", type: "line", source: "cells", paint: { "line-color": c.label, "line-width": 1, "line-opacity": 0.7 } },
  ];
}

function cellLabels(theme: MapTheme): LayerSpecification[] {
  const c = GROUND[theme];
  return [
    { id: "cell-label", type: "symbol", source: "cells", layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": c.ink, "text-halo-color": c.halo, "text-halo-width": 2 } },
  ];
}

function labels(theme: MapTheme): LayerSpecification[] {
  const c = GROUND[theme];
  const halo = { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.4 };
  return [
    { id: "river-name", type: "symbol", source: "basemap", filter: isClass("river"), layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "symbol-spacing": 400 }, paint: { ...halo, "text-color": theme === "dark" ? "#8fb6cf" : "#3f6f8c" } },
    { id: "agreement-name", type: "symbol", source: "agreement", layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "symbol-spacing": 350, "text-max-angle": 70, "text-offset": [0, -0.9] }, paint: { ...halo, "text-color": c.zone } },
    { id: "town", type: "circle", source: "basemap", filter: isClass("town"), paint: { "circle-radius": 3, "circle-color": c.halo, "circle-stroke-color": c.label, "circle-stroke-width": 1.4 } },
    { id: "post", type: "circle", source: "basemap", filter: isClass("post"), paint: { "circle-radius": 2.5, "circle-color": c.label, "circle-opacity": 0.7 } },
    { id: "town-name", type: "symbol", source: "basemap", filter: ["any", isClass("town"), isClass("post")], layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12.5, "text-anchor": "top", "text-offset": [0, 0.5], "text-optional": true }, paint: halo },
  ];
}

/** The ring of a cluster takes the colour of the gravest in it, and its second line says so in a sign and a number. */
function incidents(theme: MapTheme): LayerSpecification[] {
  const c = GROUND[theme];
  const o = COLOURS[theme];
  const some = (name: string): ExpressionSpecification => [">", ["get", name], 0];
  const ring: ExpressionSpecification = ["case", some("breached"), o.breached, some("undetermined"), o.undetermined, some("excused"), o.excused, o.kept];
  const under = (name: "breached" | "undetermined" | "excused" | "kept"): ExpressionSpecification =>
    ["concat", `\n${GLYPHS[name]} `, ["number-format", ["get", name], {}]];
  const gravest: ExpressionSpecification = ["case", some("breached"), under("breached"), some("undetermined"), under("undetermined"), some("excused"), under("excused"), some("kept"), under("kept"), ""];
  return [
    { id: "doubt-fill", type: "fill", source: "chosen", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": c.ink, "fill-opacity": 0.05 } },
    { id: "doubt-edge", type: "line", source: "chosen", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": c.ink, "line-width": 1.4, "line-opacity": 0.75, "line-dasharray": [2, 2] } },
    { id: "cluster", type: "circle", source: "incidents", filter: ["has", "point_count"], paint: { "circle-color": c.cluster, "circle-opacity": 0.94, "circle-stroke-color": ring, "circle-stroke-width": 2.5, "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0, 15, 1, 18, 2, 22, 3, 27, 4, 33] } },
    { id: "cluster-count", type: "symbol", source: "incidents", filter: ["has", "point_count"], layout: { "text-field": ["format", ["number-format", ["get", "point_count"], {}], { "font-scale": 1 }, gravest, { "font-scale": 0.74 }], "text-font": FONT, "text-size": 13.5, "text-line-height": 1.05, "text-allow-overlap": true, "text-ignore-placement": true }, paint: { "text-color": c.ink } },
    { id: "incident", type: "symbol", source: "incidents", filter: ["!", ["has", "point_count"]], layout: { "icon-image": ["concat", "outcome-", ["get", "gravest"]], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["match", ["get", "gravest"], "breached", 4, "undetermined", 3, "excused", 2, "kept", 1, 0] } },
    { id: "member", type: "circle", source: "chosen", filter: ["has", "member"], paint: { "circle-radius": 3.5, "circle-color": c.ink, "circle-stroke-color": c.ground, "circle-stroke-width": 1 } },
    { id: "chosen", type: "circle", source: "chosen", filter: ["all", ["==", ["geometry-type"], "Point"], ["!", ["has", "member"]]], paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": c.ink, "circle-stroke-width": 3 } },
  ];
}

export function layersOf(theme: MapTheme): LayerSpecification[] {
  const { ink, halo } = GROUND[theme];
  return [
    ...background(theme), ...cells(theme), ...thingGrounds(theme, ink), ...agreement(theme), ...labels(theme), ...cellLabels(theme), ...thingSigns(theme, ink, halo), ...incidents(theme),
  ];
}

export function styleOf(theme: MapTheme): StyleSpecification {
  return {
    version: 8,
    sources: {
      basemap: { type: "geojson", data: EMPTY },
      boundaries: { type: "geojson", data: EMPTY },
      agreement: { type: "geojson", data: EMPTY },
      chosen: { type: "geojson", data: EMPTY },
      cells: { type: "geojson", data: EMPTY },
      things: { type: "geojson", data: EMPTY },
      incidents: {
        type: "geojson", data: EMPTY, cluster: true, clusterRadius: 46, clusterMaxZoom: ZOOM_MAX,
        clusterProperties: { breached: counted("breached"), undetermined: counted("undetermined"), excused: counted("excused"), kept: counted("kept") },
      },
    },
    layers: layersOf(theme),
  };
}
