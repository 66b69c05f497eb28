/** Everything that stays on the device: IndexedDB, and nothing else. */
import { deleteDB, openDB, type IDBPDatabase } from "idb";
import type { Item } from "./queue";
import type { Me } from "./wire";
import { opened, openedBytes, seal, type Lock } from "./vault";

const NAME = "field";
const STORES = ["meta", "items", "photos"] as const;

interface Photo { key: string; item: string; body: unknown }
export interface Enrolment { token: string; me: Me | null }

export class Store {
  key: CryptoKey | null = null;

  private constructor(private readonly db: IDBPDatabase) {}

  static async open(): Promise<Store> {
    const db = await openDB(NAME, 1, {
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
    return new Store(db);
  }

  async lock(): Promise<Lock | null> {
    return ((await this.db.get("meta", "lock")) as Lock | undefined) ?? null;
  }

  /** What is not secret: the language and the appearance. */
  async setting(name: string): Promise<string | null> {
    return ((await this.db.get("meta", `set.${name}`)) as string | undefined) ?? null;
  }

  async set(name: string, value: string): Promise<void> {
    await this.db.put("meta", value, `set.${name}`);
  }

  async enrolment(): Promise<Enrolment | null> {
    const stored = (await this.db.get("meta", "enrolment")) as unknown;
    return stored === undefined ? null : opened<Enrolment>(this.key, stored);
  }

  async enrol(enrolment: Enrolment): Promise<void> {
    await this.db.put("meta", await seal(this.key, enrolment), "enrolment");
  }

  async items(): Promise<Item[]> {
    const rows = (await this.db.getAll("items")) as { id: string; body: unknown }[];
    const items = await Promise.all(rows.map((r) => opened<Item>(this.key, r.body)));
    return items.sort((a, b) => a.created_ms - b.created_ms);
  }

  async item(id: string): Promise<Item | null> {
    const row = (await this.db.get("items", id)) as { body: unknown } | undefined;
    return row ? opened<Item>(this.key, row.body) : null;
  }

  /** Puts the item, if the stored one is still in one of these states; says whether it did. One transaction decides. */
  async put(item: Item, states: readonly Item["state"][] | "any" = "any"): Promise<boolean> {
    // What is read here is compared again inside the transaction: encryption cannot run inside it.
    const before = await this.db.get("items", item.id);
    const known = before ? await opened<Item>(this.key, before.body) : null;
    if (known && states !== "any" && !states.includes(known.state)) return false;
    const row = { id: item.id, rev: ((before?.rev as number | undefined) ?? 0) + 1, body: await seal(this.key, item) };
    const tx = this.db.transaction("items", "readwrite", { durability: "strict" });
    const now = await tx.store.get(item.id);
    if ((now?.rev ?? 0) !== (before?.rev ?? 0)) {
      await tx.done;
      return this.put(item, states);
    }
    await tx.store.put(row);
    await tx.done;
    return true;
  }

  /** Removes an item and its photos. */
  async remove(id: string): Promise<void> {
    await this.forgetPhotos(id);
    await this.db.delete("items", id);
  }

  async putPhoto(item: string, sha256: string, bytes: ArrayBuffer): Promise<void> {
    const row: Photo = { key: `${item}/${sha256}`, item, body: await seal(this.key, bytes) };
    await this.db.put("photos", row);
  }

  async photo(item: string, sha256: string): Promise<ArrayBuffer | null> {
    const row = (await this.db.get("photos", `${item}/${sha256}`)) as Photo | undefined;
    return row ? openedBytes(this.key, row.body) : null;
  }

  async removePhoto(item: string, sha256: string): Promise<void> {
    await this.db.delete("photos", `${item}/${sha256}`);
  }

  async forgetPhotos(item: string): Promise<void> {
    const tx = this.db.transaction("photos", "readwrite");
    for (const key of await tx.store.index("item").getAllKeys(item)) await tx.store.delete(key);
    await tx.done;
  }

  /** Encrypts all that lies open under a new lock, or opens all (`lock` null). One transaction: all of it or nothing. */
  async relock(lock: Lock | null, key: CryptoKey | null): Promise<void> {
    const enrolment = await this.enrolment();
    const items = (await this.db.getAll("items")) as { id: string; rev: number; body: unknown }[];
    const photos = (await this.db.getAll("photos")) as Photo[];
    const sealedEnrolment = await seal(key, enrolment);
    const newItems = await Promise.all(items.map(async (r) => ({ ...r, rev: r.rev + 1, body: await seal(key, await opened<Item>(this.key, r.body)) })));
    const newPhotos = await Promise.all(photos.map(async (r) => ({ ...r, body: await seal(key, await openedBytes(this.key, r.body)) })));
    const tx = this.db.transaction(STORES, "readwrite", { durability: "strict" });
    const meta = tx.objectStore("meta");
    await (lock ? meta.put(lock, "lock") : meta.delete("lock"));
    if (enrolment) await meta.put(sealedEnrolment, "enrolment");
    for (const row of newItems) await tx.objectStore("items").put(row);
    for (const row of newPhotos) await tx.objectStore("photos").put(row);
    await tx.done;
    this.key = key;
  }

  /** Empties every store, then removes the database. */
  async wipe(): Promise<void> {
    this.key = null;
    const tx = this.db.transaction(STORES, "readwrite", { durability: "strict" });
    // The lock and the token first: without them what lies there is of no use.
    await tx.objectStore("meta").clear();
    await tx.objectStore("items").clear();
    await tx.objectStore("photos").clear();
    await tx.done;
    this.db.close();
    await Promise.race([deleteDB(NAME), new Promise((resolve) => setTimeout(resolve, 3000))]);
  }
}
