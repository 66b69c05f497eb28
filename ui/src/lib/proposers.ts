/** Who proposes what where a text is not agreed: each proposer has a colour, a sign and a name, in this order of trust. */
import type { Agreement } from "../api/types";

/** Signs that no outcome has. */
export const SIGNS = ["✚", "◐", "✱", "◧", "☰", "❖"] as const;

/** The names in a `data-proposers` attribute. */
export function namesIn(list: string): string[] {
  return list.split(",").map((name) => name.trim()).filter(Boolean);
}

/** Everybody who proposes something, in the order of the text: in brackets of terms first, then in the prose. */
export function proposersOf(text: Pick<Agreement, "brackets" | "pieces">): string[] {
  const all = text.brackets.flatMap((b) => b.alternatives.flatMap((a) => a.proposers));
  for (const piece of text.pieces) {
    if (piece.type !== "prose") continue;
    for (const [, list] of piece.html.matchAll(/ data-proposers="([^"]*)"/g)) all.push(...namesIn(unescape(list ?? "")));
  }
  return [...new Set(all)];
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** The place of an alternative in the order of colours and signs; null: nobody is named. */
export function slotOf(proposers: readonly string[], all: readonly string[]): number | null {
  const first = proposers[0];
  const at = first === undefined ? -1 : all.indexOf(first);
  return at < 0 ? null : at % SIGNS.length;
}
