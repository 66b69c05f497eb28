/** The forms of windows of silence. */
import { cites, lines } from "../cases/form";
import type { Field, Option, Values } from "../cases/specs";
import type { Deed, May } from "../cases/types";
import { coded, t } from "../i18n/index.svelte";
import { type RoomForm, textOf } from "../rooms/forms";
import { civilStamp, fromInput, toInput } from "../time";
import { grounds, isFor, ownOf, typedGround, why, words } from "./typed";
import type { WindowView } from "./types";
import { OUTCOMES, WORKS } from "./words";

const CLOSED = ["completed", "evaluated", "called-off", "broken", "hours-over"];
const ENDED = ["completed", "evaluated", "called-off"];
export const isClosed = (window: Pick<WindowView, "state">): boolean => CLOSED.includes(window.state);

type Ask = readonly [deed: string, is: boolean];

/** The deeds that a window takes as it stands: a party answers once it was asked, and nothing is broken that was not opened. */
export function deedsOnWindow(of: WindowView, may: readonly May[], now_ms: number): string[] {
  if (of.state === "called-off") return [];
  const [live, runs, opened] = [!ENDED.includes(of.state), !isClosed(of), of.opened_ms !== null];
  const own = of.promises.filter((p) => isFor(may, p.party));
  const begun = opened || of.state === "hours-over" || (of.from_ms !== null && of.from_ms <= now_ms);
  const all: Ask[] = [
    ["ask", runs && of.promises.some((p) => p.state !== "given")],
    ["promise", runs && own.some((p) => p.state !== "not-asked")],
    ["refuse", runs && own.some((p) => p.state !== "not-asked")],
    ["take-back", live && own.some((p) => p.state === "given")],
    ["post", runs],
    ["open", of.state === "promised"],
    ["suspend", of.state === "open" || of.state === "lapsed"],
    ["resume", of.state === "suspended"],
    ["break", opened],
    ["complete", opened && of.work === null],
    ["evaluate", begun],
    ["call-off", live && isFor(may, of.asked_for)],
  ];
  return all.filter(([, is]) => is).map(([deed]) => deed);
}

interface Stated { zone: string; from: string; until: string; by: string }

/** The hours as each side states them; or what is wrong. */
function hours(values: Values, zone: string): Stated[] | string {
  const one = { zone, from: textOf(values, "from"), until: textOf(values, "until"), by: textOf(values, "by") };
  const two = { zone: textOf(values, "zone_2"), from: textOf(values, "from_2"), until: textOf(values, "until_2"), by: textOf(values, "by_2") };
  if (!two.zone && !two.from && !two.until) return [one];
  return two.zone && two.from ? [one, two] : t("b.bad.second");
}

export function windowForm(zone: string, as: readonly May[]): RoomForm {
  return {
    fields: [
      { name: "purpose", kind: "area", label: "b.f.purpose", required: true },
      { name: "asked_for", kind: "text", label: "b.f.asked_for", hint: "b.hint.giver", value: ownOf(as) },
      ...grounds(),
      { name: "speed_kmh", kind: "text", label: "b.f.speed" },
      { name: "late_min", kind: "text", label: "b.f.late" },
      { name: "from", kind: "when", label: "b.f.hours_from", required: true },
      { name: "until", kind: "when", label: "b.f.hours_until", required: true },
      { name: "by", kind: "text", label: "b.f.stated_by", hint: "b.hint.stated_by" },
      { name: "zone_2", kind: "text", label: "b.f.zone_2", hint: "b.hint.zone_2" },
      { name: "from_2", kind: "text", label: "b.f.from_2", hint: "b.hint.civil" },
      { name: "until_2", kind: "text", label: "b.f.until_2", hint: "b.hint.civil" },
      { name: "by_2", kind: "text", label: "b.f.by_2" },
      { name: "parties", kind: "lines", label: "b.f.parties", required: true, hint: "b.hint.lines" },
      { name: "monitors", kind: "lines", label: "b.f.monitors", hint: "b.hint.lines" },
      { name: "without", kind: "lines", label: "b.f.without", hint: "b.hint.without" },
    ],
    build: (values) => {
      const [place, stated] = [typedGround(values), hours(values, zone)];
      if (typeof place === "string") return place;
      if (typeof stated === "string") return stated;
      const all = (name: string): string[] => lines(textOf(values, name));
      const text = { purpose: textOf(values, "purpose"), asked_for: textOf(values, "asked_for"), ground: place, hours: stated, parties: all("parties"), monitors: all("monitors"), without: all("without") };
      return { deed: "request", text };
    },
  };
}

const plain = (value: string): Option => ({ value, label: value });

/** The parties of whom that may be said as the window stands. */
function partiesFor(deed: string, of: WindowView, as: readonly May[]): string[] {
  const of_state = (state: string): boolean => (deed === "ask" ? state !== "given" : deed === "take-back" ? state === "given" : state !== "not-asked");
  const fit = of.promises.filter((p) => (deed === "ask" || isFor(as, p.party)) && of_state(p.state)).map((p) => p.party);
  return fit.length ? fit : of.promises.map((p) => p.party).filter((p) => deed === "ask" || isFor(as, p));
}

const UNTIL: Field = { name: "until_ms", kind: "when", label: "b.f.promise_until", required: true, hint: "b.hint.promise_until" };

/** What is asked of a party, or what it answers. */
function partyForm(deed: string, of: WindowView, as: readonly May[], zone: string): RoomForm {
  const parties = partiesFor(deed, of, as);
  const party: Field = { name: "party", kind: "select", label: "b.f.party", required: true, options: parties.map(plain), value: parties[0] ?? "" };
  const base = (values: Values): Deed => ({ deed, window: of.reference, party: textOf(values, "party") });
  if (deed === "ask") return { fields: [party], build: base };
  if (deed !== "promise") return { fields: [party, why], build: (values) => ({ ...base(values), why: textOf(values, "why") }) };
  const until = of.until_ms === null ? UNTIL : { ...UNTIL, value: toInput(new Date(of.until_ms).toISOString(), zone) };
  return {
    fields: [party, until, { name: "text", kind: "area", label: "b.f.words", required: true }],
    build: (values, toMs) => ({ ...base(values), until_ms: toMs(textOf(values, "until_ms")), text: textOf(values, "text") }),
  };
}

function postForm(of: WindowView): RoomForm {
  const lacking = of.monitors.filter((m) => !of.posted.includes(m));
  const post: Field = { name: "post", kind: "text", label: "b.f.post", required: true, options: lacking.map(plain), value: lacking[0] ?? "" };
  return { fields: [post], build: (values) => ({ deed: "post", window: of.reference, post: textOf(values, "post") }) };
}

const CITES: Field = { name: "cites", kind: "cites", label: "b.f.cites", hint: "c.hint.cites" };
/** Of the deeds that need more than a reason: what stands between the window and the reason. */
const MORE: Record<string, Field> = {
  break: { name: "observations", kind: "cites", label: "b.f.observations", required: true, hint: "b.hint.observations" },
};

/** The form of a deed on a window. */
export function deedForm(deed: string, of: WindowView, as: readonly May[], zone: string): RoomForm {
  const window = of.reference;
  if (["ask", "promise", "refuse", "take-back"].includes(deed)) return partyForm(deed, of, as, zone);
  if (deed === "post") return postForm(of);
  if (deed === "complete") {
    const work: Field = { name: "work", kind: "choice", label: "b.f.work", required: true, value: "not-said", options: words("work", WORKS) };
    return { fields: [work, { name: "text", kind: "area", label: "b.f.remarks" }], build: (v) => ({ deed, window, work: textOf(v, "work"), text: textOf(v, "text") }) };
  }
  if (deed === "evaluate") {
    // That it held is for a person to say: nothing is turned into yes by not looking.
    const value = of.broken_by.length || of.state === "broken" ? "broken" : "undetermined";
    const outcome: Field = { name: "outcome", kind: "choice", label: "b.f.outcome", required: true, value, options: words("outcome", OUTCOMES) };
    return { fields: [outcome, CITES, why], build: (v) => ({ deed, window, outcome: textOf(v, "outcome"), cites: cites(textOf(v, "cites")), why: textOf(v, "why") }) };
  }
  const more = MORE[deed];
  const named = (v: Values): Record<string, unknown> => (more ? { [more.name]: cites(textOf(v, more.name)) } : {});
  return { fields: [...(more ? [more] : []), why], build: (v) => ({ deed, window, ...named(v), why: textOf(v, "why") }) };
}

/**
 * "I heard or saw something", from where somebody stands. Of the mission's officers it is an observation of their own and breaks
 * the window; of anybody else it is what they say: a message to the watch, which breaks nothing and has to be looked into.
 */
export function reportForm(deed: string, of: WindowView, as: readonly May[], person: string, zone: string, now_ms: number): RoomForm {
  // Nothing is chosen for whoever reports: what stands there first would be a claim of nobody's.
  const kinds = [{ value: "", label: "–" }, ...[...of.without, "other"].map((value) => ({ value, label: coded("kind", value) }))];
  const fields: Field[] = [
    { name: "sense", kind: "choice", label: "b.p.sense", required: true, value: "heard", options: [{ value: "heard", label: t("b.p.heard") }, { value: "saw", label: t("b.p.saw") }] },
    { name: "kind", kind: "select", label: "b.p.kind", required: true, options: kinds, value: "" },
    { name: "when", kind: "when", label: "b.p.when", required: true, value: toInput(new Date(now_ms).toISOString(), zone) },
    { name: "words", kind: "area", label: "b.p.words", required: true, hint: "b.p.words_hint" },
  ];
  return {
    fields,
    says: t(deed === "break" ? "b.p.report_break" : "b.p.report_say"),
    build: (values) => {
      const at = Date.parse(fromInput(textOf(values, "when"), zone) ?? "");
      if (Number.isNaN(at)) return t("b.p.when");
      if (!textOf(values, "kind")) return t("b.p.kind");
      const stamp = civilStamp(at, zone);
      const said = `${textOf(values, "sense")}: ${textOf(values, "kind")}, ${stamp}: ${textOf(values, "words")}`;
      if (deed === "break") return { deed, window: of.reference, observations: [`own:${person}:${stamp}`], why: said };
      const text = { kind: "hotline-message", giver: ownOf(as), what: said, ground: { shape: "undetermined" }, height: { datum: "not-stated" }, from_ms: at, until_ms: null, addressees: [], under: of.reference };
      return { deed, text };
    },
  };
}

/** The deed for which that report stands; null: this person has no way to make it here. */
export function reportDeed(of: WindowView, may: readonly May[]): "break" | "draft" | null {
  const has = (deed: string): boolean => may.some((m) => m.deed === deed);
  if (ENDED.includes(of.state)) return null;
  if (of.opened_ms !== null && has("break")) return "break";
  return has("draft") ? "draft" : null;
}
