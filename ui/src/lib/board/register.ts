/** The forms of the protected register. None of them takes a protection away. */
import type { Field, Values } from "../cases/specs";
import type { May } from "../cases/types";
import { t } from "../i18n/index.svelte";
import { numberOf, type RoomForm, textOf } from "../rooms/forms";
import { bad, filled, grounds, ownOf, typedGround, typedPlace, typedSite, why, words } from "./typed";
import type { EntryView } from "./types";
import { CATEGORIES, DISCLOSURES } from "./words";

const SITE: Field[] = [
  { name: "site", kind: "text", label: "b.f.site", hint: "b.hint.site" },
  { name: "radius_m", kind: "text", label: "b.f.radius" },
  { name: "site_doubt_m", kind: "text", label: "b.f.site_doubt" },
];
const EXPIRES: Field = { name: "expires_ms", kind: "when", label: "b.f.expires", required: true, hint: "b.hint.expires" };

/** The deeds that an entry takes; only its owner and the mission are told its revision. */
export function deedsOnEntry(of: EntryView): string[] {
  return of.revision === 0 || of.state === "removed" ? [] : ["look-up", "second", "correct", "renew", "disclose", "remove"];
}

export function enterForm(as: readonly May[]): RoomForm {
  return {
    fields: [
      { name: "category", kind: "select", label: "b.f.category", required: true, value: "medical", options: words("category", CATEGORIES) },
      { name: "name", kind: "text", label: "b.f.name", required: true },
      { name: "owner", kind: "text", label: "b.f.owner", required: true, value: ownOf(as) },
      ...grounds("area"), ...SITE, EXPIRES,
    ],
    build: (values, toMs) => {
      const [coarse, site] = [typedGround(values), typedSite(values)];
      if (typeof coarse === "string") return coarse;
      if (typeof site === "string") return site;
      const text = { category: textOf(values, "category"), name: textOf(values, "name"), owner: textOf(values, "owner"), coarse, site, expires_ms: toMs(textOf(values, "expires_ms")) };
      return { deed: "enter", text };
    },
  };
}

function lookUpForm(of: EntryView): RoomForm {
  return {
    fields: [
      { name: "gazetteer", kind: "text", label: "b.f.gazetteer", required: true },
      { name: "found", kind: "text", label: "b.f.found", hint: "b.hint.found", value: of.name ?? "" },
      { name: "found_at", kind: "text", label: "b.f.found_at", hint: "b.hint.site" },
      { name: "found_doubt_m", kind: "text", label: "b.f.found_doubt" },
    ],
    build: (values) => {
      const [at, doubt_m] = [typedPlace(values, "found_at", "found_at"), numberOf(values, "found_doubt_m")];
      if (typeof at === "string") return at;
      if (doubt_m === undefined) return bad("found_doubt");
      return { deed: "look-up", entry: of.reference, looked: { gazetteer: textOf(values, "gazetteer"), name: textOf(values, "found"), at, doubt_m: doubt_m ?? 0 } };
    },
  };
}

function correctForm(of: EntryView): RoomForm {
  const known: Values = of.site ? { site: `${of.site.at[1]}, ${of.site.at[0]}`, radius_m: String(of.site.radius_m), site_doubt_m: of.site.doubt_m === null ? "" : String(of.site.doubt_m) } : {};
  return {
    fields: [...filled(SITE, known).map((f) => (f.name === "site" ? { ...f, required: true } : f)), why],
    build: (values) => {
      const site = typedSite(values);
      if (site === null || typeof site === "string") return site ?? t("b.bad.pair", { what: t("b.f.site") });
      return { deed: "correct", entry: of.reference, site, why: textOf(values, "why") };
    },
  };
}

/** The form of a deed on an entry. */
export function entryForm(deed: string, of: EntryView): RoomForm {
  const entry = of.reference;
  if (deed === "look-up") return lookUpForm(of);
  if (deed === "correct") return correctForm(of);
  if (deed === "renew") return { fields: [EXPIRES, why], build: (v, toMs) => ({ deed, entry, expires_ms: toMs(textOf(v, "expires_ms")), why: textOf(v, "why") }) };
  if (deed === "disclose") {
    const level: Field = { name: "level", kind: "choice", label: "b.f.level", required: true, value: "category-only", options: words("disclosure", DISCLOSURES), hint: "b.hint.disclose" };
    return { fields: [{ name: "to", kind: "text", label: "b.f.to", required: true }, level], build: (v) => ({ deed, entry, to: textOf(v, "to"), level: textOf(v, "level") }) };
  }
  return { fields: [why], build: (v) => ({ deed, entry, why: textOf(v, "why") }) };
}
