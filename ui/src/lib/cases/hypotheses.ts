/** Hypotheses on who did it, for people. */
import type { Hypothesis, PartyName, Strand, Weighed } from "./types";
import { word } from "./words";

export const sameHypothesis = (a: Hypothesis | null, b: Hypothesis | null): boolean =>
  a !== null && b !== null && a.who === b.who && (a.of ?? "") === (b.of ?? "");

export function hypothesisName(h: Hypothesis, parties: readonly PartyName[]): string {
  const party = parties.find((p) => p.code === h.of)?.name ?? h.of;
  return party ? `${word("who", h.who)}: ${party}` : word("who", h.who);
}

/** The strands of a hypothesis that say that. */
export function strandsOf(weighed: Weighed, weights: readonly Strand["weight"][]): Strand[] {
  return weighed.strands.filter((s) => weights.includes(s.weight));
}
