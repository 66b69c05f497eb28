/** Takes one queued report through its sending: the report, its photos, and the server's word that it has them all. */
import { FORM_VERSION } from "./report";
import { next, type Event, type Item } from "./queue";
import { stamp } from "./zoned";
import type { Outcome, Submission, Wire } from "./wire";

/** What sending needs of the device; the store, or a stand-in of a test. */
export interface Shelf {
  put(item: Item, states?: readonly Item["state"][] | "any"): Promise<boolean>;
  photo(item: string, sha256: string): Promise<ArrayBuffer | null>;
  forgetPhotos(item: string): Promise<void>;
}

export interface Sending { wire: Pick<Wire, "submit" | "upload">; shelf: Shelf; now: () => number; zone: string; told: (item: Item, progress?: number) => void }
export type Ended = "kept" | "refused" | "again" | "unknown";

/** The message for one item; `device_clock_at` is the clock at sending, so that the server sees how it stands. */
export function submission(item: Item, now_ms: number, zone: string): Submission {
  return {
    instance_id: item.id, form_version: FORM_VERSION, submitted_at: stamp(item.submitted_ms ?? now_ms, zone), device_clock_at: stamp(now_ms, zone),
    fields: item.fields ?? {}, media: item.media,
  };
}

/** Sends one item as far as it goes now. Each step is stored before the next, so a page closed at any point goes on later. */
export async function send(item: Item, s: Sending): Promise<Ended> {
  let current = next(item, { type: "start" });
  if (current.state !== "sending" || !(await s.shelf.put(current, ["queued"]))) return "again";
  s.told(current);
  const step = async (event: Event): Promise<void> => {
    current = next(current, event);
    await s.shelf.put(current);
    s.told(current);
  };
  const fail = async (outcome: Outcome<unknown> & { ok: false }): Promise<Ended> => {
    if (outcome.why === "refused") await step({ type: "refused", reason: outcome.reason, faults: outcome.faults });
    else await step({ type: "failed", reason: outcome.why === "unknown" ? "unknown" : outcome.reason, now_ms: s.now(), retry_after_ms: outcome.why === "again" ? outcome.retry_after_ms : null });
    return outcome.why;
  };

  const first = await s.wire.submit(submission(current, s.now(), s.zone));
  if (!first.ok) return fail(first);
  await step({ type: "accepted", seq: first.value.kept, missing: first.value.missing_media });
  if (first.value.missing_media.length > 0) {
    const outcome = await photos(current, s);
    if (!outcome.ok) return fail(outcome);
    // The same report again changes nothing on the server, and its answer says whether everything is there.
    const second = await s.wire.submit(submission(current, s.now(), s.zone));
    if (!second.ok) return fail(second);
    await step({ type: "accepted", seq: second.value.kept, missing: second.value.missing_media });
    if (second.value.missing_media.length > 0) return fail({ ok: false, why: "again", reason: "missing", retry_after_ms: null });
  }
  await s.shelf.forgetPhotos(current.id);
  return "kept";
}

async function photos(item: Item, s: Sending): Promise<Outcome<null>> {
  const total = item.media.reduce((sum, m) => sum + m.bytes, 0);
  let before = item.media.filter((m) => !item.missing?.includes(m.sha256)).reduce((sum, m) => sum + m.bytes, 0);
  for (const sha256 of item.missing ?? []) {
    const bytes = await s.shelf.photo(item.id, sha256);
    if (!bytes) return { ok: false, why: "refused", reason: "lost", faults: [] };
    const outcome = await s.wire.upload(sha256, bytes, (done) => s.told(item, total ? (before + done) / total : 1));
    if (!outcome.ok) return outcome;
    before += bytes.byteLength;
  }
  return { ok: true, value: null };
}
