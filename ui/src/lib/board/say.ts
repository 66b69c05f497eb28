/** What the map and the timeline say of a thing, in words. */
import { t } from "../i18n/index.svelte";
import { apart, at, list } from "../rooms/say";
import { groundWords } from "./shape";
import type { Reading, Thing } from "./things";
import { word } from "./words";

const named = (kind: string, name: string | null): string => (name ? `${kind}: ${apart(name)}` : kind);

/** What it is called, where its kind stands beside it. */
export function titleOf(of: Thing): string {
  return of.is === "notice" ? of.of.what : of.is === "window" ? of.of.purpose : (of.of.name ?? word("category", of.of.category));
}

export function nameOf(of: Thing): string {
  if (of.is === "notice") return named(word("kind", of.of.kind), of.of.what);
  return of.is === "window" ? named(t("b.m.family.window"), of.of.purpose) : named(word("category", of.of.category), of.of.name);
}

/** The state that the server gives it. */
export function stateOf(of: Thing): { list: string; code: string } {
  return { list: of.is === "notice" ? "state" : of.is, code: of.of.state };
}

function spanWords(from_ms: number | null, until_ms: number | null): string {
  if (from_ms === null && until_ms === null) return t("b.m.unsaid");
  const from = from_ms === null ? t("b.m.open_from") : t("b.from", { time: at(from_ms) });
  return `${from}, ${until_ms === null ? t("b.m.open_end") : t("b.until", { time: at(until_ms) })}`;
}

export function readingWords(of: Reading): string {
  const by = of.by ? t("b.m.reading_by", { zone: apart(of.zone), who: list([of.by]) }) : t("b.m.reading", { zone: apart(of.zone) });
  return `${by}: ${spanWords(of.from_ms, of.until_ms)}`;
}

/** What is stated of its time; where sides differ, each by itself. */
export function hoursWords(of: Thing): string {
  const stated = of.from_ms !== null || of.until_ms !== null;
  if (!of.readings.length) return spanWords(of.from_ms, of.until_ms);
  return [...(stated ? [`${t("b.p.core")}: ${spanWords(of.from_ms, of.until_ms)}`] : []), ...of.readings.map(readingWords)].join("; ");
}

export function placeWords(of: Thing): string {
  return of.untold ? t("b.m.place_untold") : groundWords(of.ground);
}
