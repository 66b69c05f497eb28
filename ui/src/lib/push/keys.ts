/** The plain parts of a subscription: its keys, the name of its browser, and what state follows from them. */
import type { Subscribed } from "./types";

/** Where the server keeps the browsers of whoever asks. */
export const API = "/api/v1/push";
export const oneOf = (id: string): string => `${API}/${encodeURIComponent(id)}`;

/** Bytes in base64url, without padding. */
export function toText(bytes: ArrayBuffer | Uint8Array): string {
  const text = String.fromCharCode(...(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes of a text in base64url, padded or not; null where it is none. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]*={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The server's key as a browser takes it: a point of P-256, uncompressed. */
export function serverKey(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = toBytes(text);
  return bytes?.length === 65 && bytes[0] === 4 ? bytes : null;
}

/** Whether a subscription was made for that key. A browser that does not say which it was made for is taken at its word. */
export function sameKey(own: ArrayBuffer | null | undefined, server: string): boolean {
  return !own || toText(own) === toText(toBytes(server) ?? new Uint8Array());
}

/** By what the server knows a browser: the first 32 hex digits of the SHA-256 of its endpoint. */
export async function idOf(endpoint: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, 32);
}

/** A subscription as the server takes it. */
export function subscribed(of: PushSubscription, name: string, language: string): Subscribed {
  const key = (which: PushEncryptionKeyName): string => toText(of.getKey(which) ?? new ArrayBuffer(0));
  return { endpoint: of.endpoint, p256dh: key("p256dh"), auth: key("auth"), name, language };
}

/** In the order in which they must be tried: most name others as well. */
const BROWSERS: readonly [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"], [/OPR\/|Opera/, "Opera"], [/SamsungBrowser\//, "Samsung Internet"], [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrom(e|ium)\/|CriOS\//, "Chrome"], [/Safari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux/, "Linux"],
];
const first = (of: readonly [RegExp, string][], agent: string): string | null => of.find(([sign]) => sign.test(agent))?.[1] ?? null;

/** What a browser says it is, as far as its owner needs it to tell one from another. */
export const browserOf = (agent: string): { browser: string; system: string } => ({ browser: first(BROWSERS, agent) ?? "?", system: first(SYSTEMS, agent) ?? "?" });

/** What the page finds in the browser. */
export interface Found {
  isSecure: boolean;
  canPush: boolean;
  /** A telephone of Apple's, outside of an app on its Home Screen. */
  needsHome: boolean;
  permission: NotificationPermission;
  /** Of the subscription that is there. */
  id: string | null;
}
export type State = "insecure" | "home" | "unsupported" | "denied" | "off" | "on" | "other";

/** How it stands with this browser, for somebody who has those browsers. */
export function stateOf(found: Found, browsers: readonly { id: string }[]): State {
  if (!found.isSecure) return "insecure";
  if (!found.canPush) return found.needsHome ? "home" : "unsupported";
  if (found.permission === "denied") return "denied";
  if (found.id === null) return "off";
  return browsers.some((b) => b.id === found.id) ? "on" : "other";
}
