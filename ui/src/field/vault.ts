/**
 * The lock at rest. A random key encrypts what lies in the store (AES-GCM); that key lies there wrapped under a key derived
 * from the observer's PIN (PBKDF2, SHA-256). Without a PIN nothing is encrypted. A second PIN, if set, means: erase everything.
 */

const ROUNDS = 600_000;

/** What lies in the store in the open, so that a PIN can be tried. */
export interface Lock { salt: Uint8Array<ArrayBuffer>; iv: Uint8Array<ArrayBuffer>; wrapped: ArrayBuffer; rounds: number; duress: { salt: Uint8Array<ArrayBuffer>; check: ArrayBuffer } | null }
export interface Sealed { sealed: true; iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }

const random = (n: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(n));

async function stretched(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<ArrayBuffer> {
  const raw = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, raw, 256);
}

async function wrapping(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", await stretched(pin, salt, rounds), "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

function same(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [x, y] = [new Uint8Array(a), new Uint8Array(b)];
  let differ = x.length ^ y.length;
  x.forEach((v, i) => (differ |= v ^ (y[i] ?? 0)));
  return differ === 0;
}

/** A new lock and the key behind it. */
export async function make(pin: string, duress: string, rounds = ROUNDS): Promise<{ lock: Lock; key: CryptoKey }> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const [salt, iv] = [random(16), random(12)];
  const wrapped = await crypto.subtle.wrapKey("raw", key, await wrapping(pin, salt, rounds), { name: "AES-GCM", iv });
  const second = random(16);
  const check = duress ? { salt: second, check: await stretched(duress, second, rounds) } : null;
  return { lock: { salt, iv, wrapped, rounds, duress: check }, key };
}

/** What a PIN is: the key, "duress", or null if it opens nothing. Both are always tried: the time taken tells nothing. */
export async function tried(lock: Lock, pin: string): Promise<CryptoKey | "duress" | null> {
  const isDuress = lock.duress !== null && same(await stretched(pin, lock.duress.salt, lock.rounds), lock.duress.check);
  let key: CryptoKey | null = null;
  try {
    const under = await wrapping(pin, lock.salt, lock.rounds);
    key = await crypto.subtle.unwrapKey("raw", lock.wrapped, under, { name: "AES-GCM", iv: lock.iv }, "AES-GCM", false, ["encrypt", "decrypt"]);
  } catch {
    key = null;
  }
  return isDuress ? "duress" : key;
}

export function isSealed(value: unknown): value is Sealed {
  return typeof value === "object" && value !== null && (value as Sealed).sealed === true;
}

async function sealBytes(key: CryptoKey, bytes: BufferSource): Promise<Sealed> {
  const iv = random(12);
  return { sealed: true, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

const openBytes = (key: CryptoKey, s: Sealed): Promise<ArrayBuffer> => crypto.subtle.decrypt({ name: "AES-GCM", iv: s.iv }, key, s.data);

/** The value as it is stored: encrypted if there is a key. */
export async function seal(key: CryptoKey | null, value: unknown): Promise<unknown> {
  if (!key) return value;
  return value instanceof ArrayBuffer ? sealBytes(key, value) : sealBytes(key, new TextEncoder().encode(JSON.stringify(value)));
}

/** The bytes of a stored photo. */
export async function openedBytes(key: CryptoKey | null, stored: unknown): Promise<ArrayBuffer> {
  if (!isSealed(stored)) return stored as ArrayBuffer;
  if (!key) throw new Error("locked");
  return openBytes(key, stored);
}

/** A stored value other than bytes. */
export async function opened<T>(key: CryptoKey | null, stored: unknown): Promise<T> {
  if (!isSealed(stored)) return stored as T;
  if (!key) throw new Error("locked");
  return JSON.parse(new TextDecoder().decode(await openBytes(key, stored))) as T;
}
