import { expect, test } from "vitest";
import { corners, ground } from "../../src/lib/board/shape";
import { addressees, deedsOnNotice, deedsOnWindow, draftForm, isAsked, logForm, noticeForm, promiseForm, typedGround, typedHeight, windowForm } from "../../src/lib/board/specs";
import type { NoticeView, WindowView } from "../../src/lib/board/types";
import { initial } from "../../src/lib/cases/specs";
import { clauses, deedsOn, formOn } from "../../src/lib/guarantee/specs";
import type { CaseView, ConsultationView, LadderView } from "../../src/lib/guarantee/types";

const LIAISON = [{ deed: "promise", role: "liaison", of: "VE" }];
const toMs = (text: string): number | null => (text ? Date.parse(`${text}Z`) : null);
const notice = (more: Partial<NoticeView> = {}): NoticeView => ({
  reference: "NTC-2026-0001", revision: 1, kind: "repair", giver: "", state: "drafted", version: 1, pending: 1, what: "", ground: { shape: "undetermined" }, height: { datum: "not-stated" },
  from_ms: null, until_ms: null, content: {}, under: null, ledger: [], lacks: [], history: [], ...more,
});
const sent = { id: "KA/HQ", to: "KA", level: "HQ", state: "sent" as const, sent_ms: 1, objection: null };
const silence = (more: Partial<WindowView> = {}): WindowView => ({
  reference: "WIN-2026-0001", revision: 1, purpose: "", asked_for: "", state: "promises-pending", ground: { shape: "undetermined" }, hours: [], hours_agree: true, from_ms: null, until_ms: null,
  promises: ["KA", "VE"].map((party) => ({ party, state: "asked" as const, until_ms: null, words: null })), posts: 0, posted: [], stands_until_ms: null, left_ms: null, ends_by: [], broken_by: [],
  work: null, outcome: null, lacks: [], history: [], ...more,
});

test("people say latitude first, the record has longitude first; what cannot be read is named by its line", () => {
  expect(corners("51.5, 21.03\n\n-4.25 -70")).toEqual([[21.03, 51.5], [-70, -4.25]]);
  expect(corners("51.5, 21\nnear the bridge")).toBe(2);
  expect(corners("91, 21")).toBe(1);
  expect(corners("51.5, 181")).toBe(1);
});

test("a shape has as many corners as it needs, and a place that nobody said has none", () => {
  const typed = { reach_m: 50, doubt_m: null, speed_kmh: null };
  expect(ground({ shape: "point", at: [[21, 51]], ...typed })).toEqual({ shape: "point", at: [21, 51], radius_m: 50, doubt_m: null });
  expect(ground({ shape: "point", at: [[21, 51], [22, 51]], ...typed })).toBeNull();
  expect(ground({ shape: "route", at: [[21, 51], [22, 51]], ...typed })).toMatchObject({ width_m: 100, speed_kmh: null, late_ms: null });
  expect(ground({ shape: "area", at: [[21, 51], [22, 51]], ...typed })).toBeNull();
  expect(ground({ shape: "undetermined", at: [[21, 51]], ...typed })).toBeNull();
});

test("what is no number is told, and never taken for zero", () => {
  expect(typedGround({ shape: "point", coordinates: "51, 21", reach_m: "wide" })).toMatch(/number/);
  expect(typedGround({ shape: "route", coordinates: "51, 21\n52, 21", reach_m: "" })).toMatch(/number/);
  expect(typedHeight({ datum: "above-sea", low_m: "100", high_m: "" })).toMatch(/number/);
  expect(typedHeight({ datum: "surface" })).toEqual({ datum: "surface" });
});

test("addressees have names of their own in the ledger; one without a level is told", () => {
  expect(addressees("KA; HQ; phone\nKA; HQ")).toEqual([{ id: "KA/HQ", to: "KA", level: "HQ", channel: "phone" }, { id: "KA/HQ/2", to: "KA", level: "HQ", channel: "" }]);
  expect(addressees("KA; HQ\nVE")).toBe(2);
});

test("what is over takes no deed; a read-back needs somebody to whom it was sent", () => {
  expect(deedsOnNotice(notice())).toEqual(["release", "withdraw"]);
  expect(deedsOnNotice(notice({ pending: null, ledger: [sent] }))).toEqual(["read-back", "withdraw"]);
  expect(deedsOnNotice(notice({ state: "expired" }))).toEqual([]);
  expect(deedsOnWindow(silence())).toEqual(["promise", "refuse"]);
  expect(deedsOnWindow(silence({ state: "called-off" }))).toEqual([]);
});

test("a filled form is the deed of the record, member by member", () => {
  const draft = draftForm(LIAISON, [silence()]);
  const values = { ...initial(draft.fields), what: "Repair", coordinates: "51, 21", from_ms: "2026-01-02T09:00" };
  expect(draft.build(values, toMs, LIAISON)).toEqual({ deed: "draft", text: {
    kind: "repair", giver: "VE", what: "Repair", ground: { shape: "point", at: [21, 51], radius_m: 0, doubt_m: null }, height: { datum: "not-stated" },
    from_ms: Date.UTC(2026, 0, 2, 9), until_ms: null, addressees: [], under: null,
  } });
  expect(isAsked("speed_kmh", values)).toBe(false);
  expect(noticeForm("release", notice({ pending: 2 })).build({}, toMs, [])).toEqual({ deed: "release", notice: "NTC-2026-0001", version: 2 });
  const back = noticeForm("read-back", notice({ ledger: [sent] }));
  expect(back.build({ ...initial(back.fields), repeated: "nine" }, toMs, [])).toEqual({ deed: "read-back", notice: "NTC-2026-0001", version: 1, addressee: "KA/HQ", repeated: { from_ms: null, until_ms: null, text: "nine", place_as_stated: false } });
  const promise = promiseForm("promise", silence(), LIAISON);
  expect(promise.fields[0]?.options?.map((o) => o.value)).toEqual(["VE"]);
  expect(promise.build({ ...initial(promise.fields), until_ms: "2026-01-02T09:00", text: "We hold." }, toMs, LIAISON)).toEqual({ deed: "promise", window: "WIN-2026-0001", party: "VE", until_ms: Date.UTC(2026, 0, 2, 9), text: "We hold." });
  const ask = windowForm("Europe/Kyiv", LIAISON);
  expect(ask.build({ ...initial(ask.fields), purpose: "Repair", shape: "undetermined", from: "2026-01-02T09:00", until: "2026-01-02T12:00", parties: "KA\nVE" }, toMs, LIAISON)).toEqual({ deed: "request", text: {
    purpose: "Repair", asked_for: "VE", ground: { shape: "undetermined" }, hours: [{ zone: "Europe/Kyiv", from: "2026-01-02T09:00", until: "2026-01-02T12:00", by: "" }], parties: ["KA", "VE"], monitors: [],
  } });
  expect(logForm().build({ from: "KA", to: "VE", called_ms: "2026-01-02T09:00", text: "Who fires?", drill: true }, toMs, [])).toEqual({ deed: "log", call: { from: "KA", to: "VE", called_ms: Date.UTC(2026, 0, 2, 9), text: "Who fires?", drill: true } });
});

test("a closed consultation takes no deed; votes are taken only on what is put or waits for its condition", () => {
  const of = { reference: "CNS-2026-0001", stage: "consulting", decisions: [{ reference: "DEC-2026-0001", standing: "put", text: "x" }] } as unknown as ConsultationView;
  expect(deedsOn(of)).toEqual(["position", "vote", "close"]);
  expect(deedsOn({ ...of, decisions: [] })).toEqual(["position", "close"]);
  expect(deedsOn({ ...of, stage: "closed" })).toEqual([]);
  expect(formOn("vote", of).build({ decision: "DEC-2026-0001", vote: "no", why: "" }, toMs, [])).toEqual({ deed: "vote", decision: "DEC-2026-0001", vote: "no", why: "" });
});

test("a clause of a guarantee that is also a ladder's is offered once", () => {
  const one = { text: "T", clause: "1" };
  expect(clauses({ cases: [one as CaseView], ladders: [one as LadderView, { text: "T", clause: "2" } as LadderView] })).toHaveLength(2);
});
