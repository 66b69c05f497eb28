// A stand-in for the push service of a browser's maker (RFC 8030), on this machine: it takes what a desk sends to a browser, looks at it as strictly as
// such services do (RFC 8291, RFC 8292), and opens it, as only the browser could. And the browser's side of it, for a page.
import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import ece from "http_ece";

const DAY_S = 86_400;
const TTL_S_MAX = 28 * DAY_S;
const URGENCIES = ["very-low", "low", "normal", "high"];
const bytes = (text) => Buffer.from(text, "base64url");

/** The public key of a sender, from its point. */
export function keyOf(point) {
  return createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") } });
}

/** What is wrong with who sends it; null if nothing is. */
function wrongSender(authorization, origin, subscribedFor) {
  const [, token, key] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/.exec(authorization ?? "") ?? [];
  if (!token) return `no VAPID in \`${authorization}\``;
  const [head, body, signature] = token.split(".");
  const [header, claims] = [head, body].map((part) => JSON.parse(bytes(part)));
  if (header.alg !== "ES256") return `signed by ${header.alg}`;
  const point = bytes(key);
  if (point.length !== 65 || point[0] !== 4) return "k is not a point of P-256";
  if (!verify("sha256", Buffer.from(`${head}.${body}`), { key: keyOf(point), dsaEncoding: "ieee-p1363" }, bytes(signature))) return "the signature does not hold";
  const now = Date.now() / 1000;
  if (claims.aud !== origin) return `meant for ${claims.aud}`;
  if (!(claims.exp > now && claims.exp <= now + DAY_S)) return `exp ${claims.exp} is over or more than a day ahead`;
  if (!/^(mailto:|https:)/.test(claims.sub ?? "")) return "nobody to write to";
  return subscribedFor !== null && key !== subscribedFor ? "another key than the browser subscribed for" : null;
}

/** What is wrong with the rest of its head; null if nothing is. */
function wrongHead(headers) {
  if (headers["content-encoding"] !== "aes128gcm") return `encoded as ${headers["content-encoding"]}`;
  if (!/^\d+$/.test(headers.ttl ?? "") || Number(headers.ttl) > TTL_S_MAX) return `TTL ${headers.ttl}`;
  if (!URGENCIES.includes(headers.urgency)) return `Urgency ${headers.urgency}`;
  return /^[\w-]{1,32}$/.test(headers.topic ?? "") ? null : `Topic ${headers.topic}`;
}

const read = (request) => new Promise((resolve) => {
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts)));
});

/** Starts it on a free port. */
export async function pushService() {
  const browsers = new Map();
  const waiting = [];
  const arrived = [];
  let origin = "";
  let broken = null;

  async function take(request) {
    const body = await read(request);
    const browser = browsers.get(request.url);
    if (request.method !== "POST" || !browser) return [404, "there is no such browser"];
    const wrong = wrongSender(request.headers.authorization, origin, browser.key) ?? wrongHead(request.headers);
    if (wrong) return [400, wrong];
    if (broken) return [503, broken];
    if (browser.gone) return [410, "the browser has unsubscribed"];
    if (body.length > 4096) return [413, `${body.length} bytes`];
    const text = ece.decrypt(body, { version: "aes128gcm", privateKey: browser.own, authSecret: browser.auth }).toString("utf8");
    const message = { endpoint: origin + request.url, headers: request.headers, length: body.length, text, told: JSON.parse(text) };
    const first = waiting.shift();
    if (first) first(message);
    else arrived.push(message);
    return [201, ""];
  }

  const server = createServer((request, response) => {
    take(request).catch((error) => [400, error.message]).then(([status, said]) => response.writeHead(status, { "content-type": "text/plain" }).end(said));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  const at = (endpoint) => browsers.get(endpoint.slice(origin.length));
  return {
    origin,
    /** A browser's part: where it is reached, and its keys. */
    make() {
      const own = createECDH("prime256v1");
      const auth = randomBytes(16);
      const path = `/push/${browsers.size + 1}`;
      browsers.set(path, { own, auth: auth.toString("base64url"), key: null, gone: false });
      return { endpoint: origin + path, p256dh: own.generateKeys().toString("base64url"), auth: auth.toString("base64url") };
    },
    subscribed: (endpoint, key) => void (at(endpoint).key = key),
    gone: (endpoint) => void (at(endpoint).gone = true),
    isGone: (endpoint) => at(endpoint).gone,
    /** From then on it answers that it is broken, with these words; or works again. */
    breaks: (said) => void (broken = said),
    /** The next message that comes, or came and was not asked for yet. */
    next: (patience_ms = 20_000) => new Promise((resolve, reject) => {
      const first = arrived.shift();
      if (first) return resolve(first);
      const late = setTimeout(() => reject(new Error("nothing came to the push service")), patience_ms);
      waiting.push((message) => (clearTimeout(late), resolve(message)));
      return undefined;
    }),
    left: () => arrived.length,
    close: () => server.close(),
  };
}

/** In a page, before its scripts: a browser without a push service behaves as if it had one. `standIn` is a binding of the test. */
export function pretend() {
  const KEPT = "stand-in.subscription";
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer;
  const toText = (of) => btoa(String.fromCharCode(...new Uint8Array(of))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const there = () => {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return kept && {
      endpoint: kept.endpoint, expirationTime: null, options: { userVisibleOnly: true, applicationServerKey: toBytes(kept.key) },
      getKey: (name) => toBytes(kept[name]),
      unsubscribe: async () => {
        localStorage.removeItem(KEPT);
        await window.standIn("gone", kept.endpoint);
        return true;
      },
    };
  };
  PushManager.prototype.getSubscription = async () => there();
  PushManager.prototype.subscribe = async (options) => {
    const key = toText(options.applicationServerKey);
    if (!options.userVisibleOnly || options.applicationServerKey.byteLength !== 65) throw new TypeError("not as a browser wants it");
    if (there() && toText(there().options.applicationServerKey) !== key) throw new DOMException("there is one for another key", "InvalidStateError");
    if (!there()) localStorage.setItem(KEPT, JSON.stringify({ ...(await window.standIn("make", key)), key }));
    return there();
  };
}
