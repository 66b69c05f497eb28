import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { browserOf, type Found, idOf, sameKey, serverKey, stateOf, toBytes, toText } from "../../src/lib/push/keys";

const point = (): Buffer => Buffer.concat([Buffer.from([4]), randomBytes(64)]);
const bufferOf = (b: Buffer): ArrayBuffer => new Uint8Array(b).buffer;

describe("keys", () => {
  test("bytes and their text are each other's, of every length", () => {
    for (let n = 0; n < 70; n += 1) {
      const bytes = randomBytes(n);
      expect(toText(new Uint8Array(bytes))).toBe(bytes.toString("base64url"));
      expect(Buffer.from(toBytes(bytes.toString("base64url")) ?? [])).toEqual(bytes);
    }
  });
  test("padding does no harm, and what is no base64url is none", () => {
    expect(toText(toBytes("AQI=") ?? new Uint8Array())).toBe("AQI");
    for (const text of ["A+B", "A/B", "a b", "ä", "A", "A==="]) expect(toBytes(text), text).toBeNull();
  });
  test("the server's key is an uncompressed point, or none", () => {
    expect(serverKey(point().toString("base64url"))).toHaveLength(65);
    for (const bad of [Buffer.alloc(65), point().subarray(1), Buffer.concat([point(), Buffer.alloc(1)]), Buffer.alloc(0)]) expect(serverKey(bad.toString("base64url"))).toBeNull();
  });
  test("a subscription for another key is told from one for this key; padding makes no other key", () => {
    const [own, other] = [point(), point()];
    expect(sameKey(bufferOf(own), own.toString("base64url"))).toBe(true);
    expect(sameKey(bufferOf(own), `${own.toString("base64url")}=`)).toBe(true);
    expect(sameKey(bufferOf(own), other.toString("base64url"))).toBe(false);
    expect(sameKey(bufferOf(own), "")).toBe(false);
    expect(sameKey(bufferOf(own), "no key!")).toBe(false);
    // Browsers that do not say for which key it is.
    expect(sameKey(null, other.toString("base64url"))).toBe(true);
  });
  test("a browser's id is the beginning of its endpoint's digest", async () => {
    const endpoint = "https://push.example/send/ä?x=1";
    expect(await idOf(endpoint)).toBe(createHash("sha256").update(endpoint).digest("hex").slice(0, 32));
  });
});

test("a browser is named as its owner would name it", () => {
  const of = (agent: string): string => Object.values(browserOf(agent)).join(" ");
  expect(of("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")).toBe("Chrome Linux");
  expect(of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0")).toBe("Edge Windows");
  expect(of("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")).toBe("Firefox Android");
  expect(of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1")).toBe("Safari iPhone");
  expect(of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15")).toBe("Safari macOS");
  expect(of("curl/8")).toBe("? ?");
});

describe("how it stands with a browser", () => {
  const found: Found = { isSecure: true, canPush: true, needsHome: false, permission: "granted", id: null };
  const at = (change: Partial<Found>, ids: string[] = []) => stateOf({ ...found, ...change }, ids.map((id) => ({ id })));
  test("what it lacks is said before anything else", () => {
    expect(at({ isSecure: false, canPush: false, permission: "denied" })).toBe("insecure");
    expect(at({ canPush: false, needsHome: true })).toBe("home");
    expect(at({ canPush: false })).toBe("unsupported");
    expect(at({ permission: "denied", id: "a" }, ["a"])).toBe("denied");
  });
  test("on is what both the browser and the desk know, and of this person", () => {
    expect(at({})).toBe("off");
    expect(at({ permission: "default" }, ["b"])).toBe("off");
    expect(at({ id: "a" }, ["b", "a"])).toBe("on");
    expect(at({ id: "a" }, ["b"])).toBe("other");
  });
});
