// The field's side of the server for development and for the end-to-end check: dist/ with /field, submissions, resumable media.
// What arrived stands in `state`; what goes wrong next is set there too.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const DIST = process.env.DIST ?? join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json" };
// As strict as the real server is.
const CSP = "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
export const TOKEN = "karsk-team-2-invented-token";
const SUBMISSION_MAX = 256 * 1024;
const CHUNK_MAX = 512 * 1024;

export function fresh() {
  return {
    submissions: new Map(), media: new Map(), posts: 0, patches: [], clock_ahead_ms: 0, form_version: "1",
    busy: 0, refuse: null,
  };
}

async function body(request, most) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > most) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function problem(response, status, title, detail, extra = {}) {
  response.writeHead(status, { "content-type": "application/problem+json", ...(extra.headers ?? {}) });
  response.end(JSON.stringify({ title, detail, errors: extra.errors ?? [], ...(extra.more ?? {}) }));
}

const json = (response, status, value) => {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
};

function missing(state, media) {
  return media.map((m) => m.sha256).filter((h) => !state.media.get(h)?.finished);
}

const said = (fields, name) => ([undefined, "undetermined"].includes(fields[name]) ? null : String(fields[name]));
const isPosition = (text) => text !== null && /^(-?\d+(\.\d+)?)( -?\d+(\.\d+)?){3}$/.test(text);

/** What the real server refuses of the answers: what is missing, and ends that are not after their starts. */
function faults(fields) {
  const out = [];
  const lacks = (field) => out.push({ field, detail: "missing value" });
  const ends = (from, to, isOpen) => {
    const [start, end] = [said(fields, from), said(fields, to)].map((t) => (t === null ? null : Date.parse(t)));
    const isWhole = start !== null && end !== null;
    if (isWhole && (end < start || (isOpen && end === start))) out.push({ field: to, detail: "ends before it starts" });
    return isWhole;
  };
  if (said(fields, "access_start") && !said(fields, "access_kind")) lacks("access_kind");
  if (fields.effect === undefined && !said(fields, "access_kind") && !said(fields, "not_seen")) lacks("effect");
  ends("start", "end", false);
  ends("access_start", "access_end", false);
  const isTimed = ends("not_seen_start", "not_seen_end", true);
  const isPlaced = ["observer_place", "place"].some((name) => isPosition(said(fields, name)));
  if (said(fields, "not_seen") && isTimed && !isPlaced) lacks("observer_place");
  for (const [field, value] of Object.entries(fields)) {
    if (Buffer.byteLength(String(value)) > 4096) out.push({ field, detail: "longer than 4096 bytes" });
  }
  return out;
}

async function submit(state, request, response) {
  state.posts += 1;
  const raw = await body(request, SUBMISSION_MAX);
  if (!raw) return problem(response, 413, "too large", `a submission has at most ${SUBMISSION_MAX} bytes`);
  const sent = JSON.parse(raw.toString("utf8"));
  if (state.busy > 0) {
    state.busy -= 1;
    return problem(response, 503, "busy", "the journal is busy", { headers: { "retry-after": "1" } });
  }
  const known = state.submissions.get(sent.instance_id);
  const isOther = known && JSON.stringify(known.sent.fields) !== JSON.stringify(sent.fields);
  if (isOther) return problem(response, 409, "conflict", "it was sent before with other answers");
  if (known) return json(response, 200, { kept: known.seq, already: true, missing_media: missing(state, known.sent.media) });
  if (state.refuse) {
    const errors = state.refuse;
    state.refuse = null;
    return problem(response, 400, "not a report", "the report does not hold together", { errors });
  }
  const wrong = faults(sent.fields);
  if (wrong.length) return problem(response, 400, "cannot be read", "nothing was kept", { errors: wrong });
  const seq = 100 + state.submissions.size;
  state.submissions.set(sent.instance_id, { seq, sent });
  for (const m of sent.media) if (!state.media.has(m.sha256)) state.media.set(m.sha256, { length: m.bytes, parts: Buffer.alloc(0), finished: false });
  json(response, 201, { kept: seq, already: false, missing_media: missing(state, sent.media) });
}

async function patch(state, hash, request, response) {
  const medium = state.media.get(hash);
  if (!medium) return problem(response, 404, "unknown", "no submission names this medium");
  const offset = Number(request.headers["upload-offset"]);
  state.patches.push(offset);
  if (offset !== medium.parts.length) return problem(response, 409, "wrong offset", `the next byte is ${medium.parts.length}`, { headers: { "upload-offset": String(medium.parts.length) }, more: { upload_offset: medium.parts.length } });
  if (Number(request.headers["content-length"]) > CHUNK_MAX) return problem(response, 413, "too large", `a piece has at most ${CHUNK_MAX} bytes`);
  try {
    for await (const part of request) medium.parts = Buffer.concat([medium.parts, part]);
  } catch {
    return; // Cut off: what came stays.
  }
  if (medium.parts.length === medium.length) {
    if (createHash("sha256").update(medium.parts).digest("hex") !== hash) {
      medium.parts = Buffer.alloc(0);
      return problem(response, 422, "wrong hash", "what came is not what was announced");
    }
    medium.finished = true;
  }
  response.writeHead(204, { "upload-offset": String(medium.parts.length) });
  response.end();
}

async function api(state, path, request, response) {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return problem(response, 401, "unknown token", "enrol the device again");
  if (path === "/api/v1/field/me") {
    const server_time = new Date(Date.now() - state.clock_ahead_ms).toISOString();
    return json(response, 200, { observer: "KITE-7", team: "2", mission: "Karsk–Velia", zone: "Europe/Kyiv", zone_label: "", form_version: state.form_version, server_time });
  }
  if (path === "/api/v1/field/submissions" && request.method === "POST") return submit(state, request, response);
  const hash = /^\/api\/v1\/field\/media\/([0-9a-f]{64})$/.exec(path)?.[1];
  if (hash && request.method === "PATCH") return patch(state, hash, request, response);
  const medium = hash && state.media.get(hash);
  if (!medium) return problem(response, 404, "unknown", "no such address");
  response.writeHead(200, { "upload-offset": String(medium.parts.length), "upload-length": String(medium.length) });
  response.end();
}

function file(path, response) {
  const name = path === "/field" ? "field.html" : normalize(path).replace(/^[/\\]+/, "");
  const full = join(DIST, name);
  if (!full.startsWith(DIST) || !existsSync(full) || !statSync(full).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(full)] ?? "application/octet-stream", "content-security-policy": CSP, "referrer-policy": "no-referrer", "cache-control": "no-cache" });
  createReadStream(full).pipe(response);
}

/** Serves on loopback; `port` 0 takes a free one. */
export function serve(port, state = fresh()) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    if (!path.startsWith("/api/")) file(path, response);
    else api(state, path, request, response).catch(() => response.destroyed || response.writeHead(500).end());
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}`, state, close: () => { server.closeAllConnections(); server.close(); } })));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await serve(Number(process.env.PORT ?? 8791));
  process.stdout.write(`${url}/field#enrol=${TOKEN}\n`);
}
