/**
 * What the page of windows (`src/window`) leaves on a device, and how it is taken away. Here, and not beside the page, because
 * whoever signs out at the desk or erases the field form takes it away too.
 */
import { deleteDB, openDB, type IDBPDatabase } from "idb";
import { dismiss, forgetFiles } from "./files";

const NAME = "board-window";
const STORES = ["meta", "acts"] as const;
const PATIENCE_MS = 3000;
/** Stands in `meta` from the moment everything is erased until the database is gone. */
export const WIPED = "wiped";
/** Over which pages of this device tell each other what changed. */
export const CHANNEL = "board-window";

export function connect(): Promise<IDBPDatabase> {
  return openDB(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("meta");
      fresh.createObjectStore("acts", { keyPath: "n", autoIncrement: true });
    },
    // Another page wants the store away: a wipe must not wait for this one.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** The store; what a wipe whose last step did not come about left behind is removed first. */
export async function opened(): Promise<IDBPDatabase> {
  const db = await connect();
  if (!(await db.get("meta", WIPED))) return db;
  db.close();
  await deleteDB(NAME);
  return connect();
}

/** How many acts on this device have not been taken by the desk. */
export async function unsent(): Promise<number> {
  const db = await connect();
  const count = await db.count("acts").finally(() => db.close());
  return count;
}

/** What was last known there, and of whom. */
export const KNOWN = "known";

/** Somebody has signed in: what another person knew goes. What that person left waiting stays, for nobody else sees or sends it. */
export async function keepFor(person: string): Promise<void> {
  const all = (await indexedDB.databases?.()) ?? [{ name: NAME }];
  if (!all.some((d) => d.name === NAME)) return;
  const db = await connect();
  try {
    const known = (await db.get("meta", KNOWN)) as { seen: { person: string } } | undefined;
    if (known && known.seen.person !== person) await db.delete("meta", KNOWN);
  } finally {
    db.close();
  }
}

/** Erases everything. A page that has it open writes nothing more. */
async function erase(): Promise<void> {
  const db = await connect();
  try {
    const tx = db.transaction(STORES, "readwrite", { durability: "strict" });
    await tx.objectStore("meta").clear();
    await tx.objectStore("acts").clear();
    await tx.objectStore("meta").put(true, WIPED);
    await tx.done;
  } finally {
    db.close();
  }
  // Nothing is left in it; where a page holds it open, whoever opens it next removes it.
  await Promise.race([deleteDB(NAME), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

/** Takes away all that the page has put on the device: what was known, what waits, its files and its worker. */
export async function forgetWindows(): Promise<void> {
  const failures: unknown[] = [];
  for (const step of [erase, () => forgetFiles("window"), () => dismiss("/board/window")]) await step().catch((error: unknown) => failures.push(error));
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(WIPED);
  channel.close();
  if (failures.length) throw failures[0];
}
