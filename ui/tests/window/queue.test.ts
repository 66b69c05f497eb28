import { describe, expect, test } from "vitest";
import { type Act, act, due, LATE_MS, next, sentOf, timed, windowOf, wordsOf } from "../../src/window/queue";
import { type Fetch, Wire } from "../../src/window/wire";

const T = Date.UTC(2026, 4, 10, 10);
const broken = { deed: "break", window: "WIN-1", observations: ["own:w.1"], why: "two bursts" };
const open = { deed: "open", window: "WIN-1", why: "all in place" };
const of = (deed: { deed: string } & Record<string, unknown>, more: Partial<Act> = {}): Act => ({ ...act({ key: "k1", role: "watch-officer", of: "", seen: 7, deed }, "w.1", T, null), n: 1, ...more });
const start = { type: "start", now_ms: T, zone: "Europe/Kyiv" } as const;
const sending = (deed = broken): Act => next(of(deed), start) as Act;

describe("an act on its way", () => {
  test("waits, is sent, and is gone once the desk has it", () => {
    expect(of(broken)).toMatchObject({ state: "waiting", tried: false });
    expect(sending()).toMatchObject({ state: "sending", tried: true, key: "k1" });
    expect(next(sending(), { type: "taken" })).toBeNull();
  });
  test("stays, with the desk's reason, when it is refused", () => {
    const refused = next(sending(), { type: "refused", kind: "not-now", reason: "it was called off", faults: [] });
    expect(refused).toMatchObject({ state: "refused", kind: "not-now", reason: "it was called off" });
    expect(next(refused as Act, { ...start, now_ms: T + 1 })).toEqual(refused);
  });
  test("waits longer after each failure, and as long as the desk asks", () => {
    const once = next(sending(), { type: "failed", now_ms: T, retry_after_ms: null, reason: "network" }) as Act;
    expect(once).toMatchObject({ state: "waiting", attempts: 1, next_ms: T + 2_000 });
    expect(next(sending(), { type: "failed", now_ms: T, retry_after_ms: 9_000, reason: "busy" })).toMatchObject({ next_ms: T + 9_000 });
  });
  test("waits again when the page was closed in the middle, under the same key and in the same words", () => {
    const again = next(sending(), { type: "interrupted" }) as Act;
    expect(again.state).toBe("waiting");
    const later = next(again, { ...start, now_ms: T + 3_600_000 }) as Act;
    expect(later).toMatchObject({ key: "k1", deed: broken, tried: true });
  });
  test("a second tap changes nothing", () => {
    expect(next(sending(), start)).toEqual(sending());
    expect(next(of(broken), { type: "taken" })).toEqual(of(broken));
  });
});

test("what is sent later says when it was done, in its words, and says it once", () => {
  const later = next(of(broken), { ...start, now_ms: T + 600_000 }) as Act;
  expect(later.deed.why).toBe("two bursts [done 2026-05-10T13:00:00+03:00 by the device's clock; sent later]");
  expect((next(next(later, { type: "interrupted" }) as Act, { ...start, now_ms: T + 900_000 }) as Act).deed).toEqual(later.deed);
  const away = act({ key: "k2", role: "watch-officer", of: "", deed: broken }, "w.1", T, "UTC");
  expect(away.deed.why).toBe("two bursts [done 2026-05-10T10:00:00Z by the device's clock; sent later]");
  expect((next(away, { ...start, now_ms: T + 600_000 }) as Act).deed).toEqual(away.deed);
  const message = { deed: "draft", text: { what: "bursts", under: "WIN-1" } };
  expect(wordsOf(timed(message, T, "UTC"))).toBe("bursts [done 2026-05-10T10:00:00Z by the device's clock; sent later]");
  expect(timed({ deed: "ask", window: "WIN-1", party: "KA" }, T, "UTC")).toEqual({ deed: "ask", window: "WIN-1", party: "KA" });
  expect(windowOf(message)).toBe("WIN-1");
});

test("what puts people on the ground goes out at once or not at all", () => {
  expect(next(of(open), start)).toMatchObject({ state: "sending", seen: 7 });
  expect(next(of(open), { ...start, now_ms: T + LATE_MS + 1 })).toMatchObject({ state: "refused", kind: "late" });
  expect(next(of(open), { ...start, now_ms: T - LATE_MS - 1 })).toMatchObject({ state: "refused", kind: "late" });
  expect(next(of(broken), { ...start, now_ms: T + 86_400_000 })).toMatchObject({ state: "sending", seen: null });
});

test("acts go out in the order of doing, of nobody else, and none overtakes the one before it", () => {
  const acts = [of(broken, { n: 3, key: "c" }), of(broken, { n: 1, key: "a" }), of(broken, { n: 2, key: "b", state: "refused" }), of(broken, { n: 0, key: "z", person: "l.ve" })];
  expect(due(acts, "w.1", T).map((a) => a.key)).toEqual(["a", "c"]);
  expect(due(acts.map((a) => (a.key === "a" ? { ...a, next_ms: T + 1 } : a)), "w.1", T)).toEqual([]);
});

test("it goes out in the name of who did it", () => {
  expect(sentOf(of(broken))).toEqual({ key: "k1", role: "watch-officer", of: "", person: "w.1", deed: broken });
  expect(sentOf(of(open))).toMatchObject({ seen: 7 });
});

describe("what comes back", () => {
  const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Fetch => () => Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }));
  const problem = (kind: string) => ({ type: `urn:truceline:problem:${kind}`, title: kind, detail: `because ${kind}` });
  const ask = (fetcher: Fetch) => new Wire(fetcher).act(of(broken));

  test("is taken only when it is the desk's own answer", async () => {
    expect(await ask(answer(201, { on: "WIN-1", already: false, seq: 4 }))).toMatchObject({ ok: true });
    expect(await ask(answer(200, "<html>Welcome to the hotel"))).toMatchObject({ ok: false, why: "again" });
    expect(await ask(answer(200, {}))).toMatchObject({ ok: false, why: "again" });
  });
  test("refuses only in the desk's own words: a stranger's 404 is of the way", async () => {
    expect(await ask(answer(409, problem("not-now")))).toMatchObject({ ok: false, why: "refused", kind: "not-now", reason: "because not-now" });
    expect(await ask(answer(404, problem("no-such")))).toMatchObject({ why: "refused" });
    expect(await ask(answer(404, "not here"))).toMatchObject({ why: "again" });
    expect(await ask(answer(503, problem("busy"), { "retry-after": "5" }))).toMatchObject({ why: "again", retry_after_ms: 5_000 });
    expect(await ask(() => Promise.reject(new TypeError("network")))).toMatchObject({ why: "again" });
  });
  test("keeps what is another person's until that person signs in", async () => {
    expect(await ask(answer(401, problem("not-signed-in")))).toEqual({ ok: false, why: "signed-out" });
    expect(await ask(answer(403, problem("other-person")))).toEqual({ ok: false, why: "signed-out" });
  });
  test("of the windows is whole, the same as before, or not the desk's", async () => {
    expect(await new Wire(() => Promise.resolve(new Response(null, { status: 304 }))).windows()).toEqual({ ok: true, value: null });
    expect(await new Wire(answer(200, { windows: [], at_ms: 1 })).windows()).toMatchObject({ ok: true });
    expect(await new Wire(answer(200, { hello: 1 })).windows()).toMatchObject({ ok: false, why: "again" });
  });
});
