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
  context.setDefaultTimeout(10_000);
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

const w = await as("w.1", "/board");
await sane(w, "the board");
await shot(w, "board");
await check("a window's countdown, and each party's promise", async () => {
  const open = w.locator('[data-window="WIN-2026-0002"]');
  expect((await open.locator("[role=timer]").count()) === 1, "no countdown");
  expect((await w.locator('[data-window="WIN-2026-0003"] [role=timer]').count()) === 0, "a countdown on what is not open");
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
const l = await as("l.ve", "/board");
await check("a liaison promises for the own party, and for no other", async () => {
  await fill(l, l.locator('[data-window="WIN-2026-0003"]'), "promise", { until_ms: "2027-01-02T09:00", text: "We hold." });
  expect(l.acts.at(-1).deed.party === "VE", "it promised for another");
  await l.locator('[data-window="WIN-2026-0003"] [data-promise="VE"] [data-word="given"]').waitFor();
});
const PHONE = { viewport: { width: 390, height: 844 } };
for (const [path, name] of [["/board", "board"], ["/guarantee", "guarantee"]]) {
  const phone = await as("o.1", path, PHONE);
  await sane(phone, `${name} on a phone`);
  await shot(phone, `${name}-phone`, true);
  const ar = await as("w.1", `${path}?lang=ar`);
  await ar.waitForSelector("html[dir=rtl]");
  await sane(ar, `${name} in Arabic`);
  await shot(ar, `${name}-ar`, true);
}

await browser.close();
own.close();
for (const p of problems) process.stdout.write(`PROBLEM ${p}\n`);
process.exitCode = problems.length ? 1 : 0;
