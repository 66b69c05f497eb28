/**
 * The closed vocabularies of decisions, in the server's order, each member with a sign: shape first, colour second.
 * Three scales are kept apart and never multiplied: how likely, how good the evidence is, and the grade of a source.
 */
import { en } from "../i18n/en";
import type { Key } from "../i18n/en";
import { coded, t } from "../i18n/index.svelte";

export const STAGES = [
  "opened", "preliminary", "tasked", "verifying", "drafting", "comments", "issued", "remedy", "follow-up", "closed", "appealed",
] as const;
export const CAUSES = ["no-access", "no-consensus", "no-security"] as const;
export const DISMISSALS = ["incomplete", "out-of-mandate", "time-barred", "duplicate"] as const;
export const TASK_KINDS = ["site-visit", "imagery", "interview", "documents", "examination"] as const;
export const TASK_ENDS = ["done", "refused", "impossible"] as const;
export const WEIGHTS = ["supports", "against", "silent", "not-covered"] as const;
export const OUTCOMES = ["violation", "no-violation", "undetermined", "out-of-mandate"] as const;
export const SEVERITIES = ["non-compliance", "minor", "serious", "very-serious"] as const;
export const STANDARDS = [
  "reasonable suspicion", "reasonable grounds to believe", "balance of probabilities", "clear and convincing",
] as const;
export const LIKELIHOODS = [
  "almost no chance", "very unlikely", "unlikely", "roughly even", "likely", "very likely", "almost certain",
] as const;
export const CONFIDENCES = ["low", "moderate", "high"] as const;
export const STANDS = ["agrees", "dissents", "abstains", "absent"] as const;
export const STANDINGS = ["draft", "proposed", "provisional", "confirmed", "under-appeal", "superseded"] as const;
export const RESPONSIBILITIES = ["direct", "command", "proxy", "failure-to-prevent", "joint"] as const;
export const INTENTS = ["deliberate", "accidental", "undetermined"] as const;
export const CHECKS = ["passed", "failed", "undetermined"] as const;
export const EXPIRIES = ["told", "stands", "falls"] as const;
export const ALLEGATION_STATES = ["received", "registered", "dismissed", "withdrawn"] as const;
export const CLOCK_STATES = ["running", "paused", "stopped", "expired"] as const;
export const REMEDY_STANDINGS = ["due", "reported", "verified", "failed", "undetermined"] as const;
export const RELIABILITIES = ["A", "B", "C", "D", "E", "F"] as const;
export const CREDIBILITIES = ["1", "2", "3", "4", "5", "6"] as const;
export const HYPOTHESES = ["party", "proxy", "both", "third", "accident", "no-event"] as const;

export type Stage = (typeof STAGES)[number];
export type Cause = (typeof CAUSES)[number];
export type Weight = (typeof WEIGHTS)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type Severity = (typeof SEVERITIES)[number];
export type Standard = (typeof STANDARDS)[number];
export type Likelihood = (typeof LIKELIHOODS)[number];
export type Confidence = (typeof CONFIDENCES)[number];
export type Stand = (typeof STANDS)[number];
export type Standing = (typeof STANDINGS)[number];
export type Responsibility = (typeof RESPONSIBILITIES)[number];
export type Intent = (typeof INTENTS)[number];
export type Check = (typeof CHECKS)[number];
export type Expiry = (typeof EXPIRIES)[number];

/** Per cent, from and to (Intelligence Community Directive 203). */
export const RANGES: Record<Likelihood, readonly [number, number]> = {
  "almost no chance": [1, 5], "very unlikely": [5, 20], "unlikely": [20, 45], "roughly even": [45, 55], "likely": [55, 80],
  "very likely": [80, 95], "almost certain": [95, 99],
};

export type WordList =
  | "stage" | "cause" | "dismissal" | "task" | "end" | "weight" | "outcome" | "severity" | "standard" | "likelihood"
  | "confidence" | "stand" | "standing" | "responsibility" | "intent" | "check" | "expiry" | "state" | "clock" | "remedy"
  | "reliability" | "credibility" | "who" | "role" | "deed" | "did" | "power" | "late" | "lack";

/** A word of a vocabulary in the chosen language, or as the server has it if it is not a known one. */
export function word(list: WordList, code: string): string {
  // Roles have their words where people are managed.
  if (list === "role") return coded("role", code);
  const key = `c.${list}.${code}`;
  return key in en ? t(key as Key) : code;
}

/** A name or a reference inside a sentence, whichever way that runs. */
export const apart = (text: string): string => `\u2068${text}\u2069`;

/** What a sign tells: something bad or against, open or doubtful, good or for, neither. */
export type Tone = "bad" | "open" | "good" | "none";
export interface Sign { glyph: string; tone: Tone }

const SIGNS: Partial<Record<WordList, Record<string, Sign>>> = {
  weight: {
    "supports": { glyph: "▲", tone: "good" }, "against": { glyph: "▼", tone: "bad" },
    "silent": { glyph: "◌", tone: "open" }, "not-covered": { glyph: "▨", tone: "none" },
  },
  outcome: {
    "violation": { glyph: "▲", tone: "bad" }, "no-violation": { glyph: "●", tone: "none" },
    "undetermined": { glyph: "◇", tone: "open" }, "out-of-mandate": { glyph: "○", tone: "none" },
  },
  standing: {
    "draft": { glyph: "✎", tone: "none" }, "proposed": { glyph: "◔", tone: "open" },
    "provisional": { glyph: "◑", tone: "open" }, "confirmed": { glyph: "✔", tone: "good" },
    "under-appeal": { glyph: "⇄", tone: "bad" }, "superseded": { glyph: "⊘", tone: "none" },
  },
  stand: {
    "agrees": { glyph: "✔", tone: "good" }, "dissents": { glyph: "✖", tone: "bad" },
    "abstains": { glyph: "–", tone: "none" }, "absent": { glyph: "◌", tone: "open" },
  },
  end: {
    "done": { glyph: "✔", tone: "good" }, "refused": { glyph: "✖", tone: "bad" }, "impossible": { glyph: "⊘", tone: "open" },
  },
  state: {
    "received": { glyph: "○", tone: "open" }, "registered": { glyph: "✔", tone: "good" },
    "dismissed": { glyph: "✖", tone: "none" }, "withdrawn": { glyph: "↩", tone: "none" },
  },
  clock: {
    "running": { glyph: "▶", tone: "good" }, "paused": { glyph: "❚❚", tone: "open" },
    "stopped": { glyph: "■", tone: "none" }, "expired": { glyph: "▲", tone: "bad" },
  },
  remedy: {
    "due": { glyph: "○", tone: "none" }, "reported": { glyph: "◑", tone: "open" }, "verified": { glyph: "✔", tone: "good" },
    "failed": { glyph: "✖", tone: "bad" }, "undetermined": { glyph: "◇", tone: "open" },
  },
  check: {
    "passed": { glyph: "✔", tone: "good" }, "failed": { glyph: "✖", tone: "bad" }, "undetermined": { glyph: "◇", tone: "open" },
  },
};

/** The sign of a word; a dot where it has none. */
export function signOf(list: WordList, code: string): Sign {
  return SIGNS[list]?.[code] ?? { glyph: "·", tone: "none" };
}

/** The standard of proof where the text's words are one of the usual ones; null: the text says none, or another. */
export function usualStandard(words: string | undefined): Standard | null {
  return STANDARDS.find((s) => s === words?.trim()) ?? null;
}
