/** Takes one queued report through its sending: the report, its photos, and the server's word that it has them all. */
import { FORM_VERSION } from "./report";
import { next, type Event, type Item } from "./queue";
import { stamp } from "./zoned";
import type { Outcome, Submission, Wire } from "./wire";

/** What sending needs of the device; the store, or a stand-in of a test. */
export interface Shelf {
  put(item: Item, states?: readonly Item["state"][] | "any"): Promise<boolean>;
  /** The bytes with that digest; null if they are not there, or are others. */
  photo(item: string, sha256: string): Promise<ArrayBuffer | null>;
  hasPhoto(item: string, sha256: string): Promise<boolean>;
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

/** How often bytes are asked for that the device cannot read, before they are given up for lost. */
const READS_MAX = 3;

type Failure = Outcome<unknown> & { ok: false };

/** One item on its way. Each step is stored before the next, so a page closed at any point goes on later. */
class Way {
  constructor(public item: Item, private readonly s: Sending) {}

  get isKept(): boolean {
    return this.item.state === "kept";
  }

  async step(event: Event): Promise<void> {
    this.item = next(this.item, event);
    await this.s.shelf.put(this.item);
    this.s.told(this.item);
  }

  async fail(outcome: Failure): Promise<Ended> {
    const { why, reason } = outcome;
    if (why === "refused") await this.step({ type: "refused", reason, faults: outcome.faults });
    else {
      const [said, retry_after_ms] = why === "again" ? [reason, outcome.retry_after_ms] : ["unknown", null];
      await this.step({ type: "failed", reason: said, now_ms: this.s.now(), retry_after_ms });
    }
    return why;
  }

  /** Photos that are not here any more leave a report of which no server can have heard. */
  async check(): Promise<void> {
    for (const { sha256 } of this.item.media) {
      const isHere = await this.s.shelf.hasPhoto(this.item.id, sha256);
      if (!isHere) await this.step({ type: "lost", sha256, isUnsent: true });
    }
  }

  async submit(): Promise<Failure | null> {
    const answer = await this.s.wire.submit(submission(this.item, this.s.now(), this.s.zone));
    if (!answer.ok) return answer;
    await this.step({ type: "accepted", seq: answer.value.kept, missing: answer.value.missing_media });
    return null;
  }

  /** Sends the photos that the server misses. One that is lost or refused does not keep the others back. */
  async photos(): Promise<Failure | null> {
    const { id, media, missing } = this.item;
    const total = media.reduce((sum, m) => sum + m.bytes, 0);
    let before = media.filter((m) => !missing?.includes(m.sha256)).reduce((sum, m) => sum + m.bytes, 0);
    let refused: Failure | null = null;
    for (const sha256 of missing ?? []) {
      const bytes = await this.bytes(id, sha256);
      if (!bytes) {
        await this.step({ type: "lost", sha256, isUnsent: false });
        continue;
      }
      const progress = (done: number): void => this.s.told(this.item, total ? (before + done) / total : 1);
      const outcome = await this.s.wire.upload(sha256, bytes, progress);
      if (!outcome.ok && outcome.why !== "refused") return outcome;
      if (!outcome.ok) refused ??= outcome;
      before += bytes.byteLength;
    }
    return refused;
  }

  /** The bytes of a photo; null if they are lost. A store that fails once may do better next time. */
  private async bytes(id: string, sha256: string): Promise<ArrayBuffer | null> {
    try {
      return await this.s.shelf.photo(id, sha256);
    } catch (error) {
      if (this.item.attempts < READS_MAX) throw error;
      return null;
    }
  }
}

/** Sends one item as far as it goes now. Whatever fails, it waits, is refused or is kept when this returns. */
export async function send(item: Item, s: Sending): Promise<Ended> {
  const way = new Way(next(item, { type: "start" }), s);
  if (way.item.state !== "sending" || !(await s.shelf.put(way.item, ["queued"]))) return "again";
  s.told(way.item);
  try {
    const isUnsent = !item.tried && item.attempts === 0 && item.seq === null;
    return await whole(way, s, isUnsent);
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    await way.step({ type: "failed", reason, now_ms: s.now(), retry_after_ms: null });
    return way.isKept ? "kept" : "again";
  }
}

async function whole(way: Way, s: Sending, isUnsent: boolean): Promise<Ended> {
  if (isUnsent) await way.check();
  let failure = await way.submit();
  if (failure) return way.fail(failure);
  if (!way.isKept) {
    failure = await way.photos();
    if (failure) return way.fail(failure);
    // The same report again changes nothing on the server, and its answer says whether everything is there.
    failure = await way.submit();
    if (failure) return way.fail(failure);
    if (!way.isKept) return way.fail({ ok: false, why: "again", reason: "missing", retry_after_ms: null });
  }
  await s.shelf.forgetPhotos(way.item.id);
  return "kept";
}
