import { expect, test } from "vitest";
import { corners, ground } from "../../src/lib/board/shape";
import { deedsOnEntry, enterForm, entryForm } from "../../src/lib/board/register";
import { addressees, callForm, deedsOnCall, deedsOnNotice, draftForm, isAsked, logForm, noticeForm } from "../../src/lib/board/specs";
import { groundValues, typedContent, typedGround, typedHeight } from "../../src/lib/board/typed";
import type { CallView, EntryView, Ground, NoticeView, WindowView } from "../../src/lib/board/types";
import { deedForm, deedsOnWindow, reportDeed, reportForm, windowForm } from "../../src/lib/board/windows";
import { FORMS } from "../../src/lib/board/words";
import { initial } from "../../src/lib/cases/specs";
import { clauses, deedsOn, formOn } from "../../src/lib/guarantee/specs";
import type { CaseView, ConsultationView, LadderView } from "../../src/lib/guarantee/types";

const as = (role: string, of = ""): { deed: string; role: string; of: string }[] => FORMS.map((deed) => ({ deed, role, of }));
const WATCH = as("watch-officer");
const LIAISON = [{ deed: "promise", role: "liaison", of: "VE" }];
const toMs = (text: string): number | null => (text ? Date.parse(`${text}Z`) : null);
const notice = (more: Partial<NoticeView> = {}): NoticeView => ({
  reference: "NTC-2026-0001", revision: 1, kind: "repair", giver: "", state: "drafted", version: 1, pending: 1, act: "", what: "", ground: { shape: "undetermined" }, height: { datum: "not-stated" },
  from_ms: null, until_ms: null, content: {}, under: null, ledger: [], lacks: [], history: [], ...more,
});
const sent = { id: "KA/HQ", to: "KA", level: "HQ", channel: "hotline", state: "sent" as const, sent_ms: 1, objection: null };
const silence = (more: Partial<WindowView> = {}): WindowView => ({
  reference: "WIN-2026-0001", revision: 1, purpose: "", asked_for: "", state: "promises-pending", ground: { shape: "undetermined" }, hours: [], hours_agree: true, from_ms: null, until_ms: null,
  promises: ["KA", "VE"].map((party) => ({ party, state: "asked" as const, until_ms: null, words: null })), without: ["explosion"], posts: 0, posted: [], monitors: [], opened_ms: null, stands_until_ms: null, left_ms: null, ends_by: [], broken_by: [],
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

test("a notice takes what it can take, of those whose it is to say", () => {
  expect(deedsOnNotice(notice(), WATCH)).toEqual(["release", "withdraw"]);
  const out = notice({ state: "released", pending: null, ledger: [sent] });
  expect(deedsOnNotice(out, WATCH)).toEqual(["sent", "delivered", "read-back", "object", "channel", "amend", "withdraw"]);
  expect(deedsOnNotice({ ...out, giver: "VE" }, as("liaison", "KA"))).toEqual(["delivered", "read-back", "object", "channel"]);
  expect(deedsOnNotice({ ...out, giver: "VE" }, as("liaison", "VE"))).toEqual(["sent", "channel", "amend", "withdraw"]);
  expect(deedsOnNotice(notice({ state: "expired" }), WATCH)).toEqual([]);
});

test("a window takes what it can take, and nothing is broken that was not opened", () => {
  expect(deedsOnWindow(silence({ asked_for: "mill" }), as("liaison", "VE"), 0)).toEqual(["ask", "promise", "refuse", "post"]);
  const given = silence({ state: "promised", promises: [{ party: "KA", state: "given", until_ms: 9, words: null }] });
  expect(deedsOnWindow(given, WATCH, 0)).toEqual(["promise", "refuse", "take-back", "post", "open", "call-off"]);
  expect(deedsOnWindow({ ...given, state: "open", opened_ms: 1 }, WATCH, 2)).toEqual(["promise", "refuse", "take-back", "post", "suspend", "break", "complete", "evaluate", "call-off"]);
  expect(deedsOnWindow({ ...given, state: "broken", opened_ms: 1 }, as("liaison", "VE"), 2)).toEqual(["break", "complete", "evaluate"]);
  expect(deedsOnWindow(silence({ state: "called-off" }), WATCH, 0)).toEqual([]);
});

test("no form claims for whoever fills it that a window held or that the work was done", () => {
  const first = (deed: string, of: WindowView, name: string) => initial(deedForm(deed, of, WATCH, "UTC").fields)[name];
  expect(first("evaluate", silence({ state: "hours-over", opened_ms: 1 }), "outcome")).toBe("undetermined");
  expect(first("evaluate", silence({ state: "broken", opened_ms: 1 }), "outcome")).toBe("broken");
  expect(first("complete", silence({ state: "open", opened_ms: 1 }), "work")).toBe("not-said");
});

test("what somebody heard is an officer's observation, or a message of anybody else; on what is over it is neither", () => {
  const open = silence({ state: "open", opened_ms: 1 });
  const planner = as("planner", "mill").filter((m) => m.deed === "draft");
  expect([reportDeed(open, WATCH), reportDeed(open, planner), reportDeed(silence(), WATCH), reportDeed(silence({ state: "called-off" }), WATCH)]).toEqual(["break", "draft", "draft", null]);
  const at = Date.UTC(2026, 0, 2, 7);
  const typed = (form: { fields: Parameters<typeof initial>[0] }) => ({ ...initial(form.fields), kind: "explosion", words: "north, twice" });
  const own = reportForm("break", open, WATCH, "w.1", "Europe/Kyiv", at);
  expect(typeof own.build({ ...initial(own.fields), words: "north, twice" }, toMs, WATCH), "what it was is for whoever reports to say").toBe("string");
  expect(own.build(typed(own), toMs, WATCH)).toEqual({ deed: "break", window: "WIN-2026-0001", observations: ["own:w.1:2026-01-02T09:00:00+02:00"], why: "heard: explosion, 2026-01-02T09:00:00+02:00: north, twice" });
  const said = reportForm("draft", open, planner, "p.1", "Europe/Kyiv", at);
  expect(said.build(typed(said), toMs, planner)).toMatchObject({ deed: "draft", text: { kind: "hotline-message", giver: "mill", under: "WIN-2026-0001", from_ms: at, addressees: [] } });
});

test("a filled form is the deed of the record, member by member", () => {
  const draft = draftForm(LIAISON, [silence()]);
  const values = { ...initial(draft.fields), what: "Repair", coordinates: "51, 21", from_ms: "2026-01-02T09:00" };
  expect(draft.build(values, toMs, LIAISON)).toEqual({ deed: "draft", text: {
    kind: "repair", act: "", giver: "VE", what: "Repair", ground: { shape: "point", at: [21, 51], radius_m: 0, doubt_m: null }, height: { datum: "not-stated" },
    from_ms: Date.UTC(2026, 0, 2, 9), until_ms: null, content: {}, addressees: [], under: null,
  } });
  expect(isAsked("speed_kmh", values)).toBe(false);
  expect(noticeForm("release", notice({ pending: 2 }), WATCH, [], "UTC").build({}, toMs, [])).toEqual({ deed: "release", notice: "NTC-2026-0001", version: 2 });
  const back = noticeForm("read-back", notice({ state: "released", ledger: [sent] }), WATCH, [], "UTC");
  expect(back.build({ ...initial(back.fields), repeated: "nine" }, toMs, [])).toEqual({ deed: "read-back", notice: "NTC-2026-0001", version: 1, addressee: "KA/HQ", repeated: { from_ms: null, until_ms: null, text: "nine", place_as_stated: false } });
  const promise = deedForm("promise", silence(), LIAISON, "UTC");
  expect(promise.fields[0]?.options?.map((o) => o.value)).toEqual(["VE"]);
  expect(promise.build({ ...initial(promise.fields), until_ms: "2026-01-02T09:00", text: "We hold." }, toMs, LIAISON)).toEqual({ deed: "promise", window: "WIN-2026-0001", party: "VE", until_ms: Date.UTC(2026, 0, 2, 9), text: "We hold." });
  const ask = windowForm("Europe/Kyiv", LIAISON);
  expect(ask.build({ ...initial(ask.fields), purpose: "Repair", shape: "undetermined", from: "2026-01-02T09:00", until: "2026-01-02T12:00", parties: "KA\nVE" }, toMs, LIAISON)).toEqual({ deed: "request", text: {
    purpose: "Repair", asked_for: "VE", ground: { shape: "undetermined" }, hours: [{ zone: "Europe/Kyiv", from: "2026-01-02T09:00", until: "2026-01-02T12:00", by: "" }], parties: ["KA", "VE"], monitors: [], without: [],
  } });
  expect(logForm().build({ from: "KA", to: "VE", called_ms: "2026-01-02T09:00", text: "Who fires?", drill: true }, toMs, [])).toEqual({ deed: "log", call: { from: "KA", to: "VE", called_ms: Date.UTC(2026, 0, 2, 9), text: "Who fires?", drill: true } });
});

test("hours that two sides state otherwise are sent as two readings", () => {
  const form = windowForm("Europe/Kyiv", WATCH);
  const values = { ...initial(form.fields), purpose: "x", shape: "undetermined", from: "2026-01-02T09:00", until: "2026-01-02T12:00", by: "VE", parties: "KA" };
  const two = { zone_2: "Europe/Moscow", from_2: "2026-01-02T09:00", until_2: "2026-01-02T12:00", by_2: "KA" };
  const built = form.build({ ...values, ...two }, toMs, WATCH) as unknown as { text: { hours: unknown[] } };
  expect(built.text.hours).toEqual([{ zone: "Europe/Kyiv", from: values.from, until: values.until, by: "VE" }, { zone: "Europe/Moscow", from: values.from, until: values.until, by: "KA" }]);
  expect(form.build({ ...values, ...two, zone_2: "" }, toMs, WATCH)).toMatch(/zone/);
});

test("an amendment changes what was changed and nothing else", () => {
  const places: Ground[] = [
    { shape: "point", at: [21.03, 51.5], radius_m: 50, doubt_m: null }, { shape: "area", edge: [[21, 51], [22, 51], [22, 52]], doubt_m: 5 }, { shape: "undetermined" },
    { shape: "route", path: [[21, 51], [22, 52]], width_m: 300, speed_kmh: 40, late_ms: 600_000, doubt_m: 20 },
  ];
  for (const place of places) expect(typedGround(groundValues(place))).toEqual(place);
  const of = notice({
    state: "released", pending: null, version: 3, act: "move heavy weapons", giver: "VE", what: "Aid", ground: places[3] as Ground, height: { datum: "above-sea", low_m: 3, high_m: 9 },
    from_ms: Date.UTC(2026, 0, 2, 7), until_ms: Date.UTC(2026, 0, 2, 9), content: { vehicles: "3" }, under: "WIN-2026-0009", ledger: [{ ...sent, id: "the first" }],
  });
  const form = noticeForm("amend", of, WATCH, [], "UTC");
  expect(form.build({ ...initial(form.fields), why: "late" }, toMs, WATCH)).toEqual({ deed: "amend", notice: of.reference, after_version: 3, why: "late", text: {
    kind: "repair", act: of.act, giver: "VE", what: "Aid", ground: of.ground, height: of.height, from_ms: of.from_ms, until_ms: of.until_ms, content: of.content, under: of.under,
    addressees: [{ id: "the first", to: "KA", level: "HQ", channel: "hotline" }],
  } });
  expect(typedContent("vehicles: 3\ncall sign")).toBe(2);
});

test("every deed of the board has a form that makes it", () => {
  const call: CallView = { reference: "HTL-1", revision: 1, drill: false, from: "KA", to: "VE", called_ms: 0, state: "relayed", text: "x", relayed: 1, history: [] };
  const entry: EntryView = { reference: "PRT-1", revision: 1, category: "medical", state: "entered", told: "exact", name: "x", coarse: null, site: { at: [21, 51], radius_m: 5, doubt_m: null }, expires_ms: 9, disclosed: {}, gazetteer_m: null, history: [] };
  const out = notice({ state: "released", pending: 2, ledger: [sent] });
  const form = (deed: string) => (deed === "draft" ? draftForm(WATCH, []) : deed === "request" ? windowForm("UTC", WATCH) : deed === "enter" ? enterForm(WATCH)
    : deed === "log" || deed === "missed" ? logForm(deed) : deedsOnCall(call).includes(deed) ? callForm(deed, call) : deedsOnEntry(entry).includes(deed) ? entryForm(deed, entry)
    : ["amend", "release", "sent", "delivered", "read-back", "object", "channel", "withdraw"].includes(deed) ? noticeForm(deed, out, WATCH, [], "UTC") : deedForm(deed, silence({ monitors: ["post 3"] }), WATCH, "UTC"));
  for (const deed of FORMS) {
    const made = form(deed);
    const typed = Object.fromEntries(made.fields.filter((f) => f.required && !f.value).map((f) => [f.name, f.kind === "when" ? "2026-01-02T09:00" : "51, 21"]));
    const built = made.build({ ...initial(made.fields), shape: "area", coordinates: "51, 21\n51, 22\n52, 22", why: "x", ...typed }, toMs, WATCH);
    expect(typeof built === "string" ? built : built.deed, deed).toBe(deed);
  }
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
