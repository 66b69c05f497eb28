import { describe, expect, test } from "vitest";
import { backoff } from "../../src/lib/offline/backoff";
import { beside, draft, due, next, nextDue, skew, type Item } from "../../src/field/queue";
import { blank, type MediaRef } from "../../src/field/report";
import { send, type Shelf } from "../../src/field/send";
import { CHUNK_BYTES, Wire, type Outcome, type Submission } from "../../src/field/wire";

const PHOTO: MediaRef = { name: "a.jpg", media_type: "image/jpeg", bytes: 3, sha256: "ab", taken_at: "2026-03-03T00:00:00Z" };
const queued = (media: MediaRef[] = []): Item => next(draft("id-1", { ...blank("report"), effect: "shot", media }, 1000), { type: "submit", fields: { effect: "shot" }, now_ms: 2000 });

describe("the state of a report", () => {
  test("a second submit changes nothing", () => {
    const once = queued();
    expect(next(once, { type: "submit", fields: { effect: "other" }, now_ms: 9000 })).toBe(once);
  });

  test("an event without a meaning in a state changes nothing", () => {
    const d = draft("id-1", blank("report"), 0);
    for (const type of ["start", "interrupted", "correct"] as const) expect(next(d, { type })).toBe(d);
    expect(next(d, { type: "accepted", seq: 1, missing: [] })).toBe(d);
    const kept = next(next(queued(), { type: "start" }), { type: "accepted", seq: 7, missing: [] });
    expect(next(kept, { type: "failed", reason: "x", now_ms: 0, retry_after_ms: null })).toBe(kept);
  });

  test("nothing is forgotten while a photo is missing, and all but the receipt once none is", () => {
    const half = next(next(queued([PHOTO]), { type: "start" }), { type: "accepted", seq: 7, missing: ["ab"] });
    expect(half.state).toBe("sending");
    expect(half.report).not.toBeNull();
    const kept = next(half, { type: "accepted", seq: null, missing: [] });
    expect(kept).toMatchObject({ state: "kept", seq: 7, report: null, fields: null, media: [] });
  });

  test("a page closed while sending sends again; the server knows the id", () => {
    const again = next(next(queued(), { type: "start" }), { type: "interrupted" });
    expect(again).toMatchObject({ state: "queued", id: "id-1", next_ms: 0 });
  });

  test("failures wait longer each time, five minutes at most, and as long as the server asks", () => {
    expect([1, 2, 3, 20].map(backoff)).toEqual([2000, 4000, 8000, 300_000]);
    const failed = next(next(queued(), { type: "start" }), { type: "failed", reason: "busy", now_ms: 10_000, retry_after_ms: 30_000 });
    expect(failed).toMatchObject({ state: "queued", attempts: 1, next_ms: 40_000 });
    expect(due([failed], 39_999)).toEqual([]);
    expect(due([failed], 40_000)).toEqual([failed]);
    expect(nextDue([failed])).toBe(40_000);
  });

  test("a refused report becomes a draft with the same id, unless the server has it already", () => {
    const refused = next(next(queued(), { type: "start" }), { type: "refused", reason: "no", faults: [{ field: "count", detail: "odd" }] });
    expect(next(refused, { type: "correct" })).toMatchObject({ state: "draft", id: "id-1", faults: [{ field: "count", detail: "odd" }] });
    expect(next({ ...refused, seq: 7 }, { type: "correct" }).state).toBe("refused");
  });

  test("an open draft gives way to what another tab has written, and to nothing else", () => {
    expect(beside(0, null)).toBe("same");
    expect(beside(3, { rev: 3, state: "draft" })).toBe("same");
    expect(beside(3, { rev: 4, state: "draft" })).toBe("older");
    expect(beside(3, { rev: 4, state: "queued" })).toBe("over");
    expect(beside(3, null)).toBe("over");
  });

  test("a clock is told to be wrong only beyond a minute and the doubt of the way", () => {
    expect(skew("2026-03-03T00:00:00Z", Date.parse("2026-03-03T00:05:00Z"), Date.parse("2026-03-03T00:05:00Z"))).toBe(300_000);
    expect(skew("2026-03-03T00:00:00Z", Date.parse("2026-03-02T23:59:30Z"), Date.parse("2026-03-03T00:00:10Z"))).toBeNull();
    expect(skew("2026-03-03T00:00:00Z", Date.parse("2026-03-02T23:50:00Z"), Date.parse("2026-03-02T23:50:00Z"))).toBe(-600_000);
    expect(skew("soon", 0, 0)).toBeNull();
  });
});

function shelf(): Shelf & { states: string[]; photos: Map<string, ArrayBuffer>; forgotten: string[] } {
  const states: string[] = [];
  const forgotten: string[] = [];
  const photos = new Map<string, ArrayBuffer>([["ab", new ArrayBuffer(3)]]);
  return {
    states, forgotten, photos,
    put: async (item) => (states.push(item.state), true),
    photo: async (_item, hash) => photos.get(hash) ?? null,
    hasPhoto: async (_item, hash) => photos.has(hash),
    forgetPhotos: async (id) => void forgotten.push(id),
  };
}

type Submitted = Outcome<{ kept: number | null; missing_media: string[] }>;
const UPLOADED: Outcome<null> = { ok: true, value: null };
async function run(item: Item, answers: Submitted[], upload = UPLOADED, change: (s: Shelf) => void = () => {}) {
  const s = shelf();
  change(s);
  const told: Item[] = [];
  const sent: Submission[] = [];
  const uploaded: string[] = [];
  const wire = {
    submit: async (submission: Submission) => (sent.push(submission), answers.shift() as Submitted),
    upload: async (hash: string) => (uploaded.push(hash), upload),
  };
  const ended = await send(item, { wire, shelf: s, now: () => 5000, zone: "UTC", told: (i) => told.push(i) });
  return { ended, s, sent, uploaded, last: told.at(-1) as Item };
}

describe("sending", () => {
  const accepted = (missing: string[]): Submitted => ({ ok: true, value: { kept: 7, missing_media: missing } });

  test("photos are forgotten only after the server has said that none is missing", async () => {
    const { ended, s, last } = await run(queued([PHOTO]), [accepted(["ab"]), accepted([])]);
    expect(ended).toBe("kept");
    expect(last.state).toBe("kept");
    expect(s.forgotten).toEqual(["id-1"]);
  });

  test("a server that goes on missing a photo is asked again later, and nothing is forgotten", async () => {
    const { ended, s, last } = await run(queued([PHOTO]), [accepted(["ab"]), accepted(["ab"])]);
    expect(ended).toBe("again");
    expect(last).toMatchObject({ state: "queued", attempts: 1, seq: 7 });
    expect(s.forgotten).toEqual([]);
  });

  test("a line cut in the upload keeps the report waiting with its number", async () => {
    const { last, s } = await run(queued([PHOTO]), [accepted(["ab"])], { ok: false, why: "again", reason: "network", retry_after_ms: null });
    expect(last).toMatchObject({ state: "queued", seq: 7, reason: "network" });
    expect(s.forgotten).toEqual([]);
  });

  test("a token that is not known refuses nothing: the report waits", async () => {
    const { ended, last } = await run(queued(), [{ ok: false, why: "unknown", reason: "token" }]);
    expect(ended).toBe("unknown");
    expect(last.state).toBe("queued");
  });

  const OTHER: MediaRef = { ...PHOTO, name: "b.jpg", sha256: "cd" };

  test("a photo that is lost before anything was sent is left out, and the report and the receipt say so", async () => {
    const { ended, sent, uploaded, last } = await run(queued([PHOTO, OTHER]), [accepted(["ab"]), accepted([])]);
    expect(ended).toBe("kept");
    expect(sent[0]?.media).toEqual([PHOTO]);
    const narrative = "[a photo was lost on the device before it was sent: SHA-256 cd]";
    expect(sent[0]?.fields).toEqual({ effect: "shot", narrative });
    expect(uploaded).toEqual(["ab"]);
    expect(last).toMatchObject({ state: "kept", lost: [{ name: "b.jpg", sha256: "cd" }] });
  });

  test("a photo lost after the report may have arrived changes nothing in it, and keeps nothing back", async () => {
    const tried = { ...queued([OTHER, PHOTO]), tried: true };
    const { ended, sent, uploaded, last, s } = await run(tried, [accepted(["cd", "ab"]), accepted(["cd"])]);
    expect(ended).toBe("kept");
    expect(sent.map((x) => x.fields)).toEqual([{ effect: "shot" }, { effect: "shot" }]);
    expect(uploaded).toEqual(["ab"]);
    expect(last).toMatchObject({ state: "kept", seq: 7, lost: [{ name: "b.jpg", sha256: "cd" }] });
    expect(s.forgotten).toEqual(["id-1"]);
  });

  test("bytes that cannot be read are asked for again, and given up in the end", async () => {
    const broken = (s: Shelf): void => void (s.photo = () => Promise.reject(new Error("unreadable")));
    const first = await run(queued([PHOTO]), [accepted(["ab"])], undefined, broken);
    expect(first.ended).toBe("again");
    expect(first.last).toMatchObject({ state: "queued", attempts: 1, reason: "unreadable", seq: 7 });
    const later = await run({ ...first.last, attempts: 3 }, [accepted(["ab"]), accepted(["ab"])], undefined, broken);
    expect(later.last).toMatchObject({ state: "kept", lost: [{ sha256: "ab" }] });
  });

  test("whatever is thrown in the middle, the report waits again", async () => {
    const { ended, s } = await run(queued(), [], undefined, () => {});
    expect(ended).toBe("again");
    expect(s.states).toEqual(["sending", "queued"]);
  });

  test("a photo that the server refuses does not keep the others back, and may be sent again", async () => {
    const refusal: Outcome<null> = { ok: false, why: "refused", reason: "too large", faults: [] };
    const { last, uploaded } = await run({ ...queued([PHOTO, OTHER]), tried: true }, [accepted(["ab", "ab"])], refusal);
    expect(uploaded).toEqual(["ab", "ab"]);
    expect(last).toMatchObject({ state: "refused", seq: 7, reason: "too large" });
    expect(next(last, { type: "retry", now_ms: 9 })).toMatchObject({ state: "queued", next_ms: 9 });
    expect(next({ ...last, seq: null }, { type: "retry", now_ms: 9 }).state).toBe("refused");
  });

  test("a report that is not waiting is not sent", async () => {
    expect((await run(draft("id-1", blank("report"), 0), [])).s.states).toEqual([]);
  });
});

describe("the wire", () => {
  const answer = (status: number, headers: Record<string, string> = {}, body: unknown = undefined): Response => new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

  test("an upload begins where the server's copy ends and follows its offsets", async () => {
    const sent: number[] = [];
    const bytes = new ArrayBuffer(CHUNK_BYTES * 2 + 5);
    const wire = new Wire("t", async (_url, init) => {
      if (init.method === "HEAD") return answer(200, { "Upload-Offset": String(CHUNK_BYTES) });
      const headers = init.headers as Record<string, string>;
      const at = Number(headers["Upload-Offset"]);
      sent.push(at);
      return answer(204, { "Upload-Offset": String(at + (init.body as ArrayBuffer).byteLength) });
    });
    expect(await wire.upload("ab", bytes)).toEqual({ ok: true, value: null });
    expect(sent).toEqual([CHUNK_BYTES, CHUNK_BYTES * 2]);
  });

  test("a wrong offset is put right from the answer, and an answer that never fits ends the attempt", async () => {
    const sent: number[] = [];
    const wire = new Wire("t", async (_url, init) => {
      if (init.method === "HEAD") return answer(200, { "Upload-Offset": "0" });
      sent.push(Number((init.headers as Record<string, string>)["Upload-Offset"]));
      return sent.length === 1 ? answer(409, {}, { upload_offset: 6 }) : answer(204, { "Upload-Offset": "10" });
    });
    expect((await wire.upload("ab", new ArrayBuffer(10))).ok).toBe(true);
    expect(sent).toEqual([0, 6]);
    const never = new Wire("t", async (_u, init) => (init.method === "HEAD" ? answer(200, { "Upload-Offset": "0" }) : answer(409, { "Upload-Offset": "0" })));
    expect(await never.upload("ab", new ArrayBuffer(10))).toMatchObject({ ok: false, why: "again" });
  });

  test("an offset that is none, or beyond the end, is the beginning", async () => {
    for (const told of ["x", "-1", "11", "2.5"]) {
      const sent: number[] = [];
      const wire = new Wire("t", async (_url, init) => {
        if (init.method === "HEAD") return answer(200, { "Upload-Offset": told });
        sent.push(Number((init.headers as Record<string, string>)["Upload-Offset"]));
        return answer(204, { "Upload-Offset": "10" });
      });
      expect((await wire.upload("ab", new ArrayBuffer(10))).ok).toBe(true);
      expect(sent).toEqual([0]);
    }
  });

  test("each kind of answer has one meaning", async () => {
    const of = async (r: Response): Promise<Outcome<unknown>> => new Wire("t", async () => r).submit({ instance_id: "i", form_version: "1", submitted_at: "", device_clock_at: "", fields: {}, media: [] });
    expect(await of(answer(201, {}, { kept: 7, already: false, missing_media: [] }))).toEqual({ ok: true, value: { kept: 7, missing_media: [] } });
    expect(await of(answer(200, {}, { already: true, missing_media: ["ab"] }))).toEqual({ ok: true, value: { kept: null, missing_media: ["ab"] } });
    expect(await of(answer(200, {}, {}))).toMatchObject({ why: "again" });
    expect(await of(answer(400, {}, { detail: "no", errors: [{ field: "count", detail: "odd" }] }))).toMatchObject({ why: "refused", reason: "no", faults: [{ field: "count" }] });
    expect(await of(answer(401))).toMatchObject({ why: "unknown" });
    const why = async (status: number): Promise<string> => {
      const outcome = await of(answer(status));
      return outcome.ok ? "ok" : outcome.why;
    };
    for (const status of [409, 413, 415, 422]) expect(await why(status), String(status)).toBe("refused");
    for (const status of [403, 404, 405, 408, 421, 425, 429, 500, 502]) {
      expect(await why(status), String(status)).toBe("again");
    }
    expect(await of(answer(413, {}, { detail: "at most 5" }))).toMatchObject({ why: "refused", reason: "at most 5" });
    expect(await of(answer(503, { "Retry-After": "7" }))).toMatchObject({ why: "again", retry_after_ms: 7000 });
    const cut = new Wire("t", () => Promise.reject(new TypeError("failed")));
    expect(await cut.me()).toMatchObject({ why: "again", reason: "network" });
  });
});
