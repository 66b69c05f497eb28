// End-to-end check of the field form in headless Chromium, with the network taken away and cut. Without FIELD_URL it runs against
// dev/field-mock.mjs; with FIELD_URL and FIELD_TOKEN against that server, and leaves out what only the stand-in can be told to do.
// CHROMIUM names the browser; SHOTS a folder for screenshots.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request as ask } from "node:http";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, crc32 } from "node:zlib";
import { chromium } from "playwright-core";
import { serve, TOKEN } from "./field-mock.mjs";

const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 60_000);
const mock = process.env.FIELD_URL ? null : await serve(0);
const target = new URL(process.env.FIELD_URL ?? mock.url);
const token = process.env.FIELD_TOKEN ?? TOKEN;
const problems = [];
let passed = 0;

// Between browser and server: what passed, and a line that can be cut in the middle of a request.
const line = { posts: [], patches: [], cut_next_patch_after: null, cuts: 0 };
// The addresses that docs/field.md lets a proxy pass on to the server; nothing else is needed.
const PASSED = /^\/(field[^/]*|assets\/[^/]+|api\/v1\/field\/[^?]+|openrosa\/[^?]+)$/;
const proxy = createServer((request, response) => {
  if (!PASSED.test(request.url)) {
    // A picture opened by itself has no icon of its own; the form has one.
    if (request.url !== "/favicon.ico") problems.push(`asked for ${request.url}, which a proxy does not pass on`);
    response.writeHead(404).end();
    return;
  }
  const parts = [];
  const isPatch = request.method === "PATCH";
  if (isPatch) line.patches.push(Number(request.headers["upload-offset"]));
  const onward = ask({ host: target.hostname, port: target.port, path: request.url, method: request.method, headers: { ...request.headers, host: target.host } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  let seen = 0;
  const limit = isPatch ? line.cut_next_patch_after : null;
  if (limit !== null) line.cut_next_patch_after = null;
  request.on("data", (part) => {
    if (limit !== null && seen + part.length >= limit) {
      if (seen > limit) return;
      onward.write(part.subarray(0, limit - seen));
      seen = limit + 1;
      line.cuts += 1;
      setTimeout(() => { onward.destroy(); request.destroy(); }, 50);
      return;
    }
    seen += part.length;
    if (request.method === "POST") parts.push(part);
    onward.write(part);
  });
  request.on("end", () => {
    if (limit !== null && seen > limit) return;
    if (request.method === "POST") line.posts.push(JSON.parse(Buffer.concat(parts).toString("utf8")));
    onward.end();
  });
  request.on("error", () => onward.destroy());
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${proxy.address().port}`;

const profile = mkdtempSync(join(tmpdir(), "field-e2e-"));
let context;
let quiet = false;

/** Opens the browser with what it kept; closing it before is like switching the telephone off. */
async function switchOn(options = {}) {
  if (context) await context.close();
  context = await chromium.launchPersistentContext(options.profile ?? profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true,
    locale: "en-GB", timezoneId: "Europe/Kyiv", colorScheme: "dark", geolocation: { latitude: 47.0512, longitude: -30.1184, accuracy: 12 }, permissions: ["geolocation"],
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...options.context,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.setOffline(options.offline ?? false);
}

async function open(path = "/field") {
  const page = await context.newPage();
  page.on("console", (m) => m.type() === "error" && !quiet && !/Failed to load resource|net::ERR/.test(m.text()) && problems.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => problems.push(`page error: ${e.stack}`));
  page.on("request", (r) => {
    const url = new URL(r.url());
    if (!["data:", "blob:", "about:"].includes(url.protocol) && url.origin !== base) problems.push(`request left the origin: ${r.url()}`);
  });
  await page.goto(base + path);
  return page;
}

async function check(name, run) {
  try {
    await run();
    passed += 1;
    process.stdout.write(`ok      ${name}\n`);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n").slice(0, 4).join(" ")}`);
    process.stdout.write(`FAILED  ${name}\n`);
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function until(run, message) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await run())) {
    if (Date.now() > end) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function shot(page, name, options = {}) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, animations: "disabled", ...options });
}

/** A picture of about a megabyte: a night sky over a horizon, with a flash. */
function picture() {
  const [w, h] = [960, 720];
  const raw = Buffer.alloc((w * 3 + 1) * h);
  let seed = 7;
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const glow = 190 * Math.exp(-((x - 640) ** 2 + (y - 450) ** 2) / 6500);
      const ground = y > 500 + 18 * Math.sin(x / 90) ? 0.35 : 1;
      const grain = (seed >> 16) & 31;
      const at = y * (w * 3 + 1) + 1 + x * 3;
      raw[at] = Math.min(255, (18 + glow + grain) * ground);
      raw[at + 1] = Math.min(255, (24 + glow * 0.7 + grain) * ground);
      raw[at + 2] = Math.min(255, (48 + glow * 0.3 + grain) * ground);
    }
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8 + body.length);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32 ? crc32(body) : 0, 4 + body.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(w, 0);
  head.writeUInt32BE(h, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(raw, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}
const PHOTO = picture();
const HASH = createHash("sha256").update(PHOTO).digest("hex");

const stored = (page) => page.evaluate(() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("field");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const db = asked.result;
    const out = {};
    const tx = db.transaction([...db.objectStoreNames], "readonly");
    for (const name of db.objectStoreNames) tx.objectStore(name).getAll().onsuccess = (e) => { out[name] = e.target.result.map((r) => ({ ...r, body: r.body instanceof ArrayBuffer ? { bytes: r.body.byteLength } : r.body })); };
    tx.oncomplete = () => { db.close(); resolve(out); };
  };
}));
/** Checks a box or a radio where the bars at the top and bottom do not cover it. */
async function tick(locator) {
  await locator.evaluate((e) => e.scrollIntoView({ block: "center" }));
  await locator.check({ force: true });
}
const tap = (page, name, value) => tick(page.locator(`input[name="${name}"][value="${value}"]`));
const timed = (page) => tick(page.locator('input[name="when"]').nth(1));
const state = (page, id) => page.locator(`li[data-id="${id}"]`).getAttribute("data-state");
const kept = async (page) => until(async () => (await page.locator('li[data-state="kept"]').count()) > 0 && (await page.locator('li[data-state="queued"], li[data-state="sending"]').count()) === 0, "not everything was kept");

await switchOn();
let page;

await check("a link enrols the device, and the token leaves the address bar", async () => {
  page = await open(`/field#enrol=${token}`);
  await page.waitForSelector("[data-ready]");
  expect(!page.url().includes("enrol"), `the address is ${page.url()}`);
  await until(async () => !(await page.locator("header .who p").innerText()).includes("Not enrolled"), "nobody is named");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await until(() => page.evaluate(async () => (await caches.keys()).length === 1 && (await (await caches.open((await caches.keys())[0])).keys()).length > 5), "the form's files are not kept");
});

await check("everything can be tapped with a glove, everything has a name, nothing overflows", async () => {
  const faults = await page.evaluate(() => {
    const out = [];
    for (const e of document.querySelectorAll("button, .chip span, select, textarea, input[type=number], input[type=text]")) {
      const box = e.getBoundingClientRect();
      if (box.height > 0 && box.height < 44) out.push(`${e.outerHTML.slice(0, 60)} is ${box.height} high`);
    }
    for (const e of document.querySelectorAll("button, input, select, textarea, [role=slider]")) {
      const name = e.getAttribute("aria-label") || e.closest("label")?.innerText || e.innerText;
      if (!name?.trim()) out.push(`no name: ${e.outerHTML.slice(0, 80)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) out.push("the page is wider than the screen");
    return out;
  });
  expect(faults.length === 0, faults.join("; "));
});

await check("at first every choice is undetermined", async () => {
  const checked = await page.evaluate(() => [...document.querySelectorAll("fieldset.question")].map((f) => [f.dataset.field, f.querySelector(".unknown input")?.checked]).filter(([n, c]) => n !== "media" && !c));
  expect(checked.length === 0, `answered: ${JSON.stringify(checked)}`);
  await shot(page, "field-report-dark");
});

let id;
await check("offline, the form is filled in with a photo, which is hashed at once", async () => {
  await context.setOffline(true);
  await tap(page, "effect", "explosion");
  await tap(page, "means", "saw and heard");
  await page.locator('.step:has-text("+5")').click();
  await tick(page.locator('[data-field="count"] input[type=checkbox]'));
  await tick(page.locator('input[name="when"]').nth(2));
  await tick(page.locator('[data-field="when"] input[name="when_ago"]').nth(2));
  const dial = page.locator("[role=slider]");
  await dial.evaluate((e) => e.scrollIntoView({ block: "center" }));
  const box = await dial.boundingBox();
  await page.mouse.click(box.x + box.width / 2 + box.width * 0.27, box.y + box.height / 2 + box.height * 0.27);
  expect((await dial.getAttribute("aria-valuetext")) === "south-east", `the dial says ${await dial.getAttribute("aria-valuetext")}`);
  await dial.focus();
  await page.keyboard.press("ArrowRight");
  expect((await dial.getAttribute("aria-valuetext")) === "south-south-east", "the arrow key does not turn the dial");
  await page.evaluate(() => document.activeElement.blur());
  await page.locator('[data-field="direction"]').evaluate((e) => scrollTo(0, e.offsetTop - 70));
  await shot(page, "field-dial-dark");
  await tap(page, "range_band", "2000-5000");
  await tap(page, "assessment", "impact");
  await tap(page, "weapon", "mortar");
  await tap(page, "weapon_certainty", "probable");
  await tap(page, "zone_relation", "inside");
  await tick(page.locator('input[name="observer_place"]').nth(1));
  await page.locator('[data-field="observer_place"] .said:has-text("47.05120")').waitFor();
  await tick(page.locator('input[name="place"]').nth(2));
  await page.locator('[data-field="place"] input[type=text]').fill("Orchard south of Velia bridge");
  await page.locator('input[type=file]').setInputFiles({ name: "IMG_0412.png", mimeType: "image/png", buffer: PHOTO });
  await page.locator(`.photo code:has-text("${HASH.slice(0, 16)}")`).waitFor();
  await page.locator('textarea[name="narrative"]').fill("Five flashes behind the tree line, then smoke. Fog from the river.");
  await page.locator(".photo img").waitFor();
  await page.locator('[data-field="media"]').evaluate((e) => e.scrollIntoView({ block: "center" }));
  await shot(page, "field-photo-dark");
  await until(async () => (await stored(page)).items.some((i) => i.body.report?.narrative.endsWith("river.")), "the draft is not stored");
});

await check("closed and opened again without a network, the draft and its photo are there", async () => {
  await switchOn({ offline: true });
  page = await open();
  await page.waitForSelector("[data-ready]");
  expect((await page.locator('textarea[name="narrative"]').inputValue()).startsWith("Five flashes"), "the words are gone");
  expect((await page.locator("[role=slider]").getAttribute("aria-valuetext")) === "south-south-east", "the direction is gone");
  await page.locator(".photo img").waitFor();
  expect((await page.locator("header .net").innerText()).includes("no network"), "the form does not say that there is no network");
});

await check("finished twice in a hurry, it is one report, and it waits", async () => {
  await page.evaluate(() => { const b = document.querySelector("[data-submit]"); b.click(); b.click(); b.click(); });
  await page.locator('li[data-state="queued"]').waitFor();
  expect((await page.locator("main li").count()) === 1, "more than one report waits");
  id = await page.locator("main li").getAttribute("data-id");
  await shot(page, "field-queue-offline-dark");
  expect(line.posts.length === 0, "something was sent without a network");
});

await check("the timer of a denied access runs on while the device is off", async () => {
  await page.locator('[data-tab="access"]').click();
  await page.locator(".go").click();
  await tap(page, "access_kind", "denied");
  const before = (await stored(page)).items.find((i) => i.body.report?.kind === "access");
  await until(async () => (await stored(page)).items.some((i) => i.body.report?.access_kind === "denied"), "the timer is not stored");
  await switchOn({ offline: true });
  page = await open();
  await page.locator('[data-tab="access"]').click();
  await page.locator('[data-timer="running"]').waitFor();
  const after = (await stored(page)).items.find((i) => i.body.report?.kind === "access");
  expect(!before || before.body.report.access_start_ms === after.body.report.access_start_ms, "the start has moved");
  await shot(page, "field-access-dark");
});

await check("online again with the line cut in the middle, the upload goes on where it stopped", async () => {
  line.cut_next_patch_after = 100_000;
  await page.locator('[data-tab="queue"]').click();
  await context.setOffline(false);
  await until(() => line.cuts === 1, "nothing was cut");
  await kept(page);
  expect((await state(page, id)) === "kept", "the report is not kept");
  const later = line.patches.slice(1);
  // A browser may itself repeat a request that was cut; the server answers that with the right offset.
  expect(later.some((offset) => offset > 0 && offset % (256 * 1024) !== 0), `it did not go on from the cut: ${line.patches}`);
  expect(later.filter((offset) => offset === 0).length <= 1, `it began anew: ${line.patches}`);
});

await check("nothing lost, nothing doubled", async () => {
  const ids = new Set(line.posts.map((p) => p.instance_id));
  expect(ids.size === 1 && ids.has(id), `ids sent: ${[...ids]}`);
  const sent = line.posts[0];
  const want = {
    instance_id: id, effect: "explosion", means: "saw and heard", count: 5, count_about: true, unit: "explosions", direction: "SSE", range_band: "2000-5000", range_min_m: 2000, range_max_m: 5000,
    assessment: "impact", weapon: "mortar", weapon_certainty: "probable", exercise: "undetermined", zone_relation: "inside", place: "Orchard south of Velia bridge", observer_place: "47.051200 -30.118400 0 12",
  };
  for (const [key, value] of Object.entries(want)) expect(sent.fields[key] === value, `${key} is ${JSON.stringify(sent.fields[key])}`);
  expect(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+0[23]:00$/.test(sent.fields.start), `start is ${sent.fields.start}`);
  expect(sent.media.length === 1 && sent.media[0].sha256 === HASH && sent.media[0].bytes === PHOTO.length, "the photo is described wrongly");
  if (mock) {
    expect(mock.state.submissions.size === 1, "the server has another number of reports");
    expect(mock.state.media.get(HASH).finished && mock.state.media.get(HASH).parts.equals(PHOTO), "the server's photo is another");
  }
});

await check("what the server has is erased on the device; a receipt remains", async () => {
  await until(async () => (await stored(page)).photos.length === 0, "the photo is still here");
  const item = (await stored(page)).items.find((i) => i.id === id);
  expect(item.body.state === "kept" && item.body.report === null && item.body.fields === null, "the report is still here");
  await shot(page, "field-sent-dark");
});

await check("the stopped timer is sent as a report of its own", async () => {
  await page.locator('[data-tab="access"]').click();
  await page.locator(".go").click();
  await page.locator('textarea[name="access_reason"]').fill("Checkpoint said the road is mined.");
  await page.locator("[data-submit]").click();
  await until(() => line.posts.some((p) => p.fields.access_kind === "denied"), "it was not sent");
  await kept(page);
  const sent = line.posts.find((p) => p.fields.access_kind === "denied").fields;
  expect(Date.parse(sent.access_end) >= Date.parse(sent.access_start) && !("effect" in sent), "its fields are wrong");
});

await check("what could not be seen is a report too", async () => {
  await page.locator('[data-tab="unseen"]').click();
  await tap(page, "not_seen", "fog");
  await tap(page, "not_seen", "jamming");
  const finish = async (says) => {
    await page.locator("[data-submit]").click();
    await page.locator(`.foot .warn:has-text("${says}")`).waitFor();
  };
  await finish("from when to when");
  await tick(page.locator('input[name="not_seen_when"]').nth(1));
  await finish("start or the end is missing");
  const times = page.locator('[data-field="not_seen_when"] input[type="datetime-local"]');
  const end = await times.nth(1).inputValue();
  await times.nth(0).fill(new Date(Date.parse(`${end}Z`) - 40 * 60_000).toISOString().slice(0, 16));
  await finish("a position is needed");
  await tick(page.locator('input[name="unseen_observer_place"]').nth(1));
  await page.locator('[data-field="unseen_observer_place"] .said:has-text("47.05120")').waitFor();
  await shot(page, "field-unseen-dark");
  await page.locator("[data-submit]").click();
  await until(() => line.posts.some((p) => p.fields.not_seen === "fog, jamming"), "it was not sent");
  await kept(page);
});

await check("a position of the device as the place is the observer's own too", async () => {
  await page.locator('[data-tab="report"]').click();
  await page.locator(".chipbutton").click();
  await tap(page, "effect", "mine");
  await timed(page);
  await tick(page.locator('input[name="place"]').nth(1));
  await page.locator('[data-field="place"] .said:has-text("never published")').waitFor();
  await page.locator('[data-field="observer_place"] .said:has-text("47.05120")').waitFor();
  await page.locator("[data-submit]").click();
  await until(() => line.posts.some((p) => p.fields.effect === "mine"), "it was not sent");
  await kept(page);
  const { place, observer_place } = line.posts.find((p) => p.fields.effect === "mine").fields;
  const isOwn = place === "47.051200 -30.118400 0 12" && observer_place === place;
  expect(isOwn, `place ${place}, observer ${observer_place}`);
});

await check("a report is not finished while its photo is being hashed", async () => {
  await page.locator('[data-tab="report"]').click();
  await tap(page, "effect", "projectile");
  await timed(page);
  await page.evaluate(() => {
    const [digest, subtle] = [crypto.subtle.digest.bind(crypto.subtle), crypto.subtle];
    window.letHash = null;
    const gate = new Promise((resolve) => (window.letHash = resolve));
    subtle.digest = async (...all) => (await gate, delete subtle.digest, digest(...all));
  });
  await page.locator("input[type=file]").setInputFiles({ name: "late.png", mimeType: "image/png", buffer: PHOTO });
  await page.locator('.foot .warn:has-text("still being hashed")').waitFor();
  const before = line.posts.length;
  await page.locator("[data-submit]").click({ force: true });
  const isOpen = (await page.locator('[data-tab="report"]').getAttribute("aria-current")) === "page";
  expect(isOpen && line.posts.length === before, "it was finished without its photo");
  await page.evaluate(() => window.letHash());
  await page.locator('.photo b:has-text("late.png")').waitFor();
  await page.locator("[data-submit]").click();
  await until(() => line.posts.some((p) => p.fields.effect === "projectile"), "it was not sent");
  await kept(page);
  expect(line.posts.find((p) => p.fields.effect === "projectile").media.length === 1, "the photo is not there");
});

/** Changes what lies in the store, as another tab or a failing disk would. */
const meddle = (page, what) => page.evaluate((what) => new Promise((resolve, reject) => {
  const asked = indexedDB.open("field");
  asked.onsuccess = () => {
    const db = asked.result;
    const tx = db.transaction(["items", "photos"], "readwrite");
    if (what.forget) tx.objectStore("photos").delete(what.forget);
    if (what.say) tx.objectStore("items").get(what.id).onsuccess = (e) => {
      const row = e.target.result;
      row.rev += 1;
      row.body.report.narrative = what.say;
      tx.objectStore("items").put(row);
    };
    tx.oncomplete = () => { db.close(); resolve(); };
    tx.onerror = () => reject(tx.error);
  };
}), what);

await check("two tabs do not overwrite each other", async () => {
  await page.locator('[data-tab="report"]').click();
  const words = page.locator('textarea[name="narrative"]');
  const holds = async (text) => JSON.stringify(await stored(page)).includes(text);
  await words.fill("Said in the first tab");
  await until(() => holds("in the first tab"), "the draft is not stored");
  const second = await open();
  await second.waitForSelector("[data-ready]");
  const theirs = second.locator('textarea[name="narrative"]');
  await until(async () => (await theirs.inputValue()) === "Said in the first tab", "the second tab does not show it");
  await theirs.fill("Said in the second tab");
  await until(async () => (await words.inputValue()) === "Said in the second tab", "the first tab does not follow");
  await second.close();
  // A tab that heard nothing of it.
  const draft = (await stored(page)).items.find((i) => i.body.report?.narrative === "Said in the second tab");
  await meddle(page, { id: draft.id, say: "Said unheard" });
  await words.fill("Said too late");
  await page.locator('.note.bad:has-text("changed in another tab")').waitFor();
  await until(async () => (await words.inputValue()) === "Said unheard", "what the other tab wrote is not shown");
  expect(await holds("Said unheard"), "what the other tab wrote is gone");
  await words.fill("");
  await until(async () => !(await holds("Said unheard")), "it cannot be changed any more");
});

await check("a photo that the device has lost keeps nothing back, and is told", async () => {
  await context.setOffline(true);
  await tap(page, "effect", "flare");
  await timed(page);
  const buffer = Buffer.from("not a picture");
  await page.locator("input[type=file]").setInputFiles({ name: "lost.png", mimeType: "image/png", buffer });
  await page.locator('.photo b:has-text("lost.png")').waitFor();
  await page.locator("[data-submit]").click();
  await page.locator('li[data-state="queued"]').waitFor();
  const { photos } = await stored(page);
  await meddle(page, { forget: photos[0].key });
  await context.setOffline(false);
  await kept(page);
  await page.locator('li[data-state="kept"] .warn:has-text("lost.png")').waitFor();
  const sent = line.posts.find((p) => p.fields.effect === "flare");
  const isTold = sent.media.length === 0 && sent.fields.narrative.includes("lost on the device");
  expect(isTold, `sent: ${JSON.stringify(sent)}`);
});

if (mock) {
  await check("a refused report says why, is corrected, and is kept under the same id", async () => {
    mock.state.refuse = [{ field: "count", detail: "more than can be" }];
    await page.locator('[data-tab="report"]').click();
    await tap(page, "effect", "burst");
  await timed(page);
    await page.locator("[data-submit]").click();
    await page.locator('li[data-state="refused"]').waitFor();
    const refused = await page.locator('li[data-state="refused"]').getAttribute("data-id");
    await shot(page, "field-refused-dark");
    await page.locator('li[data-state="refused"] button:not(.plain)').click();
    await page.locator('.note.bad:has-text("more than can be")').waitFor();
    expect(await page.locator('input[name="effect"][value="burst"]').isChecked(), "the report is empty");
    await page.locator("[data-submit]").click();
    await until(async () => (await state(page, refused)) === "kept", "it is not kept");
  });

  await check("a busy server is asked again after the time it names", async () => {
    mock.state.busy = 1;
    const before = mock.state.submissions.size;
    await page.locator('[data-tab="report"]').click();
    await tap(page, "effect", "shot");
  await timed(page);
    await page.locator("[data-submit]").click();
    await until(() => mock.state.submissions.size === before + 1, "it was not sent again");
    await kept(page);
  });

  await check("a clock that is wrong is told", async () => {
    mock.state.clock_ahead_ms = 9 * 60_000;
    await page.reload();
    await page.locator('.note:has-text("9 min ahead")').waitFor();
    mock.state.clock_ahead_ms = 0;
    await page.reload();
    await page.waitForSelector("[data-ready]");
  });
}

await check("by day, in French and in Arabic, from right to left", async () => {
  await page.locator(".gear").click();
  await tick(page.locator('input[name="theme"]').nth(1));
  await tick(page.locator('.chip[lang="fr"] input'));
  await page.locator('h2:has-text("Langue")').waitFor();
  await shot(page, "field-settings-light");
  await tick(page.locator('.chip[lang="en"] input'));
  await page.locator('[data-tab="report"]').click();
  await tap(page, "effect", "flare");
  await tap(page, "means", "saw");
  await tick(page.locator('input[name="when"]').nth(1));
  await page.evaluate(() => scrollTo(0, 0));
  await shot(page, "field-report-light");
  await page.locator(".gear").click();
  await tick(page.locator('.chip[lang="ar"] input'));
  await until(() => page.evaluate(() => document.documentElement.dir === "rtl"), "the page does not turn");
  await page.locator('[data-tab="report"]').click();
  await tap(page, "direction", "southerly");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
  await page.evaluate(() => scrollTo(0, 0));
  await shot(page, "field-ar-light");
  await page.locator("[role=slider]").scrollIntoViewIfNeeded();
  await page.locator(".gear").click();
  await tick(page.locator('input[name="theme"]').nth(2));
  await page.locator('[data-tab="report"]').click();
  await page.locator('[data-field="direction"]').evaluate((e) => scrollTo(0, e.offsetTop - 70));
  await shot(page, "field-ar-dark");
  await page.locator(".gear").click();
  await tick(page.locator('.chip[lang="en"] input'));
});

await check("under a PIN nothing that was written can be read on the device", async () => {
  await page.locator('[data-tab="report"]').click();
  await page.locator('textarea[name="narrative"]').fill("The words of a secret draft");
  await until(async () => JSON.stringify(await stored(page)).includes("secret draft"), "the draft is not stored");
  await page.locator(".gear").click();
  await page.locator('input[name="pin"]').fill("428613");
  await page.locator('input[name="pin2"]').fill("428613");
  await page.locator('input[name="duress"]').fill("000999");
  await page.locator('form button[type="submit"]').click();
  await page.locator('p:has-text("is encrypted under your PIN")').waitFor();
  const all = JSON.stringify(await stored(page));
  expect(!all.includes("secret draft") && !all.includes(token), "it can be read");
  await page.reload();
  await page.locator('input[name="unlock"]').fill("111111");
  await page.locator('button[type="submit"]').click();
  await page.locator('p:has-text("That is not it")').waitFor();
  await page.locator('input[name="unlock"]').fill("428613");
  await page.locator('button[type="submit"]').click();
  await page.waitForSelector("[data-ready]");
  expect((await page.locator('textarea[name="narrative"]').inputValue()) === "The words of a secret draft", "the draft is gone");
});

await check("a wipe that fails says so, and shows nothing", async () => {
  await page.evaluate(() => {
    IDBDatabase.prototype.transaction = () => { throw new DOMException("the disk failed", "UnknownError"); };
  });
  await page.locator(".wipe").dispatchEvent("pointerdown");
  await page.locator("dialog[open]").waitFor();
  await page.locator("dialog input[type=range]").fill("100");
  await page.locator('.note.bad:has-text("NOT erased")').waitFor();
  const shown = await page.locator("body").innerText();
  expect(!shown.includes("secret") && !(await page.locator("textarea").count()), "the report is still shown");
  await page.reload();
  await page.locator('input[name="unlock"]').fill("428613");
  await page.locator('button[type="submit"]').click();
  await page.waitForSelector("[data-ready]");
});

/** What this origin still holds on the device. The page asking is not the form. */
async function left() {
  const other = await context.newPage();
  await other.goto(`${base}/field-icon.svg`);
  const found = await other.evaluate(async () => ({
    databases: (await indexedDB.databases()).map((d) => d.name), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length, local: localStorage.length, session: sessionStorage.length, cookies: document.cookie,
  }));
  await other.close();
  return found;
}
const NOTHING = JSON.stringify({ databases: [], caches: [], workers: 0, local: 0, session: 0, cookies: "" });

await check("a slip of the finger erases nothing", async () => {
  await page.locator(".wipe").click();
  expect(!(await page.locator("dialog[open]").count()), "one tap asks already");
  const box = await page.locator(".wipe").boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.locator("dialog[open]").waitFor();
  await page.mouse.up();
  await page.locator("dialog input[type=range]").fill("60");
  expect((await page.locator("dialog[open]").count()) === 1, "a slide of sixty in a hundred was enough");
  await shot(page, "field-wipe-dark");
});

await check("the duress wipe leaves nothing, in other tabs neither, and shows an empty page", async () => {
  const second = await open();
  await second.locator('input[name="unlock"]').waitFor();
  await page.locator("dialog input[type=range]").fill("100");
  await until(() => page.url() === "about:blank", "the form is still shown");
  await until(() => second.url() === "about:blank", "another tab still shows it");
  expect((await page.locator("body").innerText()).trim() === "", "the page is not empty");
  await second.close();
  expect(JSON.stringify(await left()) === NOTHING, `left: ${JSON.stringify(await left())}`);
});

await check("the duress PIN does the same", async () => {
  page = await open(`/field#enrol=${token}`);
  await page.waitForSelector("[data-ready]");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await tap(page, "effect", "burst");
  await timed(page);
  await page.locator(".gear").click();
  await page.locator('input[name="pin"]').fill("428613");
  await page.locator('input[name="pin2"]').fill("428613");
  await page.locator('input[name="duress"]').fill("000999");
  await page.locator('form button[type="submit"]').click();
  await page.locator('p:has-text("is encrypted under your PIN")').waitFor();
  await page.reload();
  await page.locator('input[name="unlock"]').fill("000999");
  await page.locator('button[type="submit"]').click();
  await until(() => page.url() === "about:blank", "the form is still shown");
  expect(JSON.stringify(await left()) === NOTHING, `left: ${JSON.stringify(await left())}`);
});

await check("a device that was not enrolled writes, and sends once it is", async () => {
  page = await open();
  await page.waitForSelector("[data-ready]");
  await tap(page, "effect", "projectile");
  await timed(page);
  await page.locator("[data-submit]").click();
  await page.locator('li[data-state="queued"]').waitFor();
  await page.goto(`about:blank`);
  await page.goto(`${base}/field#enrol=${token}`);
  await until(() => line.posts.some((p) => p.fields.effect === "projectile"), "it was not sent");
});

quiet = true;
await context.close();
proxy.closeAllConnections();
proxy.close();
mock?.close();
rmSync(profile, { recursive: true, force: true });
for (const p of problems) process.stderr.write(`problem: ${p}\n`);
process.stdout.write(`${passed} checks passed, ${problems.length} problems\n`);
process.exit(problems.length ? 1 : 0);
