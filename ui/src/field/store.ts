/** Everything that stays on the device: IndexedDB, and nothing else. */
import { deleteDB, openDB, type IDBPDatabase, type IDBPTransaction } from "idb";
import { hex, sha256 as digest } from "./hash";
import type { Item, State } from "./queue";
import type { Me } from "./wire";
import { opened, openedBytes, seal, type Lock } from "./vault";

const NAME = "field";
const STORES = ["meta", "items", "photos"] as const;
/** Stands in `meta` from the moment everything is erased until the database is gone. */
const WIPED = "wiped";
const PATIENCE_MS = 3000;

interface Row { id: string; rev: number; body: unknown }
interface Photo { key: string; item: string; body: unknown }
type Writing = IDBPTransaction<unknown, ("meta" | "items" | "photos")[], "readwrite">;
export interface Enrolment { token: string; me: Me | null }
/** An item as it is stored; `rev` grows with every change of it, in whichever tab. */
export interface Stored { item: Item; rev: number }

/** Which lock that is; empty: none. */
const nameOf = (lock: Lock | null | undefined): string => (lock ? hex(lock.salt) : "");

async function emptied(db: IDBPDatabase): Promise<void> {
  const tx = db.transaction(STORES, "readwrite", { durability: "strict" });
  // The lock and the token first: without them what lies there is of no use.
  await tx.objectStore("meta").clear();
  await tx.objectStore("items").clear();
  await tx.objectStore("photos").clear();
  await tx.objectStore("meta").put(true, WIPED);
  await tx.done;
}

function connect(): Promise<IDBPDatabase> {
  return openDB(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("meta");
      fresh.createObjectStore("items", { keyPath: "id" });
      fresh.createObjectStore("photos", { keyPath: "key" }).createIndex("item", "item");
    },
    // Another page wants the store away: a wipe must not wait for this one.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

export class Store {
  private key: CryptoKey | null = null;
  /** The lock that `key` belongs to: nothing is written while the store has another. */
  private lockName = "";
  private isWiped = false;

  private constructor(private readonly db: IDBPDatabase) {}

  static async open(): Promise<Store> {
    const db = await connect();
    if (!(await db.get("meta", WIPED))) return new Store(db);
    // A wipe whose last step did not come about: nothing is here, and this page begins anew.
    db.close();
    await deleteDB(NAME);
    return new Store(await connect());
  }

  async lock(): Promise<Lock | null> {
    return ((await this.db.get("meta", "lock")) as Lock | undefined) ?? null;
  }

  /** From now on reads and writes under this lock. */
  use(lock: Lock | null, key: CryptoKey | null): void {
    this.key = key;
    this.lockName = nameOf(lock);
  }

  /** What is not secret: the language and the appearance. */
  async setting(name: string): Promise<string | null> {
    return ((await this.db.get("meta", `set.${name}`)) as string | undefined) ?? null;
  }

  async set(name: string, value: string): Promise<void> {
    if (!this.isWiped) await this.db.put("meta", value, `set.${name}`);
  }

  /** The value as it is stored, and the lock that it is sealed under. Where there is one nothing lies in the open. */
  private async sealed(value: unknown): Promise<{ body: unknown; under: string }> {
    const [key, under] = [this.key, this.lockName];
    if (this.isWiped || (under !== "" && !key)) throw new Error("locked");
    return { body: await seal(key, value), under };
  }

  /** A transaction to write what was sealed under that lock. INVARIANT: the store has that lock, and was not wiped. */
  private async writing(under: string): Promise<Writing> {
    if (this.isWiped) throw new Error("locked");
    const tx = this.db.transaction([...STORES], "readwrite", { durability: "strict" });
    const meta = tx.objectStore("meta");
    const [lock, isWiped] = [(await meta.get("lock")) as Lock | undefined, await meta.get(WIPED)];
    if (isWiped || under !== this.lockName || under !== nameOf(lock)) {
      await tx.done;
      throw new Error("locked");
    }
    return tx;
  }

  async enrolment(): Promise<Enrolment | null> {
    const stored = (await this.db.get("meta", "enrolment")) as unknown;
    return stored === undefined ? null : opened<Enrolment>(this.key, stored);
  }

  async enrol(enrolment: Enrolment): Promise<void> {
    const { body, under } = await this.sealed(enrolment);
    const tx = await this.writing(under);
    await tx.objectStore("meta").put(body, "enrolment");
    await tx.done;
  }

  async items(): Promise<Stored[]> {
    const rows = (await this.db.getAll("items")) as Row[];
    const read = async (r: Row): Promise<Stored> => ({ item: await opened<Item>(this.key, r.body), rev: r.rev });
    const items = await Promise.all(rows.map(read));
    return items.sort((a, b) => a.item.created_ms - b.item.created_ms);
  }

  /**
   * Changes the stored item to what `of` makes of it, null: not at all; gives what was stored. What is read here is
   * compared again inside the transaction, since encryption cannot run inside it; if another tab was faster, `of` is
   * asked again.
   */
  async change(id: string, of: (known: Item | null) => Item | null): Promise<Item | null> {
    const before = (await this.db.get("items", id)) as Row | undefined;
    const item = of(before ? await opened<Item>(this.key, before.body) : null);
    if (!item) return null;
    return (await this.save(item, before?.rev ?? 0)) === null ? this.change(id, of) : item;
  }

  /** Stores the item over the one of that `rev` (0: none); gives the new one. Null: another tab was faster. */
  async save(item: Item, rev: number): Promise<number | null> {
    const { body, under } = await this.sealed(item);
    const tx = await this.writing(under);
    const items = tx.objectStore("items");
    const isBase = (((await items.get(item.id)) as Row | undefined)?.rev ?? 0) === rev;
    if (isBase) await items.put({ id: item.id, rev: rev + 1, body });
    await tx.done;
    return isBase ? rev + 1 : null;
  }

  /** Puts the item, if the stored one is still in one of these states; says whether it did. */
  async put(item: Item, states: readonly State[] | "any" = "any"): Promise<boolean> {
    const may = (known: Item | null): boolean => states === "any" || states.includes(known?.state ?? "draft");
    return (await this.change(item.id, (known) => (may(known) ? item : null))) !== null;
  }

  /** Removes an item and its photos, if it is still in that state. */
  async remove(id: string, state: State): Promise<void> {
    const before = (await this.db.get("items", id)) as Row | undefined;
    if (before && (await opened<Item>(this.key, before.body)).state !== state) return;
    const tx = await this.writing(this.lockName);
    const now = (await tx.objectStore("items").get(id)) as Row | undefined;
    const isSame = (now?.rev ?? 0) === (before?.rev ?? 0);
    if (isSame) {
      await tx.objectStore("items").delete(id);
      await without(tx, id);
    }
    await tx.done;
    if (!isSame) await this.remove(id, state);
  }

  async putPhoto(item: string, sha256: string, bytes: ArrayBuffer): Promise<void> {
    const { body, under } = await this.sealed(bytes);
    const tx = await this.writing(under);
    await tx.objectStore("photos").put({ key: `${item}/${sha256}`, item, body } satisfies Photo);
    await tx.done;
  }

  /** The bytes with that digest; null if they are not here, or have become others. */
  async photo(item: string, sha256: string): Promise<ArrayBuffer | null> {
    const row = (await this.db.get("photos", `${item}/${sha256}`)) as Photo | undefined;
    const bytes = row ? await openedBytes(this.key, row.body) : null;
    return bytes && (await digest(bytes)) === sha256 ? bytes : null;
  }

  async hasPhoto(item: string, sha256: string): Promise<boolean> {
    return (await this.db.getKey("photos", `${item}/${sha256}`)) !== undefined;
  }

  async removePhoto(item: string, sha256: string): Promise<void> {
    await this.db.delete("photos", `${item}/${sha256}`);
  }

  async forgetPhotos(item: string): Promise<void> {
    const tx = await this.writing(this.lockName);
    await without(tx, item);
    await tx.done;
  }

  /** Encrypts all that lies open under a new lock, or opens all (`lock` null). One transaction: all of it or nothing. */
  async relock(lock: Lock | null, key: CryptoKey | null): Promise<void> {
    const [items, photos] = [(await this.db.getAll("items")) as Row[], (await this.db.getAll("photos")) as Photo[]];
    const before = (await this.db.get("meta", "enrolment")) as unknown;
    const enrolment = before === undefined ? undefined : await seal(key, await opened(this.key, before));
    const newItems = await Promise.all(items.map(async (r) => ({ ...r, rev: r.rev + 1, body: await seal(key, await opened<Item>(this.key, r.body)) })));
    const newPhotos = await Promise.all(photos.map(async (r) => ({ ...r, body: await seal(key, await openedBytes(this.key, r.body)) })));
    const tx = await this.writing(this.lockName);
    const meta = tx.objectStore("meta");
    if ((await marks(tx)) !== marksOf(items, photos.map((p) => p.key), before)) {
      // Another tab has written meanwhile: what it wrote must not be overwritten by what was read before.
      await tx.done;
      return this.relock(lock, key);
    }
    await (lock ? meta.put(lock, "lock") : meta.delete("lock"));
    if (enrolment !== undefined) await meta.put(enrolment, "enrolment");
    for (const row of newItems) await tx.objectStore("items").put(row);
    for (const row of newPhotos) await tx.objectStore("photos").put(row);
    await tx.done;
    this.use(lock, key);
  }

  /** Empties every store, then removes the database. Whatever page writes after it writes nothing. */
  async wipe(): Promise<void> {
    this.isWiped = true;
    this.key = null;
    try {
      await emptied(this.db);
    } catch {
      // This page's connection may be closed already: another one does it, or says why it cannot.
      const db = await connect();
      await emptied(db).finally(() => db.close());
    }
    this.db.close();
    // Nothing is left in it; where a page holds it open, whoever opens it next removes it.
    await Promise.race([deleteDB(NAME), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }
}

async function without(tx: Writing, item: string): Promise<void> {
  const photos = tx.objectStore("photos");
  for (const key of await photos.index("item").getAllKeys(item)) await photos.delete(key);
}

/** What tells whether anything was written: ids and revs, the photos' keys, the enrolment. */
function marksOf(items: readonly Row[], photos: readonly unknown[], enrolment: unknown): string {
  return JSON.stringify([items.map((r) => [r.id, r.rev]), photos, enrolment]);
}

async function marks(tx: Writing): Promise<string> {
  const items = (await tx.objectStore("items").getAll()) as Row[];
  const photos = await tx.objectStore("photos").getAllKeys();
  return marksOf(items, photos, await tx.objectStore("meta").get("enrolment"));
}
