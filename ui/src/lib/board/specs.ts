/** The forms of notices and of the hotline. Those of windows and of the register stand beside. */
import { lines } from "../cases/form";
import type { Field, Option, Values } from "../cases/specs";
import type { Deed, May } from "../cases/types";
import { t } from "../i18n/index.svelte";
import { type RoomForm, textOf } from "../rooms/forms";
import { toInput } from "../time";
import { DATUMS } from "./shape";
import { filled, grounds, groundValues, isFor, ownOf, typedContent, typedGround, typedHeight, why, words } from "./typed";
import type { CallView, NoticeView, RowView, WindowView } from "./types";
import { NOTICE_KINDS } from "./words";
import { isClosed } from "./windows";

const OVER = ["expired", "withdrawn"];
export const isOver = (notice: Pick<NoticeView, "state">): boolean => OVER.includes(notice.state);
const wentOut = (of: NoticeView): boolean => of.state === "released" || of.state === "under-way";

/** The rows of its ledger of which somebody may say that much: the giver that it left, the addressee or the watch what became of it. */
function rowsFor(deed: string, of: NoticeView, may: readonly May[]): RowView[] {
  const gives = isFor(may, of.giver);
  if (deed === "channel") return of.ledger.filter((r) => gives || isFor(may, r.to));
  if (!wentOut(of)) return [];
  if (deed === "sent") return of.ledger.filter((r) => gives && r.state !== "no-channel");
  return of.ledger.filter((r) => r.sent_ms !== null && isFor(may, r.to));
}
const MARKS = ["sent", "delivered", "read-back", "object", "channel"] as const;

/** The deeds that a notice takes as it stands. */
export function deedsOnNotice(of: NoticeView, may: readonly May[]): string[] {
  if (isOver(of)) return [];
  const gives = isFor(may, of.giver);
  const out = gives && of.pending !== null ? ["release"] : [];
  out.push(...MARKS.filter((deed) => rowsFor(deed, of, may).length > 0));
  if (gives && of.pending === null) out.push("amend");
  return gives ? [...out, "withdraw"] : out;
}

interface Addressee { id: string; to: string; level: string; channel: string }
type Known = Pick<RowView, "id" | "to" | "level">;
/**
 * Addressees, one a line, each with a name of its own in the ledger, which those that are known keep; or the number of the first
 * line that cannot be read.
 */
export function addressees(text: string, known: readonly Known[] = []): Addressee[] | number {
  const out: Addressee[] = [];
  for (const [i, line] of lines(text).entries()) {
    const [to = "", level = "", channel = ""] = line.split(";").map((part) => part.trim());
    if (!to || !level) return i + 1;
    const is = (a: Known): boolean => a.to === to && a.level === level;
    const same = out.filter(is).length;
    const id = known.filter(is)[same]?.id ?? `${to}/${level}${same ? `/${same + 1}` : ""}`;
    out.push({ id, to, level, channel });
  }
  return out;
}

/** What the notice says, as typed; or what is wrong. */
function noticeText(values: Values, toMs: (text: string) => number | null, known: readonly Known[] = []): Record<string, unknown> | string {
  const [place, height, to, content] = [typedGround(values), typedHeight(values), addressees(textOf(values, "addressees"), known), typedContent(textOf(values, "content"))];
  if (typeof place === "string") return place;
  if (typeof height === "string") return height;
  if (typeof to === "number") return t("b.bad.addressee", { n: to });
  if (typeof content === "number") return t("b.bad.content", { n: content });
  const ms = (name: string): number | null => (textOf(values, name) ? toMs(textOf(values, name)) : null);
  return {
    kind: textOf(values, "kind"), act: textOf(values, "act"), giver: textOf(values, "giver"), what: textOf(values, "what"), ground: place, height,
    from_ms: ms("from_ms"), until_ms: ms("until_ms"), content, addressees: to, under: textOf(values, "under") || null,
  };
}

function noticeFields(as: readonly May[], under: Option[]): Field[] {
  return [
    { name: "kind", kind: "select", label: "b.f.kind", required: true, value: "repair", options: words("kind", NOTICE_KINDS) },
    { name: "what", kind: "area", label: "b.f.what", required: true },
    { name: "giver", kind: "text", label: "b.f.giver", hint: "b.hint.giver", value: ownOf(as) },
    ...grounds(),
    { name: "speed_kmh", kind: "text", label: "b.f.speed" },
    { name: "late_min", kind: "text", label: "b.f.late" },
    { name: "datum", kind: "choice", label: "b.f.height", required: true, value: "not-stated", options: words("datum", DATUMS) },
    { name: "low_m", kind: "text", label: "b.f.low" },
    { name: "high_m", kind: "text", label: "b.f.high" },
    { name: "from_ms", kind: "when", label: "b.f.from" },
    { name: "until_ms", kind: "when", label: "b.f.until" },
    { name: "addressees", kind: "lines", label: "b.f.addressees", hint: "b.hint.addressees" },
    { name: "act", kind: "text", label: "b.f.act", hint: "b.hint.act" },
    { name: "content", kind: "lines", label: "b.f.content", hint: "b.hint.content" },
    { name: "under", kind: "select", label: "b.f.under", options: under },
  ];
}

const named = (w: WindowView): Option => ({ value: w.reference, label: `${w.reference} · ${w.purpose}` });
const under = (windows: readonly WindowView[], kept: string | null): Option[] => [{ value: "", label: "–" }, ...windows.filter((w) => !isClosed(w) || w.reference === kept).map(named)];

export function draftForm(as: readonly May[], windows: readonly WindowView[]): RoomForm {
  return {
    fields: noticeFields(as, under(windows, null)),
    build: (values, toMs) => {
      const text = noticeText(values, toMs);
      return typeof text === "string" ? text : { deed: "draft", text };
    },
  };
}

const wall = (ms: number | null, zone: string): string => (ms === null ? "" : toInput(new Date(ms).toISOString(), zone));

/** A new version: what is not changed stays as it stands, and the giver cannot be changed. */
export function amendForm(of: NoticeView, windows: readonly WindowView[], zone: string): RoomForm {
  const known = of.under && !windows.some((w) => w.reference === of.under) ? [{ value: of.under, label: of.under }] : [];
  const height = of.height;
  const values: Values = {
    ...groundValues(of.ground), kind: of.kind, what: of.what, act: of.act, from_ms: wall(of.from_ms, zone), until_ms: wall(of.until_ms, zone), datum: height.datum,
    ...("low_m" in height ? { low_m: String(height.low_m), high_m: String(height.high_m) } : {}), under: of.under ?? "",
    addressees: of.ledger.map((r) => [r.to, r.level, r.channel ?? ""].filter(Boolean).join("; ")).join("\n"),
    content: Object.entries(of.content).map(([name, value]) => `${name}: ${value}`).join("\n"),
  };
  const fields = noticeFields([], [...under(windows, of.under), ...known]).filter((f) => f.name !== "giver");
  return {
    fields: [...filled(fields, values), why],
    says: t("b.amend_text", { n: of.version }),
    build: (typed, toMs) => {
      const text = noticeText(typed, toMs, of.ledger);
      return typeof text === "string" ? text : { deed: "amend", notice: of.reference, after_version: of.version, text: { ...text, giver: of.giver }, why: textOf(typed, "why") };
    },
  };
}

/** Whether a field of a place or height means something as the others stand. */
export function isAsked(name: string, values: Values): boolean {
  if (name === "low_m" || name === "high_m") return values.datum === "above-ground" || values.datum === "above-sea";
  if (name === "speed_kmh" || name === "late_min") return values.shape === "route";
  if (name === "reach_m") return values.shape !== "area" && values.shape !== "undetermined";
  return (name !== "coordinates" && name !== "doubt_m") || values.shape !== "undetermined";
}

function releaseForm(of: NoticeView): RoomForm {
  const version = of.pending;
  if (version === null) return { fields: [], says: t("b.no_version"), build: () => t("b.no_version") };
  return { fields: [], says: t("b.release_text", { n: version }), build: () => ({ deed: "release", notice: of.reference, version }) };
}

const REPEATED: Field[] = [
  { name: "repeated", kind: "area", label: "b.f.repeated", required: true, hint: "b.hint.read_back" },
  { name: "from_ms", kind: "when", label: "b.f.from" },
  { name: "until_ms", kind: "when", label: "b.f.until" },
  { name: "place_as_stated", kind: "check", label: "b.f.place_same" },
];
const OF_MARK: Record<string, Field[]> = { "read-back": REPEATED, "object": [why], "channel": [{ name: "channel", kind: "text", label: "b.f.channel", required: true }] };

/** What is said of one addressee. */
function markForm(deed: string, of: NoticeView, as: readonly May[]): RoomForm {
  const rows = rowsFor(deed, of, as).map((r) => ({ value: r.id, label: `${r.to} · ${r.level}` }));
  const said = (values: Values, toMs: (text: string) => number | null): Record<string, unknown> => {
    if (deed === "channel") return { channel: textOf(values, "channel") };
    if (deed === "object") return { version: of.version, why: textOf(values, "why") };
    if (deed !== "read-back") return { version: of.version };
    const repeated = { from_ms: toMs(textOf(values, "from_ms")), until_ms: toMs(textOf(values, "until_ms")), text: textOf(values, "repeated"), place_as_stated: values.place_as_stated === true };
    return { version: of.version, repeated };
  };
  return {
    fields: [{ name: "addressee", kind: "select", label: "b.f.addressee", required: true, options: rows, value: rows[0]?.value ?? "" }, ...(OF_MARK[deed] ?? [])],
    build: (values, toMs): Deed => ({ deed, notice: of.reference, addressee: textOf(values, "addressee"), ...said(values, toMs) }),
  };
}

/** The form of a deed on a notice. */
export function noticeForm(deed: string, of: NoticeView, as: readonly May[], windows: readonly WindowView[], zone: string): RoomForm {
  if (deed === "release") return releaseForm(of);
  if (deed === "amend") return amendForm(of, windows, zone);
  if (deed === "withdraw") return { fields: [why], build: (values) => ({ deed, notice: of.reference, why: textOf(values, "why") }) };
  return markForm(deed, of, as);
}

/** A call that was made, or that nobody answered. */
export function logForm(deed: "log" | "missed" = "log"): RoomForm {
  return {
    fields: [
      { name: "from", kind: "text", label: "b.f.call_from", required: true },
      { name: "to", kind: "text", label: "b.f.call_to", required: true },
      { name: "called_ms", kind: "when", label: "b.f.called", required: true },
      { name: "text", kind: "area", label: "b.f.said", required: deed === "log" },
      { name: "drill", kind: "check", label: "b.f.drill" },
    ],
    build: (values, toMs) => ({
      deed, call: { from: textOf(values, "from"), to: textOf(values, "to"), called_ms: toMs(textOf(values, "called_ms")), text: textOf(values, "text"), drill: values.drill === true },
    }),
  };
}

/** What a call takes: its words are passed on, then repeated by whoever received them. */
export function deedsOnCall(of: CallView): string[] {
  if (of.state === "closed") return [];
  return of.relayed > 0 ? ["relay", "repeat", "close"] : ["relay", "close"];
}

export function callForm(deed: string, of: CallView): RoomForm {
  const text: Field = { name: "text", kind: "area", label: deed === "repeat" ? "b.f.repeated" : deed === "relay" ? "b.f.said" : "b.f.remarks", required: true };
  const fields: Field[] = deed === "relay" ? [{ name: "to", kind: "text", label: "b.f.to", required: true, value: of.to }, { ...text, value: of.text ?? "" }]
    : deed === "repeat" ? [text, { name: "as_stated", kind: "check", label: "b.f.as_stated" }] : [text];
  const more = (values: Values): Record<string, unknown> => (deed === "relay" ? { to: textOf(values, "to") } : deed === "repeat" ? { as_stated: values.as_stated === true } : {});
  return { fields, build: (values) => ({ deed, call: of.reference, text: textOf(values, "text"), ...more(values) }) };
}
