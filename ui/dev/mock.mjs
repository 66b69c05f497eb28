// A small server for development and for the end-to-end check: it serves dist/ and the invented world by the API's contract.
// `POST /mock/advance` moves the journal's head; `/mock/as/v.1` makes the browser that person (docket-seed.mjs names them), and
// `POST /mock/reset` lets the docket and the watch begin anew; `POST /mock/archive` makes the record an archive. `PORT` chooses the port.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as docket from "./docket.mjs";
import * as push from "./push.mjs";
import * as rooms from "./rooms.mjs";
import * as watch from "./watch.mjs";
import * as world from "./world.mjs";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
// As strict as the real server may be: nothing inline, nothing from elsewhere.
const CSP = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

let head = 5000;
const streams = new Set();

const list = (q, key) => q.getAll(key).flatMap((v) => v.split(",")).filter(Boolean);

function filtered(q, withTime = true) {
  const [kinds, outcomes] = [list(q, "kind"), list(q, "outcome")];
  const version = Number(q.get("version") ?? 0);
  const clause = q.get("clause");
  const text = q.get("q")?.toLowerCase();
  const box = q.get("bbox")?.split(",").map(Number);
  const known = Date.parse(q.get("as_known_at") ?? "");
  return world.incidents.filter((i) => {
    const of = i.outcomes.filter((o) => o.version === version && (!clause || o.clause === clause)).map((o) => o.outcome);
    const outcome = world.gravest(of);
    return (!kinds.length || kinds.includes(i.kind)) && (!outcomes.length || outcomes.includes(outcome)) && (!clause || of.length > 0)
      && (!q.get("source") || i.source === q.get("source")) && (!text || `${i.note ?? ""} ${i.reference}`.toLowerCase().includes(text))
      && (!withTime || ((!q.get("from") || i.end > q.get("from")) && (!q.get("to") || i.start < q.get("to"))))
      && (!box || (i.lon !== null && i.lon >= box[0] && i.lon <= box[2] && i.lat >= box[1] && i.lat <= box[3]))
      && (Number.isNaN(known) || i.recorded <= known);
  });
}

const gravestOf = (i, version) => world.gravest(i.outcomes.filter((o) => o.version === version).map((o) => o.outcome));
const summary = (i, version) => ({ ...i, gravest: gravestOf(i, version) });

function histogram(q) {
  const all = filtered(q);
  const from = Date.parse(q.get("from") ?? world.incidents[0].start);
  const to = Date.parse(q.get("to") ?? world.incidents.at(-1).end);
  const n = Number(q.get("bins") ?? 120);
  const bin_ms = Math.max(60_000, Math.ceil((to - from) / n / 3_600_000) * 3_600_000);
  const bins = Array.from({ length: Math.ceil((to - from) / bin_ms) }, (_, k) => ({ start: new Date(from + k * bin_ms).toISOString(), breached: 0, undetermined: 0, excused: 0, kept: 0, not_applicable: 0 }));
  for (const i of all) {
    const bin = bins[Math.floor((Date.parse(i.start) - from) / bin_ms)];
    if (bin) bin[gravestOf(i, Number(q.get("version") ?? 0))] += 1;
  }
  return { from: new Date(from).toISOString(), to: new Date(from + bins.length * bin_ms).toISOString(), bin_ms, bins };
}

function page(q) {
  const version = Number(q.get("version") ?? 0);
  const all = filtered(q);
  if (q.get("sort") !== "time") all.reverse();
  const start = Number(q.get("cursor") ?? 0);
  const limit = Number(q.get("limit") ?? 100);
  return { items: all.slice(start, start + limit).map((i) => summary(i, version)), total: all.length, next: start + limit < all.length ? String(start + limit) : null };
}

function answer(path, q) {
  const [, , , what, id] = path.split("/").map(decodeURIComponent);
  switch (what) {
    case "mission": return world.mission(head, q.get("as_known_at"));
    case "incidents.geojson": return { type: "FeatureCollection", features: filtered(q).filter((i) => i.lon !== null).map((i) => ({ type: "Feature", geometry: { type: "Point", coordinates: [i.lon, i.lat] }, properties: { id: i.id, gravest: gravestOf(i, Number(q.get("version") ?? 0)), kind: i.kind, observations: i.observations, start: i.start } })) };
    case "incidents": {
      if (!id) return page(q);
      const found = world.incidents.find((i) => i.id === id || i.reference === id);
      return found && world.detail(found, world.incidents);
    }
    case "histogram": return histogram(q);
    case "agreements": if (id === "compare") return world.compare(Number(q.get("a")), Number(q.get("b")));
      return [0, 1].includes(Number(id)) ? world.agreement(Number(id)) : undefined;
    case "layers": return !id ? world.layers : id === "boundaries" ? { type: "FeatureCollection", features: [] } : world.layer(id, q.get("at"));
    case "basemap": return world.basemap;
    case "coverage": return world.coverage(q.get("from"), q.get("to"));
    default: return undefined;
  }
}

function send(response, status, type, body) {
  response.writeHead(status, { "content-type": type, "content-security-policy": CSP, "x-content-type-options": "nosniff" });
  response.end(body);
}

function read(request) {
  return new Promise((resolve) => {
    let text = "";
    request.on("data", (part) => (text += part)).on("end", () => resolve(text));
  });
}

/** The docket's addresses: who asks is said by a cookie. Whether the address was one of them. */
async function ofDocket(request, response, url) {
  const who = docket.person(/(?:^|; )mock-me=([\w.]+)/.exec(request.headers.cookie ?? "")?.[1]);
  if (url.pathname.startsWith("/mock/as/")) {
    response.writeHead(303, { location: "/cases", "set-cookie": `mock-me=${url.pathname.slice(9)}; Path=/` }).end();
    return true;
  }
  if (url.pathname === "/mock/reset") {
    docket.reset();
    watch.reset();
    rooms.reset();
    push.reset();
    send(response, 200, "text/plain", "anew");
    return true;
  }
  if (url.pathname === "/mock/archive") {
    watch.archive();
    send(response, 200, "text/plain", "an archive, or not any more");
    return true;
  }
  if (url.pathname === "/api/v1/session" && request.method === "DELETE") {
    response.writeHead(204, { "set-cookie": "mock-me=; Path=/; Max-Age=0" }).end();
    return true;
  }
  if (url.pathname.startsWith("/mock/push/")) {
    push.mode(url.pathname.slice(11));
    send(response, 200, "text/plain", "from now on");
    return true;
  }
  const pushed = await push.answer(request.method, url.pathname, who, async () => JSON.parse(await read(request)));
  if (pushed?.status === 204) response.writeHead(204).end();
  else if (pushed) send(response, pushed.status, pushed.status < 300 ? "application/json" : "application/problem+json", JSON.stringify(pushed.body));
  if (pushed) return true;
  const room = { "/api/v1/acts": docket, "/api/v1/watch/acts": watch, "/api/v1/guarantee/acts": rooms.taking("guarantee"), "/api/v1/board/acts": rooms.taking("board") }[url.pathname];
  if (room && request.method === "POST") {
    const sent = JSON.parse(await read(request));
    const { status, body } = room.act(who, sent);
    if (room === watch && status === 201) push.tell(sent.deed.deed, sent.deed.level ?? watch.levelOf(body.on), body.on);
    send(response, status, status < 300 ? "application/json" : "application/problem+json", JSON.stringify(body));
    return true;
  }
  const found = url.pathname.startsWith("/api/v1/") ? (watch.answer(url.pathname, url.searchParams, who) ?? rooms.answer(url.pathname, url.searchParams, who) ?? docket.answer(url.pathname, url.searchParams, who)) : undefined;
  if (!found) return false;
  if (found.tag && request.headers["if-none-match"] === found.tag) response.writeHead(304, { etag: found.tag }).end();
  else {
    if (found.tag) response.setHeader("etag", found.tag);
    send(response, found.status ?? 200, found.status ? "application/problem+json" : "application/json", JSON.stringify(found.body));
  }
  return true;
}

async function handle(request, response) {
  const url = new URL(request.url, "http://localhost");
  if (await ofDocket(request, response, url)) return undefined;
  if (url.pathname === "/mock/advance" && request.method === "POST") {
    head += 3;
    for (const s of streams) s.write(`event: head\ndata: ${JSON.stringify({ seq: head, recorded_at: new Date(0).toISOString() })}\n\n`);
    return send(response, 200, "text/plain", String(head));
  }
  if (url.pathname === "/api/v1/stream") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": heartbeat\n\n");
    streams.add(response);
    request.on("close", () => streams.delete(response));
    return undefined;
  }
  if (url.pathname.startsWith("/api/")) {
    const body = answer(url.pathname, url.searchParams);
    if (body === undefined) return send(response, 404, "application/problem+json", JSON.stringify({ type: "about:blank", title: "not found", status: 404, detail: `nothing is at \`${url.pathname}\`` }));
    return send(response, 200, "application/json", JSON.stringify(body));
  }
  if (url.pathname.startsWith("/reports/")) return send(response, 200, "text/html; charset=utf-8", `<!doctype html><title>Daily report</title><h1>Daily report (mock)</h1><p>${encodeURI(url.pathname)}`);
  const file = join(DIST, normalize(url.pathname));
  const page = /^\/board\/window(\/|$)/.test(url.pathname) ? "window.html" : "index.html";
  const real = file.startsWith(DIST) && existsSync(file) && statSync(file).isFile() ? file : join(DIST, page);
  const scope = url.pathname === "/window-sw.js" ? { "service-worker-allowed": "/board/window" } : {};
  response.writeHead(200, { "content-type": TYPES[extname(real)] ?? "application/octet-stream", "content-security-policy": CSP, ...scope });
  return createReadStream(real).pipe(response);
}

/** Starts the server on a loopback port (0: any free one). */
export function serve(port = 0) {
  return new Promise((resolve) => {
    const server = createServer(handle);
    server.listen(port, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => { for (const s of streams) s.destroy(); server.close(); server.closeAllConnections(); } }));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await serve(Number(process.env.PORT ?? 8790));
  process.stdout.write(`invented world at ${url}\n`);
}
