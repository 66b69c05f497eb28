/** The closed vocabularies of the guarantee, in the server's order. No sign says more of an element than its word. */
import { signs, vocabulary } from "../rooms/vocab";

export const STATES = ["met", "not met", "undetermined"] as const;
export const PRESENCES = ["present", "absent"] as const;
export const VOTES = ["yes", "no", "abstains"] as const;
export const OUTCOMES = ["adopted", "not-adopted"] as const;
export const STANDINGS = ["put", "adopted-on-condition", "adopted", "not-adopted", "condition-not-confirmed", "withdrawn"] as const;
export const STAGES = ["requested", "consulting", "decided", "follow-up", "closed", "withdrawn"] as const;
export const QUIETS = ["running", "broken", "ran-out-unbroken", "withdrawn"] as const;
export const PROGRESSES = ["announced", "under-way", "done", "not-done", "withdrawn"] as const;
export const STEPS = ["begun", "submitted", "consulted", "agreed", "refused", "not-needed"] as const;
export const BEARINGS = ["for", "against", "leaves it open"] as const;
export const AUDIENCES = ["internal", "guarantors", "parties", "public"] as const;
export const CLOCK_STATES = ["not_started", "running", "met", "met_late", "expired", "no_time"] as const;
/** The deeds that have a form here. */
export const FORMS = ["request", "position", "vote", "close"] as const;

export type State = (typeof STATES)[number];
export type Presence = (typeof PRESENCES)[number];
export type Vote = (typeof VOTES)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type Standing = (typeof STANDINGS)[number];
export type Stage = (typeof STAGES)[number];
export type Quiet = (typeof QUIETS)[number];
export type Progress = (typeof PROGRESSES)[number];
export type Step = (typeof STEPS)[number];
export type Bearing = (typeof BEARINGS)[number];
export type Audience = (typeof AUDIENCES)[number];
export type ClockState = (typeof CLOCK_STATES)[number];

const TOLD = vocabulary("g", {
  state: signs(["met", "●", "good"], ["not met", "○"], ["undetermined", "◇", "open"], ["not-in-text", "–"]),
  presence: signs(["present", "●"], ["absent", "◌", "open"]),
  vote: signs(["yes", "✔", "good"], ["no", "✖", "bad"], ["abstains", "–"]),
  outcome: signs(["adopted", "✔"], ["not-adopted", "✖"]),
  standing: signs(["put", "◔", "open"], ["adopted-on-condition", "◑", "open"], ["adopted", "✔"], ["not-adopted", "✖"], ["condition-not-confirmed", "⊘"], ["withdrawn", "↩"]),
  stage: signs(["requested", "○"], ["consulting", "◔", "open"], ["decided", "◑"], ["follow-up", "◕"], ["closed", "■"], ["withdrawn", "↩"]),
  quiet: signs(["running", "▶"], ["broken", "✖"], ["ran-out-unbroken", "■"], ["withdrawn", "↩"]),
  progress: signs(["announced", "○"], ["under-way", "◑", "open"], ["done", "✔"], ["not-done", "✖", "bad"], ["withdrawn", "↩"]),
  bearing: signs(["for", "▲"], ["against", "▼"], ["leaves it open", "◇", "open"]),
  clock: signs(["not_started", "◌"], ["running", "▶", "good"], ["met", "✔"], ["met_late", "◪", "open"], ["expired", "■", "open"], ["no_time", "–"]),
});
export const { word, sign: signOf } = TOLD;
export const vocab = TOLD;
