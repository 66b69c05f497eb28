// The desk's side of warnings in browsers, behind the mock: whose browsers there are, and real messages, but to this machine only.
// `POST /mock/push/not-set-up`, `no-accounts`, `untold`, `new-key` and `offered` change what is answered.
import { createECDH, createHash, createPrivateKey, randomUUID, sign } from "node:crypto";
import ece from "http_ece";

const BROWSERS_MAX = 10;
const TTL_S = 600;
const PADDED_TO = 1024;
const HOUR_S = 3600;

let state = begin();
function begin() {
  return { mode: "offered", pair: keys(), people: new Map() };
}
function keys() {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return pair;
}
export const reset = () => void (state = begin());
export function mode(name) {
  if (name === "new-key") state.pair = keys();
  else state.mode = name;
}

const text = (bytes) => Buffer.from(bytes).toString("base64url");
const own = (who) => state.people.get(who.id) ?? [];
const idOf = (endpoint) => createHash("sha256").update(endpoint).digest("hex").slice(0, 32);
const card = ({ id, name, language, added_ms, last_ms, says }) => ({ id, name, language, added_ms, last_ms, says });
const problem = (status, kind, detail) => ({ status, body: { type: `urn:truceline:problem:${kind}`, title: kind, status, detail } });

function vapid(aud) {
  const [point, d] = [state.pair.getPublicKey(), state.pair.getPrivateKey()];
  const jwk = { kty: "EC", crv: "P-256", x: text(point.subarray(1, 33)), y: text(point.subarray(33)), d: text(d) };
  const claims = { aud, exp: Math.floor(Date.now() / 1000) + HOUR_S, sub: "mailto:ops@mission.example" };
  const said = [{ typ: "JWT", alg: "ES256" }, claims].map((part) => text(JSON.stringify(part))).join(".");
  const key = createPrivateKey({ format: "jwk", key: jwk });
  return `vapid t=${said}.${text(sign("sha256", Buffer.from(said), { key, dsaEncoding: "ieee-p1363" }))}, k=${text(point)}`;
}

/** Sends to a browser; what its push service said, and whether it took it. One that is gone is forgotten. */
async function deliver(who, browser, message) {
  const { origin, hostname } = new URL(browser.endpoint);
  if (hostname !== "127.0.0.1") return { ok: false, says: "the mock calls nobody but this machine" };
  const padded = JSON.stringify({ v: 1, ...message, language: browser.language }).padEnd(PADDED_TO);
  const body = ece.encrypt(Buffer.from(padded), { version: "aes128gcm", dh: browser.p256dh, privateKey: keys(), authSecret: browser.auth });
  const topic = createHash("sha256").update(message.tag).digest("base64url").slice(0, 32);
  const headers = { authorization: vapid(origin), ttl: String(TTL_S), urgency: "high", topic, "content-encoding": "aes128gcm", "content-type": "application/octet-stream" };
  const answered = await fetch(browser.endpoint, { method: "POST", headers, body });
  browser.says = `${answered.status} ${(await answered.text()) || answered.statusText}`;
  if (answered.ok) browser.last_ms = Date.now();
  if (answered.status === 404 || answered.status === 410) state.people.set(who.id, own(who).filter((b) => b !== browser));
  return { ok: answered.ok, says: browser.says };
}

/** Tells everybody's browsers of a deed about a warning. */
export function tell(deed, level, reference) {
  const kind = { issue: "alert", update: "update", "stand-down": "cancel" }[deed];
  if (!kind) return;
  const message = { tag: reference, id: randomUUID(), kind, level, path: `/watch/${encodeURIComponent(reference)}` };
  for (const [id, browsers] of state.people) for (const browser of browsers) void deliver({ id }, browser, message).catch(() => undefined);
}

function add(who, sent) {
  if (!/^https:|^http:\/\/127\.0\.0\.1[:/]/.test(sent.endpoint)) return problem(400, "not-called", `\`${sent.endpoint}\` is not called`);
  const id = idOf(sent.endpoint);
  const before = own(who).find((b) => b.id === id);
  if (!before && own(who).length >= BROWSERS_MAX) return problem(409, "too-many", `there are ${BROWSERS_MAX} browsers already; remove one`);
  // Whoever uses a browser now is who is told there.
  for (const [person, browsers] of state.people) state.people.set(person, browsers.filter((b) => b.id !== id));
  const browser = { last_ms: null, says: "", added_ms: Date.now(), ...before, ...sent, id };
  state.people.set(who.id, [...own(who), browser]);
  return { status: 201, body: card(browser) };
}

/** What the addresses of `/api/v1/push` answer; undefined: it is none of them. */
export async function answer(method, path, who, read) {
  const [, id, test] = /^\/api\/v1\/push(?:\/([^/]+))?(\/test)?$/.exec(path) ?? [null];
  if (!/^\/api\/v1\/push(\/|$)/.test(path)) return undefined;
  if (!who) return problem(401, "signed-out", "sign in first");
  const offered = ["offered", "untold"].includes(state.mode);
  if (!id && method === "GET") {
    return { status: 200, body: { offered, why: offered ? null : state.mode, key: offered ? text(state.pair.getPublicKey()) : null, told: state.mode === "offered", browsers: own(who).map(card) } };
  }
  if (!id && method === "POST") return add(who, await read());
  const browser = own(who).find((b) => b.id === id);
  if (!browser) return problem(404, "no-such", "none of your browsers has that id");
  if (test) {
    const { ok, says } = await deliver(who, browser, { tag: `test-${id.slice(0, 8)}`, id: randomUUID(), kind: "exercise", level: "advisory", path: "/watch" });
    return ok ? { status: 200, body: { says } } : problem(502, "not-taken", `its push service said: ${says}`);
  }
  state.people.set(who.id, own(who).filter((b) => b !== browser));
  return { status: 204, body: null };
}
