/** Shapes to draw. Nothing here decides anything: judgements are the server's. */
import type { Position } from "geojson";

const EARTH_RADIUS_M = 6_371_008.8;

/** The point at a distance and bearing from another, on the sphere; good to about half a per cent of the distance. */
export function offset(lon: number, lat: number, distance_m: number, bearing_deg: number): Position {
  const d = distance_m / EARTH_RADIUS_M;
  const b = (bearing_deg * Math.PI) / 180;
  const phi = (lat * Math.PI) / 180;
  const sin = Math.sin(phi) * Math.cos(d) + Math.cos(phi) * Math.sin(d) * Math.cos(b);
  const east = Math.atan2(Math.sin(b) * Math.sin(d) * Math.cos(phi), Math.cos(d) - Math.sin(phi) * sin);
  return [lon + (east * 180) / Math.PI, (Math.asin(sin) * 180) / Math.PI];
}

/** A circle as a closed ring. */
export function circle(lon: number, lat: number, radius_m: number): Position[] {
  const ring: Position[] = [];
  for (let i = 0; i <= 72; i++) ring.push(offset(lon, lat, radius_m, -i * 5));
  return ring;
}

/** "51.50000° N, 20.10000° E", with as many digits as the place is known to. */
export function coordinates(lon: number, lat: number, digits = 4): string {
  const ns = lat < 0 ? "S" : "N";
  const ew = lon < 0 ? "W" : "E";
  return `${Math.abs(lat).toFixed(digits)}° ${ns}, ${Math.abs(lon).toFixed(digits)}° ${ew}`;
}

/** Digits after the point that a radius warrants: nothing is shown more exactly than it is known. */
export function digitsFor(radius_m: number | null): number {
  if (radius_m === null) return 4;
  if (radius_m >= 5_000) return 2;
  return radius_m >= 100 ? 3 : 5;
}
