/** The closed vocabularies of the board, in the server's order. No sign is a tick of assent: a ring, a square or a diamond tells how far something came. */
import { signs, vocabulary } from "../rooms/vocab";

export const NOTICE_KINDS = ["movement", "flight", "repair", "exercise", "demining-blast", "convoy", "hotline-message", "protest"] as const;
export const NOTICE_STATES = ["drafted", "released-by-one", "released", "under-way", "expired", "withdrawn"] as const;
export const DELIVERIES = [
  "no-channel", "waiting", "sent", "delivered", "read-back", "repeated-otherwise", "objected", "earlier-version", "expired", "withdrawn",
] as const;
export const ANSWERS = ["clear-of-what-is-known", "undetermined", "conflict"] as const;
export const WITHS = ["notice", "zone", "window", "protected", "activity"] as const;
export const WINDOW_STATES = [
  "requested", "promises-pending", "promised", "open", "suspended", "lapsed", "broken", "hours-over", "completed", "evaluated", "called-off",
] as const;
export const PROMISES = ["not-asked", "asked", "given", "expired", "refused", "taken-back"] as const;
export const WORKS = ["done", "partly-done", "not-done", "not-said"] as const;
export const OUTCOMES = ["held", "broken", "disputed", "undetermined"] as const;
export const CATEGORIES = ["medical", "school", "shelter", "water", "energy", "nuclear", "dam", "culture", "aid", "monitors", "other"] as const;
export const DISCLOSURES = ["category-only", "coarse", "exact"] as const;
export const ENTRY_STATES = ["entered", "checked-once", "coordinates-differ", "not-in-gazetteer", "current", "expired", "removed"] as const;
export const CALL_STATES = ["logged", "missed", "relayed", "read-back", "repeated-otherwise", "closed"] as const;
export const DUTIES = ["not-sent", "timely", "under-way", "late", "missing", "defective", "undetermined"] as const;
/** The deeds, each of which has a form here. */
export const FORMS = [
  "draft", "amend", "release", "sent", "delivered", "read-back", "object", "channel", "withdraw",
  "request", "ask", "promise", "refuse", "take-back", "post", "open", "suspend", "resume", "break", "complete", "evaluate", "call-off",
  "enter", "look-up", "second", "correct", "renew", "disclose", "remove",
  "log", "missed", "relay", "repeat", "close",
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];
export type NoticeState = (typeof NOTICE_STATES)[number];
export type Delivery = (typeof DELIVERIES)[number];
export type Answer = (typeof ANSWERS)[number];
export type WithKind = (typeof WITHS)[number];
export type WindowState = (typeof WINDOW_STATES)[number];
export type PromiseState = (typeof PROMISES)[number];
export type Work = (typeof WORKS)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type Category = (typeof CATEGORIES)[number];
export type Disclosure = (typeof DISCLOSURES)[number];
export type EntryState = (typeof ENTRY_STATES)[number];
export type CallState = (typeof CALL_STATES)[number];
export type DutyState = (typeof DUTIES)[number];

const TOLD = vocabulary("b", {
  state: signs(["drafted", "✎"], ["released-by-one", "◔", "open"], ["released", "◑"], ["under-way", "▶"], ["expired", "■"], ["withdrawn", "↩"]),
  delivery: signs(["no-channel", "⊘", "bad"], ["waiting", "○", "open"], ["sent", "◔"], ["delivered", "◑"], ["read-back", "●"], ["repeated-otherwise", "≠", "bad"],
    ["objected", "✖", "bad"], ["earlier-version", "◪", "open"], ["expired", "■"], ["withdrawn", "↩"]),
  answer: signs(["clear-of-what-is-known", "○"], ["undetermined", "◇", "open"], ["conflict", "▲", "bad"]),
  window: signs(["requested", "○"], ["promises-pending", "◔", "open"], ["promised", "◑"], ["open", "▶", "good"], ["suspended", "❚❚", "bad"], ["lapsed", "▲", "bad"],
    ["broken", "✖", "bad"], ["hours-over", "■", "open"], ["completed", "▪"], ["evaluated", "▣"], ["called-off", "↩"]),
  promise: signs(["not-asked", "○"], ["asked", "◔", "open"], ["given", "●"], ["expired", "■", "bad"], ["refused", "✖", "bad"], ["taken-back", "↩", "bad"]),
  entry: signs(["entered", "✎"], ["checked-once", "◔", "open"], ["coordinates-differ", "≠", "bad"], ["not-in-gazetteer", "◌", "open"], ["current", "●"], ["expired", "■"], ["removed", "↩"]),
  call: signs(["logged", "○"], ["missed", "◌", "bad"], ["relayed", "◑"], ["read-back", "●"], ["repeated-otherwise", "≠", "bad"], ["closed", "■"]),
  duty: signs(["not-sent", "○"], ["timely", "●"], ["under-way", "◑"], ["late", "▲", "bad"], ["missing", "✖", "bad"], ["defective", "≠", "bad"], ["undetermined", "◇", "open"]),
});
export const { word, sign: signOf } = TOLD;
export const vocab = TOLD;
