/** The forms of the board's deeds. */
import { lines } from "../cases/form";
import type { Field, Option, Values } from "../cases/specs";
import type { Deed, May } from "../cases/types";
import { t } from "../i18n/index.svelte";
import { numberOf, type RoomForm, textOf } from "../rooms/forms";
import { corners, DATUMS, ground, SHAPES } from "./shape";
import type { Ground, Height, NoticeView, WindowView } from "./types";
import { NOTICE_KINDS, signOf, word } from "./words";

const OVER = ["expired", "withdrawn"];
const CLOSED = ["completed", "evaluated", "called-off", "broken", "hours-over"];
export const isOver = (notice: Pick<NoticeView, "state">): boolean => OVER.includes(notice.state);
export const isClosed = (window: Pick<WindowView, "state">): boolean => CLOSED.includes(window.state);

/** The deeds that a notice takes as it stands, of those that have a form here. */
export function deedsOnNotice(of: NoticeView): string[] {
  if (isOver(of)) return [];
  const out = of.pending === null ? [] : ["release"];
  if (of.ledger.some((r) => r.sent_ms !== null)) out.push("read-back");
  return [...out, "withdraw"];
}

/** The deeds that a window takes: a party answers once it was asked. */
export function deedsOnWindow(of: WindowView): string[] {
  return !isClosed(of) && of.promises.some((p) => p.state !== "not-asked") ? ["promise", "refuse"] : [];
}

const words = (list: string, codes: readonly string[]): Option[] => codes.map((value) => {
  const { glyph } = signOf(list, value);
  return { value, label: word(list, value), ...(glyph === "·" ? {} : { glyph }) };
});
const why: Field = { name: "why", kind: "area", label: "b.f.why", required: true, hint: "c.hint.why" };

/** The party or organisation for which somebody acts; empty: the mission. */
export const ownOf = (as: readonly May[]): string => as.find((m) => m.role === "liaison" || m.role === "planner")?.of ?? "";

const GROUND: Field[] = [
  { name: "shape", kind: "choice", label: "b.f.shape", required: true, value: "point", options: [] },
  { name: "coordinates", kind: "lines", label: "b.f.coordinates", hint: "b.hint.coordinates" },
  { name: "reach_m", kind: "text", label: "b.f.reach" },
  { name: "doubt_m", kind: "text", label: "b.f.doubt" },
];
const grounds = (): Field[] => GROUND.map((f) => (f.name === "shape" ? { ...f, options: words("shape", SHAPES) } : f));

const bad = (key: "reach" | "doubt" | "speed" | "low" | "high"): string => t("b.bad.number", { what: t(`b.f.${key}`) });

/** The ground that was typed, or what is wrong with it. */
export function typedGround(values: Values): Ground | string {
  const at = corners(textOf(values, "coordinates"));
  if (typeof at === "number") return t("b.bad.line", { n: at });
  const [reach_m, doubt_m, speed_kmh] = [numberOf(values, "reach_m"), numberOf(values, "doubt_m"), numberOf(values, "speed_kmh")];
  if (reach_m === undefined || (reach_m === null && values.shape === "route")) return bad("reach");
  if (doubt_m === undefined) return bad("doubt");
  if (speed_kmh === undefined) return bad("speed");
  return ground({ shape: textOf(values, "shape"), at, reach_m: reach_m ?? 0, doubt_m, speed_kmh }) ?? t("b.bad.shape");
}

export function typedHeight(values: Values): Height | string {
  const datum = textOf(values, "datum");
  if (datum !== "above-ground" && datum !== "above-sea") return { datum: datum === "surface" ? "surface" : "not-stated" };
  const [low_m, high_m] = [numberOf(values, "low_m"), numberOf(values, "high_m")];
  if (low_m === undefined || low_m === null) return bad("low");
  return high_m === undefined || high_m === null ? bad("high") : { datum, low_m, high_m };
}

interface Addressee { id: string; to: string; level: string; channel: string }
/** Addressees, one a line, each with a name of its own in the ledger; or the number of the first line that cannot be read. */
export function addressees(text: string): Addressee[] | number {
  const out: Addressee[] = [];
  for (const [i, line] of lines(text).entries()) {
    const [to = "", level = "", channel = ""] = line.split(";").map((part) => part.trim());
    if (!to || !level) return i + 1;
    const same = out.filter((a) => a.to === to && a.level === level).length;
    out.push({ id: `${to}/${level}${same ? `/${same + 1}` : ""}`, to, level, channel });
  }
  return out;
}

function draft(values: Values, toMs: (text: string) => number | null): Deed | string {
  const [place, height, to] = [typedGround(values), typedHeight(values), addressees(textOf(values, "addressees"))];
  if (typeof place === "string") return place;
  if (typeof height === "string") return height;
  if (typeof to === "number") return t("b.bad.addressee", { n: to });
  const ms = (name: string): number | null => (textOf(values, name) ? toMs(textOf(values, name)) : null);
  return {
    deed: "draft",
    text: {
      kind: textOf(values, "kind"), giver: textOf(values, "giver"), what: textOf(values, "what"), ground: place, height,
      from_ms: ms("from_ms"), until_ms: ms("until_ms"), addressees: to, under: textOf(values, "under") || null,
    },
  };
}

export function draftForm(as: readonly May[], windows: readonly WindowView[]): RoomForm {
  const under = [{ value: "", label: "–" }, ...windows.filter((w) => !isClosed(w)).map((w) => ({ value: w.reference, label: `${w.reference} · ${w.purpose}` }))];
  return {
    fields: [
      { name: "kind", kind: "select", label: "b.f.kind", required: true, value: "repair", options: words("kind", NOTICE_KINDS) },
      { name: "what", kind: "area", label: "b.f.what", required: true },
      { name: "giver", kind: "text", label: "b.f.giver", hint: "b.hint.giver", value: ownOf(as) },
      ...grounds(),
      { name: "speed_kmh", kind: "text", label: "b.f.speed" },
      { name: "datum", kind: "choice", label: "b.f.height", required: true, value: "not-stated", options: words("datum", DATUMS) },
      { name: "low_m", kind: "text", label: "b.f.low" },
      { name: "high_m", kind: "text", label: "b.f.high" },
      { name: "from_ms", kind: "when", label: "b.f.from" },
      { name: "until_ms", kind: "when", label: "b.f.until" },
      { name: "addressees", kind: "lines", label: "b.f.addressees", hint: "b.hint.addressees" },
      { name: "under", kind: "select", label: "b.f.under", options: under },
    ],
    build: draft,
  };
}

/** Whether a field of a draft means something as the others stand. */
export function isAsked(name: string, values: Values): boolean {
  if (name === "low_m" || name === "high_m") return values.datum === "above-ground" || values.datum === "above-sea";
  if (name === "speed_kmh") return values.shape === "route";
  if (name === "reach_m") return values.shape !== "area" && values.shape !== "undetermined";
  return (name !== "coordinates" && name !== "doubt_m") || values.shape !== "undetermined";
}

/** The form of a deed on a notice. */
export function noticeForm(deed: string, of: NoticeView): RoomForm {
  const notice = of.reference;
  if (deed === "release") {
    const version = of.pending;
    if (version === null) return { fields: [], says: t("b.no_version"), build: () => t("b.no_version") };
    return { fields: [], says: t("b.release_text", { n: version }), build: () => ({ deed, notice, version }) };
  }
  if (deed === "withdraw") return { fields: [why], build: (values) => ({ deed, notice, why: textOf(values, "why") }) };
  const sent = of.ledger.filter((r) => r.sent_ms !== null).map((r) => ({ value: r.id, label: `${r.to} · ${r.level}` }));
  return {
    fields: [
      { name: "addressee", kind: "select", label: "b.f.addressee", required: true, options: sent, value: sent[0]?.value ?? "" },
      { name: "repeated", kind: "area", label: "b.f.repeated", required: true, hint: "b.hint.read_back" },
      { name: "from_ms", kind: "when", label: "b.f.from" },
      { name: "until_ms", kind: "when", label: "b.f.until" },
      { name: "place_as_stated", kind: "check", label: "b.f.place_same" },
    ],
    build: (values, toMs) => ({
      deed, notice, version: of.version, addressee: textOf(values, "addressee"),
      repeated: { from_ms: toMs(textOf(values, "from_ms")), until_ms: toMs(textOf(values, "until_ms")), text: textOf(values, "repeated"), place_as_stated: values.place_as_stated === true },
    }),
  };
}

export function windowForm(zone: string, as: readonly May[]): RoomForm {
  return {
    fields: [
      { name: "purpose", kind: "area", label: "b.f.purpose", required: true },
      { name: "asked_for", kind: "text", label: "b.f.asked_for", hint: "b.hint.giver", value: ownOf(as) },
      ...grounds(),
      { name: "from", kind: "when", label: "b.f.hours_from", required: true },
      { name: "until", kind: "when", label: "b.f.hours_until", required: true },
      { name: "parties", kind: "lines", label: "b.f.parties", required: true, hint: "b.hint.lines" },
      { name: "monitors", kind: "lines", label: "b.f.monitors", hint: "b.hint.lines" },
    ],
    build: (values) => {
      const place = typedGround(values);
      if (typeof place === "string") return place;
      const hours = [{ zone, from: textOf(values, "from"), until: textOf(values, "until"), by: "" }];
      const text = { purpose: textOf(values, "purpose"), asked_for: textOf(values, "asked_for"), ground: place, hours, parties: lines(textOf(values, "parties")), monitors: lines(textOf(values, "monitors")) };
      return { deed: "request", text };
    },
  };
}

/** The form of a party's answer to a window. */
export function promiseForm(deed: string, of: WindowView, as: readonly May[]): RoomForm {
  const own = ownOf(as);
  const parties = of.promises.map((p) => p.party).filter((p) => !own || p === own);
  const party: Field = { name: "party", kind: "select", label: "b.f.party", required: true, options: parties.map((value) => ({ value, label: value })), value: parties[0] ?? "" };
  const window = of.reference;
  if (deed === "refuse") return { fields: [party, why], build: (values) => ({ deed, window, party: textOf(values, "party"), why: textOf(values, "why") }) };
  return {
    fields: [
      party,
      { name: "until_ms", kind: "when", label: "b.f.promise_until", required: true, hint: "b.hint.promise_until" },
      { name: "text", kind: "area", label: "b.f.words", required: true },
    ],
    build: (values, toMs) => ({ deed, window, party: textOf(values, "party"), until_ms: toMs(textOf(values, "until_ms")), text: textOf(values, "text") }),
  };
}

export function logForm(): RoomForm {
  return {
    fields: [
      { name: "from", kind: "text", label: "b.f.call_from", required: true },
      { name: "to", kind: "text", label: "b.f.call_to", required: true },
      { name: "called_ms", kind: "when", label: "b.f.called", required: true },
      { name: "text", kind: "area", label: "b.f.said", required: true },
      { name: "drill", kind: "check", label: "b.f.drill" },
    ],
    build: (values, toMs) => ({
      deed: "log", call: { from: textOf(values, "from"), to: textOf(values, "to"), called_ms: toMs(textOf(values, "called_ms")), text: textOf(values, "text"), drill: values.drill === true },
    }),
  };
}
