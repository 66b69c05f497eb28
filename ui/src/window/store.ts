/** Everything that stays on the device: IndexedDB, and nothing else. */
import type { IDBPDatabase } from "idb";
import { KNOWN, opened, WIPED } from "../lib/offline/windows";
import type { Act } from "./queue";
import { KEPT_MS, type Known, kept } from "./known";

export class Store {
  private constructor(private readonly db: IDBPDatabase) {}

  static async open(): Promise<Store> {
    return new Store(await opened());
  }

  /** What was last known; nothing, where that was too long ago to be of use. */
  async known(now_ms: number): Promise<Known | null> {
    const found = (await this.db.get("meta", KNOWN)) as Known | undefined;
    if (!found) return null;
    if (now_ms - found.heard_ms <= KEPT_MS) return found;
    await this.db.delete("meta", KNOWN);
    return null;
  }

  async keep(known: Known): Promise<void> {
    const tx = this.db.transaction("meta", "readwrite");
    if (!(await tx.store.get(WIPED))) await tx.store.put(kept(known), KNOWN);
    await tx.done;
  }

  /** Forgets what was known: somebody else reads, or nobody may. */
  async forgetKnown(): Promise<void> {
    await this.db.delete("meta", KNOWN);
  }

  async acts(): Promise<Act[]> {
    return (await this.db.getAll("acts")) as Act[];
  }

  /** Puts an act at the end of the queue; a refused one of the same key gives way to it. On the disk when this returns. */
  async add(act: Act): Promise<void> {
    const tx = this.db.transaction(["meta", "acts"], "readwrite", { durability: "strict" });
    const acts = tx.objectStore("acts");
    if (await tx.objectStore("meta").get(WIPED)) {
      await tx.done;
      throw new Error("erased");
    }
    const same = ((await acts.getAll()) as Act[]).find((a) => a.key === act.key);
    // A second press of the same form adds nothing.
    if (!same || same.state === "refused") {
      if (same?.n !== undefined) await acts.delete(same.n);
      await acts.add(act);
    }
    await tx.done;
  }

  /** Changes the stored act to what `of` makes of it, null: removes it. Gives what was stored; undefined: it is not there any more. */
  async change(n: number, of: (known: Act) => Act | null): Promise<Act | null | undefined> {
    const tx = this.db.transaction("acts", "readwrite", { durability: "strict" });
    const before = (await tx.store.get(n)) as Act | undefined;
    const after = before && of(before);
    if (before && after === null) await tx.store.delete(n);
    else if (after && after !== before) await tx.store.put({ ...after, n });
    await tx.done;
    return before === undefined ? undefined : after;
  }
}
