/** Times and lists as the rooms say them. */
import { zone } from "../cases/zone.svelte";
import { duration, language, t } from "../i18n/index.svelte";
import { civilWithZone } from "../time";

/** A moment in the mission's zone, which is named. */
export const at = (ms: number): string => civilWithZone(new Date(ms).toISOString(), zone(), language.intl);

/** Names one after the other, each in its own direction. */
export const list = (names: readonly string[]): string => names.map((n) => `\u2068${n}\u2069`).join(", ");

/** Words that keep their own direction within a sentence. */
export const apart = (text: string): string => `\u2068${text}\u2069`;

/** A span as days and a clock, in one piece inside right-to-left text. */
export const spanWords = (days: string, clock: string): string => apart(`${days ? `${days} ` : ""}\u2066${clock}\u2069`);

/** What ends a window first, as the server names it, in the reader's language. */
export function endWords(of: string): string {
  const party = /^the promise of (.+)$/.exec(of)?.[1];
  return party ? t("b.p.end_promise", { party: apart(party) }) : of === "the hours" ? t("b.p.end_hours") : of;
}

/** How old something is, in whole minutes; below one, in whole seconds. */
export const agedWords = (ms: number): string => duration(Math.floor(ms / 60_000) * 60_000 || Math.floor(ms / 1_000) * 1_000);
