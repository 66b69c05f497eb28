/** The forms of deeds that need no page of their own, as data: which members they have, and how each is typed. */
import type { Key } from "../i18n/en";
import { cites, lines } from "./form";
import type { CaseView, Deed, May, Queue } from "./types";
import {
  ALLEGATION_STATES, CAUSES, CHECKS, DISMISSALS, EXPIRIES, signOf, STAGES, STANDS, TASK_ENDS, TASK_KINDS, WEIGHTS, word,
  type WordList,
} from "./words";

export type FieldKind = "text" | "area" | "choice" | "select" | "when" | "cites" | "lines" | "check" | "many" | "number";
export interface Option { value: string; label: string; glyph?: string }
export interface Field {
  name: string;
  kind: FieldKind;
  label: Key;
  hint?: Key;
  options?: Option[];
  required?: boolean;
  /** What stands there at first. */
  value?: Value;
}
export type Value = string | boolean | string[];
export type Values = Record<string, Value>;

/** What the options of a form depend on. */
export interface Given {
  queue: Queue | null;
  view: CaseView | null;
  /** The capacities in which this deed may be done. */
  as: readonly May[];
}

function of(list: WordList, codes: readonly string[]): Option[] {
  return codes.map((value) => {
    const { glyph } = signOf(list, value);
    return { value, label: word(list, value), ...(glyph === "·" ? {} : { glyph }) };
  });
}
const nobody = (label: string): Option => ({ value: "", label });

const why: Field = { name: "why", kind: "area", label: "c.f.why", required: true, hint: "c.hint.why" };
const text: Field = { name: "text", kind: "area", label: "c.f.text", required: true };
const cited: Field = { name: "cites", kind: "cites", label: "c.f.cites", hint: "c.hint.cites" };

export function partyOptions(queue: Queue | null): Option[] {
  return (queue?.parties ?? []).map((p) => ({ value: p.code, label: `${p.name} (${p.code})` }));
}

/** A clause as the value of an option: the text and the label, which may hold anything. */
export const clauseValue = (c: { text: string; clause: string }): string => JSON.stringify([c.text, c.clause]);
export function clauseOf(value: string): { text: string; clause: string } {
  const [text, clause] = JSON.parse(value) as [string, string];
  return { text, clause };
}
export function clauseOptions(queue: Queue | null): Option[] {
  return (queue?.clauses ?? []).map((c) => ({ value: clauseValue(c.clause), label: `${c.clause.clause} · ${c.clause.text}` }));
}

function moveOptions(as: readonly May[]): Option[] {
  const to = new Set(as.flatMap((m) => m.to ?? []));
  return of("stage", STAGES.filter((s) => to.has(s)));
}

function looseAllegations(given: Given): Option[] {
  const known = given.view?.allegations ?? [];
  return known.map((value) => ({ value, label: value }));
}

const CLAIM = (given: Given): Field[] => {
  // A liaison officer alleges for their own party, and for no other.
  const own = given.as.find((m) => m.role === "liaison")?.of ?? "";
  const labels = [...new Set((given.queue?.clauses ?? []).map((c) => c.clause.clause))];
  return [
    { name: "complainant", kind: "text", label: "c.f.complainant", value: own, hint: "c.hint.complainant" },
    { name: "against", kind: "select", label: "c.f.against", options: [nobody("–"), ...partyOptions(given.queue)] },
    { name: "clauses", kind: "many", label: "c.f.clauses", options: labels.map((value) => ({ value, label: value })) },
    { name: "from_ms", kind: "when", label: "c.f.from" },
    { name: "until_ms", kind: "when", label: "c.f.until" },
    { name: "place", kind: "text", label: "c.f.place" },
    { name: "text", kind: "area", label: "c.f.alleged", required: true },
    { name: "material", kind: "cites", label: "c.f.material", hint: "c.hint.material" },
  ];
};

const OPEN = (given: Given): Field[] => [
  { name: "title", kind: "text", label: "c.f.title", required: true },
  { name: "clauses", kind: "many", label: "c.f.clauses", options: clauseOptions(given.queue), required: true },
  { name: "incidents", kind: "cites", label: "c.f.incidents", hint: "c.hint.incidents" },
  { name: "allegations", kind: "cites", label: "c.f.allegations" },
  why,
];

const TASK = (): Field[] => [
  { name: "kind", kind: "choice", label: "c.f.kind", options: of("task", TASK_KINDS), required: true, value: "site-visit" },
  { name: "what", kind: "area", label: "c.f.what", required: true },
  { name: "place", kind: "text", label: "c.f.place", required: true },
  { name: "to", kind: "text", label: "c.f.to", required: true },
  { name: "due_ms", kind: "when", label: "c.f.due", required: true },
];

const START = (given: Given): Field[] => [
  { name: "purpose", kind: "text", label: "c.f.purpose", required: true },
  { name: "started_by", kind: "text", label: "c.f.started_by", required: true, hint: "c.hint.started_by" },
  { name: "from_ms", kind: "when", label: "c.f.clock_from", hint: "c.hint.clock_from" },
  { name: "n", kind: "number", label: "c.f.length", required: true, value: "72" },
  { name: "unit", kind: "choice", label: "c.f.unit", value: "hours", required: true,
    options: [{ value: "hours", label: word("clock", "hours") }, { value: "days", label: word("clock", "days") }] },
  { name: "zone", kind: "text", label: "c.f.zone", required: true, value: given.queue?.zone ?? "UTC" },
  { name: "pauses", kind: "check", label: "c.f.pauses" },
  { name: "expiry", kind: "choice", label: "c.f.expiry", options: of("expiry", EXPIRIES), required: true, value: "told" },
];

const SUSPEND = (given: Given): Field[] => [
  { name: "cause", kind: "choice", label: "c.f.cause", options: of("cause", CAUSES), required: true, value: "no-access" },
  { name: "of", kind: "select", label: "c.f.whose", options: [nobody("–"), ...partyOptions(given.queue)] },
  why,
];

const RETURN = (given: Given): Field[] => [
  { name: "end", kind: "choice", label: "c.f.end", options: of("end", TASK_ENDS), required: true, value: "done" },
  { name: "of", kind: "select", label: "c.f.refused_by", options: [nobody("–"), ...partyOptions(given.queue)], hint: "c.hint.refused_by" },
  text, cited,
];

const COMMENT: Field[] = [
  { name: "stand", kind: "choice", label: "c.f.stand", options: [], required: true, value: "agrees" },
  { name: "component", kind: "text", label: "c.f.component", hint: "c.hint.component" },
  { name: "text", kind: "area", label: "c.f.text", hint: "c.hint.dissent" },
];

const FORMS: Record<string, (given: Given) => Field[]> = {
  "allege": CLAIM, "open": OPEN, "task": TASK, "start": START, "suspend": SUSPEND, "return": RETURN,
  "register": () => [why],
  "restrict": ({ view }) => [{ name: "compartments", kind: "lines", label: "c.f.compartments", hint: "c.hint.compartments", value: (view?.compartments ?? []).join("\n") }, why],
  "dismiss": () => [{ name: "reason", kind: "choice", label: "c.f.reason", options: of("dismissal", DISMISSALS), required: true, value: "incomplete" }, why],
  "answer": () => [text],
  "withdraw": () => [why], "resume": () => [why], "recuse": () => [why], "pause": () => [why], "continue": () => [why], "stop": () => [why],
  "join": (given) => [{ name: "allegations", kind: "cites", label: "c.f.allegations", required: true, options: looseAllegations(given) }, why],
  "move": ({ as }) => [{ name: "to", kind: "choice", label: "c.f.stage", options: moveOptions(as), required: true, value: moveOptions(as)[0]?.value ?? "" }, why],
  "weigh": () => [{ name: "weight", kind: "choice", label: "c.f.weight", options: of("weight", WEIGHTS), required: true, value: "supports" }, cited, why],
  "comment": () => COMMENT.map((f) => (f.name === "stand" ? { ...f, options: of("stand", STANDS) } : f)),
  "appeal": () => [text],
  "rule": () => [{ name: "upheld", kind: "choice", label: "c.f.upheld", required: true, value: "no",
    options: [{ value: "yes", label: word("check", "upheld") }, { value: "no", label: word("check", "rejected") }] }, why],
  "reported": () => [text, cited],
  "check": () => [{ name: "check", kind: "choice", label: "c.f.check", options: of("check", CHECKS), required: true, value: "passed" }, text, cited],
};

/** The members that a form for that deed asks for. */
export function fieldsOf(deed: string, given: Given): Field[] {
  return FORMS[deed]?.(given) ?? [];
}

/** The member by which a deed names its object. */
const OBJECT: Record<string, string> = {
  answer: "allegation", withdraw: "allegation", return: "task", comment: "on", sign: "on", confirm: "on", appeal: "finding",
  rule: "finding", order: "finding", attribute: "finding", reported: "remedy", check: "remedy", pause: "clock",
  continue: "clock", stop: "clock",
};

/** The members that say on what a deed is done. */
export function objectOf(deed: string, references: readonly string[]): Record<string, unknown> {
  if (deed === "register" || deed === "dismiss") return { allegations: references };
  if (deed === "allege" || deed === "open") return {};
  return { [OBJECT[deed] ?? "case"]: references[0] ?? "" };
}

export function initial(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((f) => [f.name, f.value ?? (f.kind === "many" ? [] : f.kind === "check" ? false : "")]));
}

/** Fields that must be filled in and are not. */
export function empty(fields: readonly Field[], values: Values): string[] {
  const isEmpty = (v: Value | undefined): boolean => (Array.isArray(v) ? v.length === 0 : typeof v === "string" ? !v.trim() : false);
  return fields.filter((f) => f.required && isEmpty(values[f.name])).map((f) => f.name);
}

/** A member of a deed as it is sent. */
export function member(field: Field, value: Value, toMs: (text: string) => number | null): unknown {
  if (typeof value !== "string") return value;
  switch (field.kind) {
    case "cites": return cites(value);
    case "lines": return lines(value);
    case "when": return value ? toMs(value) : null;
    case "number": return Number(value);
    default: return value.trim();
  }
}

/** The deed that a filled form stands for. `toMs` reads a time of the mission's zone. */
export function deedOf(deed: string, references: readonly string[], fields: readonly Field[], values: Values, toMs: (text: string) => number | null): Deed {
  const typed = Object.fromEntries(fields.map((f) => [f.name, member(f, values[f.name] ?? "", toMs)]));
  const on = objectOf(deed, references);
  if (deed === "open") return { deed, ...typed, clauses: (typed.clauses as string[]).map(clauseOf) };
  if (deed === "rule") return { deed, ...on, ...typed, upheld: typed.upheld === "yes" };
  if (deed === "allege") return { deed, ...typed, channel: "form" };
  if (deed === "start") {
    const { n, unit, ...clock } = typed;
    return { deed, ...on, clock: { ...clock, length: { [String(unit)]: n } } };
  }
  return { deed, ...on, ...typed };
}

/** States by which the ledger of allegations is narrowed. */
export const stateOptions = (): Option[] => of("state", ALLEGATION_STATES);
