/** The closed vocabularies of the watch, in the server's order, each member with a sign: shape first, word beside it, colour last. */
import { en } from "../i18n/en";
import type { Key } from "../i18n/en";
import { coded, t } from "../i18n/index.svelte";
import type { GroundView } from "./types";

export const LEVELS = ["advisory", "watch", "warning"] as const;
export const WHYS = [
  "ratio", "shock", "together", "erosion", "one-source", "only-parties", "poor-exposure", "burst", "implausible", "indicator",
] as const;
export const STAGES = ["raised", "checked", "issued", "suppressed", "stood-down"] as const;
export const AUDIENCES = ["staff", "parties", "guarantors", "organisations", "public"] as const;
export const OUTCOMES = ["right", "false", "undetermined"] as const;
export const FLAGS = ["unobserved", "burst", "implausible", "held", "warming-up"] as const;
export const QUIETS = ["not-said", "silent", "calm"] as const;
export const CADENCES = ["day", "quarter"] as const;
export const BASES = ["rise", "shock", "erosion"] as const;
export const METHODS = ["pool", "level"] as const;
export const SIGNALS = ["facts", "missing", "notices", "calls"] as const;
export const TURNS = ["rises", "falls", "stops"] as const;
export const INDICATED = ["met", "not-met", "undetermined"] as const;
export const LACKS = [
  "not-begun", "ended", "window-not-whole", "baseline-not-whole", "baseline-unwatched", "window-unwatched", "watch-not-stated", "nobody-sees", "unclear",
  "not-declared", "not-visited",
] as const;
/** Deeds about a warning, and then those about none. */
export const ON_WARNING = ["check", "issue", "suppress", "publish", "update", "acknowledge", "escalate", "stand-down"] as const;
export const ON_NONE = ["hand-over", "raise", "missed"] as const;

export type Level = (typeof LEVELS)[number];
export type Why = (typeof WHYS)[number];
export type Stage = (typeof STAGES)[number];
export type Audience = (typeof AUDIENCES)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type Flag = (typeof FLAGS)[number];
export type Quiet = (typeof QUIETS)[number];
export type Cadence = (typeof CADENCES)[number];
export type Basis = (typeof BASES)[number];
export type Method = (typeof METHODS)[number];
export type Signal = (typeof SIGNALS)[number];
export type Turn = (typeof TURNS)[number];
export type Indicated = (typeof INDICATED)[number];
export type Lack = (typeof LACKS)[number];

export type WordList =
  | "level" | "why" | "stage" | "audience" | "outcome" | "flag" | "quiet" | "cadence" | "basis" | "method" | "signal" | "turn" | "indicated" | "lack" | "deed" | "did" | "state";

/** A word of a vocabulary in the chosen language, or as the server has it if it is not a known one. */
export function word(list: WordList, code: string): string {
  const key = `w.${list}.${code}`;
  return key in en ? t(key as Key) : code;
}

/** Where, in words; a name of the text or of a cell is the same in every language. */
export function groundName(ground: Pick<GroundView, "is" | "name">): string {
  return ground.is === "everywhere" ? t("w.everywhere") : ground.name;
}

/** Kinds of fact, in words. */
export const kindNames = (kinds: readonly string[]): string => kinds.map((k) => coded("kind", k)).join(", ");

const SIGNS: Partial<Record<WordList, Record<string, string>>> = {
  level: { "advisory": "○", "watch": "◆", "warning": "▲" },
  stage: { "raised": "◔", "checked": "◑", "issued": "●", "suppressed": "⊘", "stood-down": "■" },
  outcome: { "right": "✔", "false": "✖", "undetermined": "◇" },
  indicated: { "met": "▲", "not-met": "○", "undetermined": "◇" },
  quiet: { "not-said": "·", "silent": "◌", "calm": "≈" },
};

/** The sign of a word; a dot where it has none. */
export const signOf = (list: WordList, code: string): string => SIGNS[list]?.[code] ?? "·";
