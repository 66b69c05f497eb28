import { expect, test } from "vitest";
import { enrolToken, shownTheme } from "../../src/field/app.svelte";
import { sha256 } from "../../src/field/hash";
import { isSealed, make, opened, openedBytes, seal, tried } from "../../src/field/vault";

const FEW = 1000;

test("a known text has its known hash", async () => {
  expect(await sha256(new TextEncoder().encode("abc").buffer as ArrayBuffer)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("the PIN opens what it sealed, another PIN does not, and the duress PIN is known", async () => {
  const { lock, key } = await make("428613", "000999", FEW);
  const sealed = await seal(key, { narrative: "smoke" });
  expect(isSealed(sealed)).toBe(true);
  const again = await tried(lock, "428613");
  expect(again).not.toBeNull();
  expect(await opened(again as CryptoKey, sealed)).toEqual({ narrative: "smoke" });
  expect(await tried(lock, "428614")).toBeNull();
  expect(await tried(lock, "000999")).toBe("duress");
});

test("bytes come back as they went in; without the key nothing opens", async () => {
  const { key } = await make("428613", "", FEW);
  const bytes = new Uint8Array([1, 2, 3]).buffer;
  const sealed = await seal(key, bytes);
  expect(new Uint8Array(await openedBytes(key, sealed))).toEqual(new Uint8Array([1, 2, 3]));
  await expect(openedBytes(null, sealed)).rejects.toThrow("locked");
});

test("without a PIN things are stored as they are, and an empty duress PIN erases nothing", async () => {
  expect(await seal(null, { a: 1 })).toEqual({ a: 1 });
  const { lock } = await make("428613", "", FEW);
  expect(lock.duress).toBeNull();
  expect(await tried(lock, "")).toBeNull();
});

test("only an enrolment link's hash has a token", () => {
  expect(enrolToken("#enrol=abcdefgh-1")).toBe("abcdefgh-1");
  for (const other of ["", "#enrol=", "#enrol=short", "#enrol=a b c d e f g", "#other=abcdefgh"]) expect(enrolToken(other)).toBeNull();
});

test("it is dark at night unless the observer wants it otherwise", () => {
  expect(shownTheme("auto", 23, false)).toBe("dark");
  expect(shownTheme("auto", 5, false)).toBe("dark");
  expect(shownTheme("auto", 12, false)).toBe("light");
  expect(shownTheme("auto", 12, true)).toBe("dark");
  expect(shownTheme("light", 23, true)).toBe("light");
});
