import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "../../src/lib/api";
import { act, ActError, getTagged } from "../../src/lib/cases/api";
import { Watch } from "../../src/lib/cases/watch.svelte";

interface Seen { revision: number; left_ms: number }
const same = (a: Seen, b: Seen): boolean => a.revision === b.revision;

/** A server that gives these answers in turn, and says "not changed" to whoever has the last one. */
function server(...answers: Seen[]): { next: () => void; asked: (string | undefined)[] } {
  let at = 0;
  const asked: (string | undefined)[] = [];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    const tag = `"${at}"`;
    const known = (init.headers as Record<string, string>)["if-none-match"];
    asked.push(known);
    if (known === tag) return Promise.resolve(new Response(null, { status: 304 }));
    return Promise.resolve(new Response(JSON.stringify(answers[at]), { headers: { etag: tag } }));
  });
  return { next: () => void (at += 1), asked };
}
afterEach(() => vi.unstubAllGlobals());

test("what has not changed is not taken again", async () => {
  const { asked } = server({ revision: 1, left_ms: 9 });
  const watch = new Watch<Seen>(same);
  watch.once("/x");
  await vi.waitFor(() => expect(watch.value?.revision).toBe(1));
  const before = watch.value;
  await watch.ask();
  expect(asked).toEqual([undefined, '"0"']);
  expect(watch.value).toBe(before);
});

test("while a form is open what is new waits, and is shown when asked for or when the form closes", async () => {
  const { next } = server({ revision: 1, left_ms: 9 }, { revision: 2, left_ms: 8 }, { revision: 3, left_ms: 7 });
  const watch = new Watch<Seen>(same);
  watch.once("/x");
  await vi.waitFor(() => expect(watch.value?.revision).toBe(1));
  const close = watch.hold();
  next();
  await watch.ask();
  expect([watch.value?.revision, watch.latest?.revision, watch.waits]).toEqual([1, 2, true]);
  watch.lookAgain();
  expect([watch.value?.revision, watch.waits]).toEqual([2, false]);
  next();
  await watch.ask();
  expect(watch.value?.revision).toBe(2);
  close();
  expect(watch.value?.revision).toBe(3);
});

test("a clock that went on is no change to tell of", async () => {
  const { next } = server({ revision: 1, left_ms: 9 }, { revision: 1, left_ms: 5 });
  const watch = new Watch<Seen>(same);
  watch.once("/x");
  await vi.waitFor(() => expect(watch.value?.revision).toBe(1));
  watch.hold();
  next();
  await watch.ask();
  expect(watch.waits).toBe(false);
});

test("after one's own act everything is shown, whatever is open", async () => {
  const { next } = server({ revision: 1, left_ms: 9 }, { revision: 2, left_ms: 8 });
  const watch = new Watch<Seen>(same);
  watch.once("/x");
  await vi.waitFor(() => expect(watch.value?.revision).toBe(1));
  watch.hold();
  next();
  await watch.refresh();
  expect(watch.value?.revision).toBe(2);
});

test("another address is shown as soon as it answers, and what stood there stays until then", async () => {
  const { next } = server({ revision: 1, left_ms: 9 }, { revision: 7, left_ms: 8 });
  vi.stubGlobal("document", { visibilityState: "visible", addEventListener: () => undefined, removeEventListener: () => undefined });
  const watch = new Watch<Seen>(same);
  const end = watch.follow("/x?state=received");
  await vi.waitFor(() => expect(watch.value?.revision).toBe(1));
  watch.hold();
  end();
  next();
  const stop = watch.follow("/x?state=dismissed");
  expect(watch.value?.revision).toBe(1);
  await vi.waitFor(() => expect(watch.value?.revision).toBe(7));
  expect(watch.waits).toBe(false);
  stop();
});

test("a refusal says its kind, its reason and its fields; no answer is a kind of its own", async () => {
  const problem = { type: "urn:truceline:problem:wrong", title: "wrong", status: 422, detail: "look", errors: [{ field: "why", detail: "it is empty" }] };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(problem), { status: 422 })));
  const sent = { key: "k", role: "chair", of: "JMC", deed: { deed: "sign" } };
  const refused = await act(sent).catch((e: unknown) => e);
  expect(refused).toBeInstanceOf(ActError);
  expect(refused).toMatchObject({ status: 422, kind: "wrong", message: "look", fields: problem.errors });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
  expect(await act(sent).catch((e: unknown) => e)).toMatchObject({ status: 0, kind: "network" });
  expect(await getTagged("/x", null).catch((e: unknown) => e)).toBeInstanceOf(ApiError);
});
