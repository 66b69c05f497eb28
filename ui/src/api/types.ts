/** The JSON API as this app reads it: the types generated from the server's OpenAPI document, with their closed vocabularies. */
import type { FeatureCollection, Geometry } from "geojson";
import type { components } from "./schema";

export const OUTCOMES = ["breached", "undetermined", "excused", "kept", "not_applicable"] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** The outcomes that are counted, in the order in which they are shown. */
export const COUNTED = ["breached", "undetermined", "excused", "kept"] as const;
export type Truth = "yes" | "no" | "undetermined";

type Schemas = components["schemas"];
/** The server writes a value it does not have as null; OpenAPI says the same as "may be left out". */
type Given<T> = T extends (infer U)[] ? Given<U>[] : T extends object ? { [K in keyof T]-?: Given<T[K]> } : T;
type With<T, Narrower> = Omit<T, keyof Narrower> & Narrower;

export type Counts = Schemas["Counts"];
export type Clause = Given<Schemas["Clause"]>;
export type Version = Given<Schemas["Version"]>;
export type Source = Given<Schemas["Source"]>;
export type Mission = With<Given<Schemas["Mission"]>, {
  bounds: [number, number, number, number] | null;
  /** Only where the truth is known, as in the demo. */
  truth?: Schemas["TruthScore"] | null;
}>;

export type IncidentSummary = With<Given<Schemas["IncidentSummary"]>, {
  gravest: Outcome;
  outcomes: With<Schemas["ClauseOutcome"], { outcome: Outcome }>[];
}>;
export type IncidentPage = With<Given<Schemas["IncidentPage"]>, { items: IncidentSummary[] }>;

export type Place = Given<Schemas["Place"]>;
export type Member = With<Given<Schemas["Member"]>, { place: Place }>;
export type Reason = With<Schemas["Reason"], { truth: Truth }>;
export type Trace = With<Given<Schemas["Trace"]>, { outcome: Outcome; reasons: Reason[] }>;
export type Finding = With<Given<Schemas["Finding"]>, { outcome: Outcome; traces: Trace[] }>;
export type IncidentDetail = IncidentSummary & {
  members: Member[];
  members_left_out: number;
  findings: Finding[];
  neighbours: Given<Schemas["Neighbours"]>;
  fusion: Fusion;
  items: Item[];
};
export type EvidencePiece = Given<Schemas["EvidencePiece"]>;
export type Fusion = Given<Schemas["Fusion"]>;
export type Item = Given<Schemas["Item"]>;

export type Bin = Schemas["Bin"];
export type Histogram = Given<Schemas["Histogram"]>;
export type Piece = Given<Schemas["Piece"]>;
/** What a value is, also in lists. */
export type TermsLine = Given<Schemas["TermsLine"]>;
export type Bracket = Given<Schemas["Bracket"]>;
export type Standing = Given<Schemas["Standing"]>;
export type Agreement = With<Given<Schemas["Agreement"]>, { pieces: Piece[] }>;
export const VERDICTS = ["same", "stricter", "looser", "mixed", "undetermined", "only_a", "only_b"] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Shown = Given<Schemas["Shown"]>;
export type Side = Given<Schemas["Side"]>;
export type ClausePair = With<Given<Schemas["ClausePair"]>, { verdict: Verdict }>;
export type Comparison = With<Given<Schemas["Comparison"]>, { pairs: ClausePair[] }>;
export type Layer = With<Given<Schemas["Layer"]>, { kind: "line" | "zone" }>;
export type Coverage = With<Given<Schemas["Coverage"]>, { area: Geometry | null }>;
export type Ledger = Given<Schemas["Ledger"]>;
export type LedgerStep = Given<Schemas["LedgerStep"]>;
export type Held = Given<Schemas["Held"]>;
export type PersonCard = Given<Schemas["PersonCard"]>;
export type Me = Given<Schemas["Me"]>;
export type FirstStep = Given<Schemas["FirstStep"]>;
export type AccountCard = Given<Schemas["AccountCard"]>;
export type Everybody = Given<Schemas["Everybody"]>;
export type OneTimeLink = Given<Schemas["OneTimeLink"]>;
/** The roles, in the order in which they are listed to people; those in the second list are held of something. */
export const ROLES = ["observer", "watch-officer", "verification-officer", "analyst", "member", "chair", "liaison", "guarantor", "planner", "publisher", "custodian", "auditor", "administrator"] as const;
export const HELD_OF: readonly string[] = ["member", "chair", "liaison", "guarantor", "planner"];
export type Problem = Partial<Schemas["Problem"]>;

/** A GeoJSON collection; the desk adds properties to the collection itself. */
export type Collection = FeatureCollection & {
  properties?: Partial<Schemas["PointsProperties"]> & { disclaimer?: string };
};
