/** The forms of the watch's deeds, as data: which members each has. */
import type { Deed } from "../cases/types";
import { type Field, member, type Option, type Values } from "../cases/specs";
import { toInput } from "../time";
import type { WarningView } from "./types";
import { AUDIENCES, LEVELS, OUTCOMES, signOf, word, type WordList } from "./words";

const DAY_MS = 86_400_000;
/** For how long a warning may be issued at once (the server's `ISSUED_MS_MAX`). */
export const ISSUED_DAYS_MAX = 31;
/** And for how long it is, unless its evidence stands longer. */
const ISSUED_DAYS = 7;

export interface Given {
  view: WarningView | null;
  grounds: readonly string[];
  whats: readonly string[];
  zone: string;
  now_ms: number;
}

function of(list: WordList, codes: readonly string[]): Option[] {
  return codes.map((value) => {
    const glyph = signOf(list, value);
    return { value, label: word(list, value), ...(glyph === "·" ? {} : { glyph }) };
  });
}
const as = (values: readonly string[]): Option[] => values.map((value) => ({ value, label: value }));

const why = (hint: Field["hint"]): Field => ({ name: "why", kind: "area", label: "c.f.why", required: true, ...(hint ? { hint } : {}) });

/** Until when a warning is proposed to hold: as long as its evidence stands, at least a day, at most what the rules allow. */
export function proposedEnd(view: Pick<WarningView, "expires" | "issued"> | null, now_ms: number): number {
  const stands = Date.parse(view?.issued?.expires ?? view?.expires ?? "");
  const wanted = Number.isNaN(stands) || stands < now_ms + DAY_MS ? now_ms + ISSUED_DAYS * DAY_MS : stands;
  return Math.min(wanted, now_ms + ISSUED_DAYS_MAX * DAY_MS);
}

const level = (value: string): Field => ({ name: "level", kind: "choice", label: "w.f.level", required: true, options: of("level", LEVELS), value, hint: "w.hint.level" });
const until = (given: Given): Field => ({
  name: "expires_ms", kind: "when", label: "w.f.expires", required: true, hint: "w.hint.expires",
  value: toInput(new Date(proposedEnd(given.view, given.now_ms)).toISOString(), given.zone),
});
const instruction = (value: string): Field => ({ name: "instruction", kind: "area", label: "w.f.instruction", hint: "w.hint.instruction", value });
const where = (given: Given): Field[] => [
  { name: "ground", kind: "text", label: "w.f.ground", required: true, options: as(given.grounds) },
  { name: "what", kind: "text", label: "w.f.what", required: true, options: as(given.whats) },
];

const FORMS: Record<string, (given: Given) => Field[]> = {
  "check": () => [{ name: "text", kind: "area", label: "w.f.looked", hint: "w.hint.looked" }],
  "issue": (given) => [
    level(given.view?.level ?? "advisory"),
    { name: "audiences", kind: "many", label: "w.f.audiences", required: true, value: ["staff"], options: of("audience", AUDIENCES.filter((a) => a !== "public")), hint: "w.hint.audiences" },
    instruction(""), until(given), why("c.hint.why"),
  ],
  "suppress": () => [why("w.hint.suppress")],
  "publish": () => [],
  "update": (given) => [
    level(given.view?.issued?.level ?? given.view?.level ?? "advisory"), instruction(given.view?.issued?.instruction ?? ""),
    until(given), why("w.hint.update"),
  ],
  "escalate": () => [{ name: "to", kind: "text", label: "w.f.to", required: true }, why("c.hint.why")],
  "stand-down": () => [
    { name: "outcome", kind: "choice", label: "w.f.outcome", required: true, options: of("outcome", OUTCOMES), hint: "w.hint.outcome" },
    { name: "came_ms", kind: "when", label: "w.f.came", hint: "w.hint.came" },
    why("w.hint.rests"),
  ],
  "raise": (given) => [...where(given), level("advisory"), why("w.hint.raise"), { name: "cites", kind: "cites", label: "c.f.cites", hint: "c.hint.cites" }],
  "missed": (given) => [...where(given), { name: "came_ms", kind: "when", label: "w.f.began", required: true }, why("w.hint.rests")],
  "hand-over": () => [{ name: "text", kind: "area", label: "w.f.hand_over", required: true, hint: "w.hint.hand_over" }],
};

/** The members that a form for that deed asks for. */
export function fieldsOf(deed: string, given: Given): Field[] {
  return FORMS[deed]?.(given) ?? [];
}

/** The deed that a filled form stands for. `toMs` reads a time of the mission's zone. */
export function deedOf(deed: string, reference: string | null, fields: readonly Field[], values: Values, toMs: (text: string) => number | null): Deed {
  const typed = Object.fromEntries(fields.map((f) => [f.name, member(f, values[f.name] ?? "", toMs)]));
  // The narrowest audience first, whichever was ticked first.
  if (Array.isArray(typed.audiences)) typed.audiences = AUDIENCES.filter((a) => (typed.audiences as string[]).includes(a));
  return { deed, ...(reference === null ? {} : { warning: reference }), ...typed };
}
