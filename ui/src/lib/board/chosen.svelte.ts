/** What the reader chose on the board, and which time is shown. It lives in the address. */
import { router } from "../router.svelte";
import { type SpanName, SPANS } from "./timeline";

type Name = "sel" | "moment" | "span" | "day" | "done";

/** Changes members of the address; an empty one goes. */
export function narrow(change: Partial<Record<Name, string>>): void {
  const q = new URLSearchParams(router.url.searchParams);
  for (const [name, value] of Object.entries(change)) {
    if (value) q.set(name, value);
    else q.delete(name);
  }
  const search = q.toString();
  router.query(search ? `?${search}` : "", true);
}

const asked = (name: Name): string => router.url.searchParams.get(name) ?? "";

class BoardChoice {
  /** The reference of the chosen one; empty: none. */
  sel = $derived(asked("sel"));
  /** The moment that the map shows; null: the whole period. */
  moment_ms = $derived.by(() => {
    const ms = Date.parse(asked("moment"));
    return Number.isNaN(ms) ? null : ms;
  });
  span = $derived<SpanName>(SPANS.find((s) => s === asked("span")) ?? "whole");
  /** The first civil day shown; null: that of the answer. */
  day = $derived(/^\d{4}-\d{2}-\d{2}$/.test(asked("day")) && !Number.isNaN(Date.parse(asked("day"))) ? asked("day") : null);
  done = $derived(asked("done") === "1");

  /** Chosen twice, it is not chosen any more. */
  choose(id: string): void {
    narrow({ sel: id === this.sel ? "" : id });
  }

  at(ms: number | null): void {
    narrow({ moment: ms === null ? "" : new Date(ms).toISOString().replace(/:\d{2}\.\d{3}Z$/, "Z") });
  }
}

export const choice = new BoardChoice();

/** Where a thing's card stands on the page. */
export const cardOf = (id: string): string => `card-${id}`;
