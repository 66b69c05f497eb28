/** The map as the pages use it. This module brings MapLibre with it and is loaded only when a map is shown. */
import {
  type GeoJSONSource, Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent, ScaleControl, setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection, Point } from "geojson";
import { OUTCOMES, type Outcome } from "../../api/types";
import { drawSymbol } from "../shapes";
import { drawPattern, FAMILY_PATTERNS, PATTERNS } from "./patterns";
import { layersOf, type MapTheme, styleOf, ZOOM_MAX } from "./style";
import { THING_LAYERS } from "./things";

setWorkerUrl(workerUrl);

const SYMBOL_PX = 22;
/** A place with incidents of which more than this are never listed at once. */
const AT_PLACE_MAX = 200;

export interface Leaf {
  id: string;
  gravest: Outcome;
  kind: string;
  start: string;
  observations: number;
}

export interface MapEvents {
  /** The view has come to rest; `changed` is false for the first one and when only the pane's size changed. */
  moved?: (view: { zoom: number; lat: number; lon: number }, bbox: [number, number, number, number] | null, changed: boolean) => void;
  /** `under`: all that lies there, the uppermost first. */
  picked?: (id: string, under: string[]) => void;
  /** Several incidents lie at one place and no enlarging parts them. */
  piled?: (leaves: Leaf[], count: number) => void;
  pointer?: (at: { lon: number; lat: number } | null) => void;
}

export type SourceName = "basemap" | "boundaries" | "agreement" | "chosen" | "incidents" | "cells" | "things";

export interface Start {
  theme: MapTheme;
  label: string;
  view: { zoom: number; lat: number; lon: number } | null;
  bounds: [number, number, number, number] | null;
  still: boolean;
}

export class DeskMap {
  private readonly map: MapLibre;
  private readonly still: boolean;
  private readonly ready: Promise<void>;

  constructor(container: HTMLElement, start: Start, events: MapEvents) {
    this.still = start.still;
    this.map = new MapLibre({
      container,
      style: styleOf(start.theme),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      maxZoom: ZOOM_MAX,
      fadeDuration: start.still ? 0 : 200,
      ...(start.view ? { center: [start.view.lon, start.view.lat] as [number, number], zoom: start.view.zoom } : {}),
      ...(!start.view && start.bounds ? { bounds: unwrapped(start.bounds), fitBoundsOptions: { padding: 40, maxZoom: 11 } } : {}),
      canvasContextAttributes: { preserveDrawingBuffer: true },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.getCanvas().setAttribute("aria-label", start.label);
    this.map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    this.images(start.theme, false);
    this.ready = new Promise((resolve) => this.map.once("load", () => resolve()));
    this.listen(events);
  }

  private images(theme: MapTheme, again: boolean): void {
    const pixelRatio = Math.max(2, Math.ceil(devicePixelRatio));
    for (const outcome of OUTCOMES) {
      const pixels = drawSymbol(outcome, theme, SYMBOL_PX, pixelRatio);
      if (!pixels) continue;
      const name = `outcome-${outcome}`;
      if (again) this.map.updateImage(name, pixels);
      else this.map.addImage(name, pixels, { pixelRatio });
    }
    const patterns = [...PATTERNS.map((p) => [`cell-${p}`, p] as const), ...FAMILY_PATTERNS.map((p) => [`thing-${p}`, p] as const)];
    for (const [name, pattern] of patterns) {
      const pixels = drawPattern(pattern, theme, pixelRatio);
      if (!pixels) continue;
      if (again) this.map.updateImage(name, pixels);
      else this.map.addImage(name, pixels, { pixelRatio });
    }
  }

  private listen(events: MapEvents): void {
    const map = this.map;
    let last = "";
    const moved = (): void => {
      const view = this.view();
      const now = [view.zoom.toFixed(2), view.lat.toFixed(5), view.lon.toFixed(5)].join();
      const changed = last !== "" && now !== last;
      last = now;
      events.moved?.(view, this.bbox(), changed);
    };
    map.once("load", moved);
    map.on("moveend", () => last && moved());
    map.on("mousemove", (e) => events.pointer?.({ lon: e.lngLat.wrap().lng, lat: e.lngLat.lat }));
    map.on("mouseout", () => events.pointer?.(null));
    const under = (e: MapMouseEvent): MapGeoJSONFeature[] =>
      map.getLayer("incident") ? map.queryRenderedFeatures(e.point, { layers: ["cluster", "incident", "cell-fill", ...THING_LAYERS] }) : [];
    map.on("mousemove", (e) => (map.getCanvas().style.cursor = under(e).length ? "pointer" : ""));
    map.on("click", (e) => {
      const all = under(e);
      const feature = all[0];
      if (!feature) return;
      if (feature.layer.id === "cluster") void this.enlarge(feature, events);
      else events.picked?.(String(feature.properties.id), [...new Set(all.map((f) => String(f.properties.id)))]);
    });
  }

  private async enlarge(feature: MapGeoJSONFeature, events: MapEvents): Promise<void> {
    const source = this.map.getSource("incidents") as GeoJSONSource;
    const cluster = Number(feature.properties.cluster_id);
    const zoom = await source.getClusterExpansionZoom(cluster);
    if (zoom <= ZOOM_MAX) {
      const center = (feature.geometry as Point).coordinates as [number, number];
      this.map.easeTo({ center, zoom: Math.max(zoom, this.map.getZoom() + 0.5), animate: !this.still });
      return;
    }
    const leaves = await source.getClusterLeaves(cluster, AT_PLACE_MAX, 0);
    events.piled?.(leaves.map((l) => l.properties as unknown as Leaf), Number(feature.properties.point_count));
  }

  view(): { zoom: number; lat: number; lon: number } {
    const center = this.map.getCenter().wrap();
    return { zoom: this.map.getZoom(), lat: center.lat, lon: center.lng };
  }

  /** West, south, east, north; west > east across the antimeridian; null if the whole globe is in view. */
  bbox(): [number, number, number, number] | null {
    const b = this.map.getBounds();
    if (b.getEast() - b.getWest() >= 360) return null;
    const wrap = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
    return [wrap(b.getWest()), Math.max(-90, b.getSouth()), wrap(b.getEast()), Math.min(90, b.getNorth())];
  }

  async data(name: SourceName, collection: FeatureCollection): Promise<void> {
    await this.ready;
    (this.map.getSource(name) as GeoJSONSource | undefined)?.setData(collection);
  }

  async theme(theme: MapTheme): Promise<void> {
    await this.ready;
    this.images(theme, true);
    for (const layer of layersOf(theme)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        this.map.setPaintProperty(layer.id, name as never, value as never);
      }
    }
  }

  label(text: string): void {
    this.map.getCanvas().setAttribute("aria-label", text);
  }

  fit(bounds: [number, number, number, number]): void {
    this.map.fitBounds(unwrapped(bounds), { padding: 40, maxZoom: 12, animate: !this.still });
  }

  zoom(by: number): void {
    this.map.zoomTo(this.map.getZoom() + by, { animate: !this.still });
  }

  /** Brings a point into view if it is not. */
  reveal(lon: number, lat: number): void {
    if (!this.map.getBounds().contains([lon, lat])) this.map.easeTo({ center: [lon, lat], animate: !this.still });
  }

  resize(): void {
    this.map.resize();
  }

  remove(): void {
    this.map.remove();
  }
}

/** MapLibre wants an east that is greater than the west, also across the antimeridian. */
function unwrapped([w, s, e, n]: [number, number, number, number]): [number, number, number, number] {
  return [w, s, e < w ? e + 360 : e, n];
}
