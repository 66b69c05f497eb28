// Walks through the file of the guarantees and the notice board in headless Chromium, against dev/rooms.mjs. CHROMIUM names the browser; SHOTS a
// folder for screenshots.
import { chromium } from "playwright-core";
import { flaws } from "./flaws.mjs";
import { serve } from "./mock.mjs";

const own = await serve(0);
const base = own.url;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--no-first-run", "--disable-background-networking"] });
const problems = [];

async function as(who, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB", timezoneId: "America/New_York", colorScheme: "light", ...options });
  context.setDefaultTimeout(30_000);
  await context.addCookies([{ name: "mock-me", value: who, url: base }]);
  const page = await context.newPage();
  page.acts = [];
  page.on("console", (m) => m.type() === "error" && !/status of (401|404|409|422|403)/.test(m.text()) && problems.push(`console at ${path}: ${m.text()}`));
  page.on("pageerror", (e) => problems.push(`error at ${path}: ${e.message}`));
  page.on("request", (r) => r.method() === "POST" && r.url().endsWith("/acts") && page.acts.push(JSON.parse(r.postData())));
  await page.goto(base + path);
  await page.waitForSelector("main [data-never]");
  await page.waitForSelector("main article");
  return page;
}
async function check(name, run) {
  try {
    await run();
    process.stdout.write(`ok      ${name}\n`);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n")[0]}`);
    process.stdout.write(`FAILED  ${name}: ${error.message.split("\n")[0]}\n`);
  }
}
function expect(condition, message) {
  if (!condition) throw new Error(message);
}
const shot = async (page, name, fullPage = false) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage });
const sane = async (page, what) => check(`${what}: names, captions, headings, width`, async () => {
  const found = await flaws(page);
  expect(found.length === 0, found.slice(0, 3).join("; "));
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), "it is wider than the screen");
});
async function fill(page, root, deed, fields) {
  await root.locator(`button[data-do="${deed}"]`).first().click();
  const form = page.locator(`form[data-deed="${deed}"]`).first();
  await form.waitFor();
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[data-field="${name}"]`);
    if (value === true) await field.locator("input").check();
    else if (await field.locator("input[type=radio]").count()) await field.locator(`input[value="${value}"]`).check();
    else if (await field.locator("select").count()) await field.locator("select").selectOption(value);
    else await field.locator("input, textarea").first().fill(value);
  }
  await form.locator("button[type=submit]").click();
  await form.waitFor({ state: "detached" });
}

const g = await as("g.1", "/guarantee");
await sane(g, "the guarantee");
await shot(g, "guarantee");
await check("the sentence stands at the head, and a cell leads down to its evidence", async () => {
  expect((await g.locator("[data-never]").innerText()).includes("people decide"), "the sentence is missing");
  expect((await g.locator('td[data-cell="not-in-text"]').count()) === 3, "not in this text is not told apart");
  await g.locator('td[data-cell="undetermined"] a').nth(1).click();
  await g.locator('details[data-element="deliberate"][open]').waitFor();
});
await shot(g, "guarantee-case");
await check("a guarantor states a position and votes", async () => {
  const c = g.locator('[data-consultation="CNS-2026-0001"]');
  await fill(g, c, "position", { text: "The fragments come first." });
  await c.getByText("The fragments come first.").waitFor();
  await fill(g, c, "vote", { vote: "yes" });
  expect(g.acts.at(-1).deed.decision === "DEC-2026-0001" && g.acts.at(-1).deed.vote === "yes", "another vote was sent");
  expect(g.acts[0].seen === 4, "not the revision that was seen");
});
await check("a consultation is asked for, and closed", async () => {
  await fill(g, g.locator("#consultations"), "request", { question: "Who asks whom?" });
  const c = g.locator('[data-consultation="CNS-2026-0002"]');
  await c.waitFor();
  await fill(g, c, "close", { why: "Answered." });
  await c.locator('[data-word="closed"]').waitFor();
});
await shot(g, "guarantee-all", true);

await g.context().close();
const w = await as("w.1", "/board");
await sane(w, "the board");
await shot(w, "board");
await check("a window's countdown, and each party's promise", async () => {
  const open = w.locator('[data-window="WIN-2026-0002"]');
  expect((await open.locator("[role=timer]").count()) === 1, "no countdown");
  expect((await w.locator('[data-window="WIN-2026-0003"] [role=timer]').count()) === 0, "a countdown on what is not open");
});
const seen = (page, path) => page.waitForFunction((p) => location.search === p, path);
const signs = (page, n) => page.locator(`[data-board-map][data-signs="${n}"]`).waitFor();
await check("the map draws what has a place, and names what has none beside it", async () => {
  await w.locator("[data-board-map] canvas").waitFor();
  await signs(w, 10);
  expect((await w.locator("[data-board-map]").getAttribute("data-joints")) === "1", "two that conflict are not joined");
  const none = await w.locator("[data-placeless-of]").evaluateAll((all) => all.map((b) => b.dataset.placelessOf));
  expect(none.join() === "NTC-2026-0009,PRO-2026-0002", `beside the map: ${none}`);
  expect((await w.locator("[data-map-says]").innerText()).includes("10 of 14"), "what is drawn is not counted");
});
await check("the timeline tells open ends, no time, two readings, a way and conflicts on both", async () => {
  const row = (id) => w.locator(`[data-row-of="${id}"]`);
  expect((await row("NTC-2026-0008").locator('[data-how="open"]').count()) === 1, "an open end is not hatched");
  expect((await row("NTC-2026-0008").locator(".name").textContent()).includes("no end stated"), "an open end is not said");
  expect((await row("NTC-2026-0009").locator('[data-how="none"]').count()) === 1, "no time is not hatched");
  const zones = await row("WIN-2026-0003").locator("[data-reading]").evaluateAll((all) => all.map((r) => r.dataset.reading));
  expect(zones.join() === "Europe/Kyiv,Europe/Moscow", `readings of ${zones}`);
  expect((await row("NTC-2026-0007").locator("[data-way]").count()) === 1, "a way has no interval");
  for (const id of ["NTC-2026-0004", "NTC-2026-0005"]) expect((await row(id).locator('[data-mark="conflict"]').count()) === 1 && (await row(id).locator("[data-clash]").count()) === 1, `${id} is not marked`);
  expect((await w.locator("[data-timeline]").innerText()).includes("Europe/Kyiv"), "the zone is not named");
  expect((await row("NTC-2026-0004").locator("[data-now]").count()) === 1, "no line of now");
});
await check("a row chosen by keyboard chooses the card, and the address has it; Escape ends it", async () => {
  await w.locator('[data-row-of="NTC-2026-0004"]').focus();
  await w.keyboard.press("Enter");
  await seen(w, "?sel=NTC-2026-0004");
  await w.locator('[data-chosen="NTC-2026-0004"] [data-sketch="point"]').waitFor();
  expect((await w.locator('article.chosen[data-notice="NTC-2026-0004"]').count()) === 1, "its card is not marked");
  await w.locator('[data-chosen] .with button').click();
  await seen(w, "?sel=NTC-2026-0005");
  await w.locator('[data-chosen="NTC-2026-0005"] a[data-jump]').click();
  expect((await w.evaluate(() => document.activeElement.id)) === "card-NTC-2026-0005", "the way to its card leads elsewhere");
  await w.locator("#chosen").focus();
  await w.keyboard.press("Escape");
  await seen(w, "");
});
await check("a card leads to the map, and a click on the map to a card", async () => {
  await w.locator('[data-show="NTC-2026-0008"]').click();
  await w.locator('[data-chosen="NTC-2026-0008"]').waitFor();
  expect((await w.evaluate(() => document.activeElement.id)) === "chosen", "the focus stays on the card");
  await w.locator("[data-chosen]").getByRole("button", { name: "Close" }).click();
  const canvas = w.locator("[data-board-map] canvas");
  const box = await canvas.boundingBox();
  // The whole of it is in view; the areas are where they lie in their common bounds.
  for (let y = 0.2; y < 0.9 && !(await w.locator("[data-chosen]").count()); y += 0.06) {
    for (let x = 0.1; x < 0.95 && !(await w.locator("[data-chosen]").count()); x += 0.06) await canvas.click({ position: { x: box.width * x, y: box.height * y } });
  }
  const id = await w.locator("[data-chosen]").getAttribute("data-chosen");
  await seen(w, `?sel=${id}`);
  await w.locator(`article.chosen[id="card-${id}"]`).waitFor({ state: "attached" });
  await w.locator("[data-chosen]").getByRole("button", { name: "Close" }).click();
});
await check("the map follows the moment; the address keeps it", async () => {
  await w.locator('button[data-moment="as-of"]').click();
  await signs(w, 6);
  expect(/moment=.+Z/.test(decodeURIComponent(w.url())), "the address has no moment");
  await w.locator("#moment").focus();
  await w.keyboard.press("End");
  await signs(w, 3);
  expect((await w.locator("#moment").getAttribute("aria-valuetext")).includes("UTC"), "the slider does not say its moment");
  expect((await w.locator("[data-map-says]").innerText()).includes("Not at that moment"), "what is not shown is not counted");
  await w.reload();
  await signs(w, 3);
  await w.locator('button[data-moment="whole"]').click();
  await signs(w, 10);
});
await check("a day is looked at, and the next; what is over is shown when asked for", async () => {
  await w.locator('button[data-span="week"]').click();
  await w.locator('[data-row-of="NTC-2026-0006"] [data-midnight]').nth(5).waitFor({ state: "attached" });
  expect((await w.locator('[data-row-of="NTC-2026-0006"] [data-midnight]').count()) === 6, "a week has not six midnights within");
  await w.locator('button[data-span="day"]').click();
  const day = new URL(w.url()).searchParams.get("day");
  await w.locator('button[data-turn="later"]').click();
  const next = await w.waitForFunction((d) => { const is = new URL(location.href).searchParams.get("day"); return is !== d && is; }, day);
  expect(Date.parse(await next.jsonValue()) - Date.parse(day) === 86_400_000, "not the next day");
  // On the fourth day only what states no end, or no time, is left.
  for (let n = 0; n < 2; n++) await w.locator('button[data-turn="later"]').click();
  await w.locator('[data-outside="7"]').waitFor();
  await w.locator('button[data-span="whole"]').click();
  await w.locator("input[data-done]").check();
  await signs(w, 11);
  expect((await w.locator('[data-row-of="NTC-2026-0002"] [data-stands="stopped"]').count()) === 1, "a withdrawn notice is not told apart");
  await w.locator("input[data-done]").uncheck();
  await signs(w, 10);
});
await check("the table says what the map draws", async () => {
  await w.locator("details.table summary").click();
  expect((await w.locator("[data-table-of]").count()) === 12, "another number of rows");
  const cell = await w.locator('[data-table-of="NTC-2026-0007"]').innerText();
  expect(/1,500 m wide.*known to 800 m/s.test(cell) && cell.includes("comes later"), cell);
  await sane(w, "the board with its table");
  await w.locator("details.table summary").click();
});
await check("no word of the map and the timeline says that anything may be done", async () => {
  const text = await w.locator("#overview").innerText();
  const found = /approv|permit|permission|allow|authori[sz]|clearance|\bcleared\b|\bsafe\b/i.exec(text);
  expect(!found, `it says ${found?.[0]}`);
});
await check("a notice is written, released, read back and withdrawn", async () => {
  await fill(w, w.locator("#notices"), "draft", { what: "Survey of the dam", shape: "route", coordinates: "51.50, 21.03\n51.52, 21.05", reach_m: "100", speed_kmh: "40", datum: "above-ground", low_m: "50", high_m: "120", from_ms: "2027-01-02T09:00", until_ms: "2027-01-02T11:00", addressees: "KA; HQ; hotline" });
  const { ground, height } = w.acts.at(-1).deed.text;
  expect(JSON.stringify(ground.path) === "[[21.03,51.5],[21.05,51.52]]" && ground.width_m === 200 && height.high_m === 120, "another place was sent");
  const n = w.locator("[data-notice]").first();
  await fill(w, n, "release", {});
  await n.locator('[data-word="released-by-one"]').waitFor();
  const four = w.locator('[data-notice="NTC-2026-0004"]');
  await fill(w, four, "read-back", { addressee: "KA/unit", repeated: "nine to eleven", place_as_stated: true });
  await four.locator('[data-row="KA/unit"] [data-word="repeated-otherwise"]').waitFor();
  await fill(w, n, "withdraw", { why: "The dam is under water." });
});
await check("a call is written down, a drill apart from it", async () => {
  await fill(w, w.locator("#calls"), "log", { from: "VE", to: "KA", called_ms: "2026-01-02T09:00", text: "Test of the line.", drill: true });
  await w.locator("#drills").getByText("Test of the line.").waitFor();
});
await w.context().close();
const l = await as("l.ve", "/board");
await check("a liaison promises for the own party, and for no other", async () => {
  await fill(l, l.locator('[data-window="WIN-2026-0003"]'), "promise", { until_ms: "2027-01-02T09:00", text: "We hold." });
  expect(l.acts.at(-1).deed.party === "VE", "it promised for another");
  await l.locator('[data-window="WIN-2026-0003"] [data-promise="VE"] [data-word="given"]').waitFor();
});
await check("a liaison sees no more of the register than was told, and a map without its layers is a map", async () => {
  expect((await l.locator('[data-placeless-of="PRO-2026-0003"]').innerText()).includes("not told where"), "what was not told is not said to be untold");
  await l.route(/\/api\/v1\/(layers|basemap)/, (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: "{}" }));
  await l.reload();
  await l.locator("[data-board-map] canvas").waitFor();
  await signs(l, 9);
  expect((await l.locator("main [role=alert]").count()) === 0, "an error is shown");
});
await check("a planner, who may not have the layers, does not ask for them, and is told an area and no site", async () => {
  const asked = [];
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.addCookies([{ name: "mock-me", value: "o.1", url: base }]);
  const p = await context.newPage();
  p.on("request", (r) => /\/api\/v1\/(layers|basemap)/.test(r.url()) && asked.push(r.url()));
  await p.goto(`${base}/board?sel=PRO-2026-0003`);
  await p.locator('[data-chosen="PRO-2026-0003"] [data-sketch="area"]').waitFor();
  await signs(p, 9);
  expect(asked.length === 0, `it asked for ${asked[0]}`);
  await context.close();
});
await check("the page of windows draws the window's ground from itself, and says it in words", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "en-GB" });
  await context.addCookies([{ name: "mock-me", value: "o.1", url: base }]);
  const p = await context.newPage();
  const scripts = [];
  p.on("request", (r) => scripts.push(r.url()));
  await p.goto(`${base}/board/window/WIN-2026-0003`);
  const said = await p.locator('[data-sketch="area"] svg').getAttribute("aria-label");
  expect(/centre .*from west to east, .*from north to south/.test(said), said);
  expect(!scripts.some((url) => /deskmap|maplibre/.test(url)), "it brings MapLibre with it");
  await shot(p, "window-sketch", true);
  await context.close();
});
await l.context().close();
const PHONE = { viewport: { width: 390, height: 844 } };
for (const [path, name] of [["/board", "board"], ["/guarantee", "guarantee"]]) {
  const phone = await as("o.1", path, PHONE);
  await sane(phone, `${name} on a phone`);
  await shot(phone, `${name}-phone`, true);
  await phone.context().close();
  const ar = await as("w.1", `${path}?lang=ar`);
  await ar.waitForSelector("html[dir=rtl]");
  await sane(ar, `${name} in Arabic`);
  await shot(ar, `${name}-ar`, true);
  await ar.context().close();
}

await browser.close();
own.close();
for (const p of problems) process.stdout.write(`PROBLEM ${p}\n`);
process.exitCode = problems.length ? 1 : 0;
