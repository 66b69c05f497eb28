/** The state of each report on the device, as a pure machine: an item and an event give the next item. */
import { backoff } from "../lib/offline/backoff";
import { ANSWER_BYTES_MAX, cut, type Fields, type MediaRef, type Report } from "./report";

export type State = "draft" | "queued" | "sending" | "kept" | "refused";
export interface Fault { field: string; detail: string }

/** One report on the device. `fields` is set when it is queued; photos lie in a store of their own under the item's id. */
export interface Item {
  id: string;
  state: State;
  created_ms: number;
  report: Report | null;
  fields: Fields | null;
  media: MediaRef[];
  submitted_ms: number | null;
  seq: number | null;
  /** Photos that the server has not acknowledged; null before its first answer. */
  missing: string[] | null;
  attempts: number;
  next_ms: number;
  reason: string;
  faults: Fault[];
  /** Whether it was begun to be sent: the server may have it, so nothing of it may change any more. */
  tried?: boolean;
  /** Photos that this device lost before the server had them. */
  lost?: Lost[];
}

export type Lost = Pick<MediaRef, "name" | "sha256">;

export type Event =
  | { type: "submit"; fields: Fields; now_ms: number }
  | { type: "start" }
  | { type: "lost"; sha256: string; isUnsent: boolean }
  | { type: "accepted"; seq: number | null; missing: string[] }
  | { type: "refused"; reason: string; faults: Fault[] }
  | { type: "failed"; reason: string; now_ms: number; retry_after_ms: number | null }
  | { type: "interrupted" }
  | { type: "correct" }
  | { type: "retry"; now_ms: number };

export function draft(id: string, report: Report, now_ms: number): Item {
  return {
    id, state: "draft", created_ms: now_ms, report, fields: null, media: report.media, submitted_ms: null, seq: null, missing: null,
    attempts: 0, next_ms: 0, reason: "", faults: [],
  };
}

/** The item after the event. An event that has no meaning in the item's state changes nothing: a second tap sends nothing twice. */
export function next(item: Item, event: Event): Item {
  switch (event.type) {
    case "submit":
      if (item.state !== "draft") return item;
      return {
        ...item, state: "queued", fields: event.fields, media: item.report?.media ?? item.media, submitted_ms: event.now_ms,
        attempts: 0, next_ms: event.now_ms, reason: "", faults: [], lost: [],
      };
    case "start":
      return item.state === "queued" ? { ...item, state: "sending", tried: true } : item;
    case "lost":
      return item.state === "sending" ? lost(item, event.sha256, event.isUnsent) : item;
    case "accepted":
      return item.state === "sending" ? accepted(item, event.seq, event.missing) : item;
    case "refused":
      return item.state === "sending" ? { ...item, state: "refused", reason: event.reason, faults: event.faults } : item;
    case "failed": {
      if (item.state !== "sending") return item;
      const attempts = item.attempts + 1;
      const wait = Math.max(event.retry_after_ms ?? 0, backoff(attempts));
      return { ...item, state: "queued", attempts, next_ms: event.now_ms + wait, reason: event.reason };
    }
    case "interrupted":
      return item.state === "sending" ? { ...item, state: "queued", next_ms: 0 } : item;
    case "correct":
      // What the server has kept cannot be changed from here; that would be another report.
      if (item.state !== "refused" || !item.report || item.seq !== null) return item;
      return { ...item, state: "draft", reason: "", tried: false };
    case "retry":
      // The server has the report and refused one of its photos.
      if (item.state !== "refused" || item.seq === null) return item;
      return { ...item, state: "queued", attempts: 0, next_ms: event.now_ms, reason: "", faults: [] };
  }
}

/** A photo that is not on the device any more. The report says so itself if no server can have it as it was. */
function lost(item: Item, sha256: string, isUnsent: boolean): Item {
  const medium = item.media.find((m) => m.sha256 === sha256);
  if (!medium || item.lost?.some((l) => l.sha256 === sha256)) return item;
  const known = { ...item, lost: [...(item.lost ?? []), { name: medium.name, sha256 }] };
  if (!isUnsent) return known;
  const words = `[a photo was lost on the device before it was sent: SHA-256 ${sha256}]`;
  const narrative = cut(`${String(item.fields?.narrative ?? "")} ${words}`.trim(), ANSWER_BYTES_MAX);
  return { ...known, media: item.media.filter((m) => m !== medium), fields: { ...item.fields, narrative } };
}

function accepted(item: Item, seq: number | null, asked: string[]): Item {
  const missing = asked.filter((hash) => !item.lost?.some((l) => l.sha256 === hash));
  const known = { ...item, seq: seq ?? item.seq, missing, reason: "", faults: [] };
  // Only when the server has the report and every photo may the device forget them. A receipt remains.
  if (missing.length === 0) return { ...known, state: "kept", report: null, fields: null, media: [], next_ms: 0 };
  return known;
}

/** The items to send now, oldest first. */
export function due(items: readonly Item[], now_ms: number): Item[] {
  return items.filter((i) => i.state === "queued" && i.next_ms <= now_ms).sort((a, b) => a.created_ms - b.created_ms);
}

/** When the next item falls due; null if none waits. */
export function nextDue(items: readonly Item[]): number | null {
  const waits = items.filter((i) => i.state === "queued").map((i) => i.next_ms);
  return waits.length ? Math.min(...waits) : null;
}

/** How far the device's clock stands before the server's, judged from an answer that took `trip_ms`; null if they agree to a minute. */
export function skew(server_time: string, asked_ms: number, answered_ms: number): number | null {
  const server = Date.parse(server_time);
  if (Number.isNaN(server)) return null;
  const ahead = (asked_ms + answered_ms) / 2 - server;
  const doubt = (answered_ms - asked_ms) / 2;
  return Math.abs(ahead) - doubt > 60_000 ? Math.round(ahead) : null;
}

/** What a page's open draft is beside the stored one: the same, older, or no draft any more. `rev` 0: never stored. */
export function beside(rev: number, stored: { rev: number; state: State } | null): "same" | "older" | "over" {
  if (!stored) return rev === 0 ? "same" : "over";
  if (stored.state !== "draft") return "over";
  return stored.rev > rev ? "older" : "same";
}
