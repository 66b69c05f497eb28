/** What a form for a deed goes through, without a page: one key for its whole life, one request at a time, the revision that was seen. */
import { ActError } from "./api";
import type { ActDone, ActSent, Deed, HistoryLine, May } from "./types";

/** A key that no other act has. `randomUUID` is there only over TLS or on the same machine. */
export function newKey(of: Crypto = crypto): string {
  if (typeof of.randomUUID === "function") return of.randomUUID();
  const bytes = of.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

export type Sender = (sent: ActSent) => Promise<ActDone>;

/** One form. A second press while the first is on its way gets the same answer; a second try sends the same key. */
export class Sending {
  key = newKey();
  private under: Promise<ActDone> | null = null;
  private readonly sender: Sender;

  constructor(sender: Sender) {
    this.sender = sender;
  }

  get busy(): boolean {
    return this.under !== null;
  }

  send(as: Pick<May, "role" | "of">, deed: Deed, seen: number | undefined): Promise<ActDone> {
    if (this.under) return this.under;
    const sent: ActSent = { key: this.key, role: as.role, of: as.of, deed, ...(seen === undefined ? {} : { seen }) };
    this.under = this.sender(sent).finally(() => (this.under = null));
    return this.under;
  }

  /** Another act: after the key was found to stand for something else. */
  again(): void {
    this.key = newKey();
  }
}

/** The first thing said of a field; of a list's members too (`reasons`, `reasons[1].cites`). */
export function saidOf(error: unknown, field: string): string | null {
  if (!(error instanceof ActError)) return null;
  const found = error.fields.find((f) => f.field === field || new RegExp(`^${field}[.[]`).test(f.field));
  return found?.detail ?? null;
}

/** What is said of fields that the form does not show. */
export function saidElsewhere(error: unknown, shown: readonly string[]): string[] {
  if (!(error instanceof ActError)) return [];
  const heads = error.fields.filter((f) => !shown.includes(f.field.split(/[.[]/)[0] ?? ""));
  return heads.map((f) => `${f.field}: ${f.detail}`);
}

/** What was done since somebody looked, by others. */
export function since(history: readonly HistoryLine[], seen: number, me: string | null): HistoryLine[] {
  return history.filter((line) => line.revision > seen && (me === null || line.by.person !== me));
}

/** Persons who did it, each once, in order; a role stands for a person who is not named. */
export function names(lines: readonly HistoryLine[]): string[] {
  return [...new Set(lines.map((line) => line.by.person ?? line.by.role))];
}

/** References written into one field: parted by blanks, commas or semicolons, each once. */
export function cites(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** A reference for people: of a digest its beginning tells it from others. */
export function short(cite: string): string {
  return /^[0-9a-f]{64}$/.test(cite) ? `${cite.slice(0, 12)}…` : cite;
}

/** Lines of a field, without the empty ones. */
export function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** The capacities in which a deed may be done; a deed may be named once for each. */
export function capacities(may: readonly May[], deed: string): May[] {
  return may.filter((m) => m.deed === deed);
}

/** The deeds that may be done, each once, in the order given. */
export function deeds(may: readonly May[], among: readonly string[]): string[] {
  return among.filter((deed) => may.some((m) => m.deed === deed));
}
