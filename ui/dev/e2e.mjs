// End-to-end check in headless Chromium. Without BASE_URL it runs against the invented world of dev/mock.mjs; with it, against
// that server, whatever its mission holds. CHROMIUM names the browser; SHOTS a folder for screenshots.
import { chromium } from "playwright-core";
import { flaws } from "./flaws.mjs";
import { serve } from "./mock.mjs";

const PATIENCE_MS = 60_000;
const own = process.env.BASE_URL ? null : await serve(0);
const base = (process.env.BASE_URL ?? own.url).replace(/\/$/, "");
const origin = new URL(base).origin;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const problems = [];
let passed = 0;

async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB", timezoneId: "America/New_York", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("console", (m) => m.type() === "error" && problems.push(`console at ${path}: ${m.text()}`));
  page.on("pageerror", (e) => problems.push(`error at ${path}: ${e.message}`));
  page.on("request", (r) => {
    const url = new URL(r.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== origin) problems.push(`request left the origin: ${r.url()}`);
  });
  await page.goto(base + path);
  await page.waitForSelector("main h1", { state: "attached" });
  return page;
}

async function check(name, run) {
  try {
    await run();
    passed += 1;
    process.stdout.write(`ok      ${name}\n`);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n")[0]}`);
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

const api = async (path) => (await fetch(`${base}/api/v1/${path}`)).json();
const total = (page) => page.locator("[data-total]").getAttribute("data-total").then(Number);
async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

/** How many different colours a sample of the map's pixels has. */
const colours = (page) => page.evaluate(() => {
  const canvas = document.querySelector(".maplibregl-canvas");
  if (!canvas) return 0;
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [200, 150];
  const ctx = copy.getContext("2d");
  ctx.drawImage(canvas, 0, 0, 200, 150);
  const data = ctx.getImageData(0, 0, 200, 150).data;
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return seen.size;
});

async function sane(page, what) {
  await check(`${what}: names, captions, headings`, async () => {
    const found = await flaws(page);
    expect(found.length === 0, found.slice(0, 3).join("; "));
  });
}

const mission = await api("mission");
const all = await api("incidents?limit=1");
expect(all.total > 0, "the mission holds no incident; nothing to check");
const id = all.items[0].id;

const map = await open("/");
await check("the map is drawn", () => until(async () => (await colours(map)) > 12, "the map's canvas stays blank"));
await check("the list counts what the API counts", () => until(async () => (await total(map)) === all.total, "the list's count is not the API's total"));
await check("the coverage statement stands beside the figures", async () => expect((await map.locator(".coverage").innerText()).includes(mission.coverage_statement.slice(0, 40)), "the coverage statement is missing"));
await check("the zone of the times is the mission's", async () => expect((await map.locator(".strip").innerText()).includes(mission.zone.startsWith("Etc/UTC") ? "UTC" : mission.zone), "the zone is not named"));
await shot(map, "map");

await check("brushing the chart changes the address and the list", async () => {
  const box = await map.locator(".chart svg").boundingBox();
  await map.mouse.move(box.x + box.width * 0.3, box.y + 30);
  await map.mouse.down();
  await map.mouse.move(box.x + box.width * 0.45, box.y + 30, { steps: 5 });
  await map.mouse.move(box.x + box.width * 0.6, box.y + 30, { steps: 5 });
  await map.mouse.up();
  await map.waitForURL(/from=.*to=/);
  const params = new URL(map.url()).searchParams;
  const wanted = await api(`incidents?limit=1&from=${encodeURIComponent(params.get("from"))}&to=${encodeURIComponent(params.get("to"))}`);
  await until(async () => (await total(map)) === wanted.total, "the list does not follow the window");
});
await check("a window's end moves by arrow keys", async () => {
  const before = map.url();
  await map.locator(".chart [role=slider]").nth(1).press("ArrowRight");
  await until(async () => map.url() !== before, "the address did not change");
});
await check("going back undoes the window", async () => {
  await map.goBack();
  await map.goBack();
  await until(async () => !map.url().includes("from="), "the window stays");
  await until(async () => (await total(map)) === all.total, "the list does not follow");
});
await check("an outcome filters the list", async () => {
  const wanted = await api("incidents?limit=1&outcome=undetermined");
  await map.locator(".filters fieldset input").nth(1).check();
  await map.waitForURL(/outcome=undetermined/);
  await until(async () => (await total(map)) === wanted.total, "the list is not the API's");
  await map.locator(".filters fieldset input").nth(1).uncheck();
  await until(async () => (await total(map)) === all.total, "the filter stays");
});
await check("only what is in view is never more than all", async () => {
  await map.locator(".list .check input").check();
  await map.waitForURL(/inview=1/);
  await until(async () => (await map.locator(".rows[aria-busy=true]").count()) === 0, "the list stays busy");
  expect((await total(map)) <= all.total, "more in view than there is");
  await map.locator(".list .check input").uncheck();
  await until(async () => (await total(map)) === all.total, "the whole list does not come back");
});
await check("/ goes to the search, Escape leaves it", async () => {
  await map.keyboard.press("/");
  await until(() => map.evaluate(() => document.activeElement?.id === "search"), "the search has no focus");
  await map.keyboard.press("Escape");
});
await check("j, j, k, Enter open the first incident, whose findings are shown", async () => {
  for (const key of ["j", "j", "k"]) await map.keyboard.press(key);
  await map.waitForURL(/sel=/);
  await until(() => map.evaluate(() => document.activeElement?.getAttribute("aria-selected") === "true"), "the chosen row has no focus");
  await map.keyboard.press("Enter");
  await map.waitForURL(/\/incidents\//);
  await map.waitForSelector("#findings");
  expect((await map.locator(".version").count()) >= 1, "no text version is shown");
  const chosen = await api(`incidents/${new URL(map.url()).pathname.split("/").at(-1)}`);
  // An incident without a place has no map.
  if (chosen.lon !== null) await until(async () => (await colours(map)) > 4, "the incident's own map stays blank");
  await shot(map, "incident");
});
await check("arrow keys step to a neighbour, Escape goes back to the list", async () => {
  const before = new URL(map.url()).pathname;
  const neighbours = (await api(`incidents/${before.split("/").at(-1)}`)).neighbours;
  if (neighbours.previous || neighbours.next) {
    await map.keyboard.press(neighbours.previous ? "ArrowLeft" : "ArrowRight");
    await until(async () => new URL(map.url()).pathname !== before, "the page did not change");
  }
  await map.keyboard.press("Escape");
  await until(async () => new URL(map.url()).pathname === "/", "Escape did not go back");
});
await check("? opens the help, Escape closes it", async () => {
  await map.keyboard.press("?");
  await map.waitForSelector("dialog[open]");
  await map.keyboard.press("Escape");
  await map.waitForSelector("dialog[open]", { state: "detached" });
});
if (own) {
  await check("what is new is offered, not forced", async () => {
    await fetch(`${base}/mock/advance`, { method: "POST" });
    await map.waitForSelector(".news button");
    await map.locator(".news button").click();
    await map.waitForSelector(".news", { state: "detached" });
  });
}
await map.context().close();

const clause = mission.versions[0]?.clauses[0];
if (clause) {
  const text = await open(`/agreement/0#${encodeURIComponent(clause.label)}`);
  await check("the agreement shows the figures of each clause", async () => {
    await text.waitForSelector(".figures .badge");
    expect((await text.locator(".figures").count()) >= new Set(mission.versions[0].clauses.map((c) => c.index)).size, "a clause has no figures");
    const shown = (await text.locator(".figures .badge.breached b").first().innerText()).replace(/\D/g, "");
    expect(Number(shown) === clause.incident_counts.breached, "a figure is not the API's");
    await shot(text, "agreement");
  });
  await check("nothing but known tags of its prose gets through", async () => expect((await text.locator(".prose script, .prose img, .prose [onerror], .prose [style]").count()) === 0, "a tag got through"));
  await check("a figure opens the list it counts", async () => {
    await text.locator(".figures .badge.breached").first().click();
    await text.waitForURL(/clause=/);
    await until(async () => (await total(text)) === clause.incident_counts.breached, "the list is not what the figure counts");
  });
  await text.context().close();
}

const bracketed = mission.versions.find((v) => v.reading);
if (bracketed) {
  const text = await open(`/agreement/${bracketed.index}`);
  const told = await api(`agreements/${bracketed.index}`);
  const other = told.readings[0];
  await check("every alternative is shown with who proposes it, by sign and name", async () => {
    await text.waitForSelector(".terms .line");
    const lines = told.pieces.flatMap((p) => (p.type === "terms" ? p.lines : []));
    expect((await text.locator(".terms .line").count()) > lines.length / 2, "lines are missing");
    expect((await text.locator("pre .proposer .sign").count()) > 0, "no proposer in the terms has a sign");
    expect((await text.locator("pre .aside").count()) > 0, "nothing is shown as left aside");
    expect((await text.locator(".prose .bracket .proposer .sign").count()) > 0, "no proposer in the prose has a sign");
    const names = new Set(told.brackets.flatMap((b) => b.alternatives.flatMap((a) => a.proposers)));
    for (const name of names) expect((await text.locator(".legend").innerText()).includes(name), `${name} is not named`);
    await shot(text, "brackets");
  });
  await check("a clause judged over a period shows findings and no zeros", async () => {
    const over = told.clauses.find((c) => c.standing?.length);
    const figures = text.locator(`.figures[data-clause="${over.label}"]`).first();
    expect((await figures.locator(".standing > details").count()) >= 1, "no finding is shown");
    expect((await figures.locator("a.badge").count()) === 0, "incidents are counted");
  });
  await check("a remark of the check leads to its line", async () => {
    await text.locator(".problems summary").first().click().catch(() => undefined);
    const link = text.locator(".problems li a").first();
    if (!(await link.isVisible())) await text.locator(".problems summary").first().click();
    await link.click();
    await text.waitForURL(/#L\d+$/);
    await text.waitForSelector(".line.here");
  });
  await check("the other reading is one click away", async () => {
    await text.locator(`.readings a[href^="/agreement/${other.version}"]`).click();
    await text.waitForURL(new RegExp(`/agreement/${other.version}`));
    await until(async () => (await text.locator(".readings a[aria-current]").innerText()).includes(other.label), "the reading is not the one shown");
  });
  await check("explanations come in the language chosen", async () => {
    await text.locator(".explain select").selectOption("uk");
    await text.waitForURL(/explain=uk/);
    await until(async () => (await text.locator('.figures [lang="uk"]').count()) > 0, "no explanation is in Ukrainian");
  });
  await sane(text, "agreement");
  await text.context().close();

  const [a, b] = [Math.min(bracketed.index, other.version), Math.max(bracketed.index, other.version)];
  const wanted = await api(`agreements/compare?a=${a}&b=${b}`);
  const both = await open(`/agreement/${a}`);
  await check("two texts stand side by side, as the API pairs them", async () => {
    await both.locator("a.compare").click();
    await both.waitForURL(/agreement\/compare\?/);
    await both.waitForSelector(".pair");
    expect((await both.locator(".pair").count()) === wanted.pairs.length, "a pair is missing");
    for (const [i, pair] of wanted.pairs.entries()) expect((await both.locator(".pair").nth(i).getAttribute("data-verdict")) === pair.verdict, `verdict ${i} is not the API's`);
    expect((await both.locator("pre mark").count()) > 0, "no word is marked as different");
    expect((await both.locator(".contradictions ol > li").count()) === wanted.contradictions.length, "a contradiction is missing");
    expect((await both.locator(".declarations tbody tr").count()) === wanted.declarations.length, "a declaration is missing");
    await shot(both, "side-by-side");
  });
  await check("the filter leaves differences only", async () => {
    await both.locator(".controls .check input").check();
    await both.waitForURL(/only=differences/);
    const differing = wanted.pairs.filter((p) => p.verdict !== "same").length;
    await until(async () => (await both.locator(".pair").count()) === differing, "what is the same stays");
    await both.locator(".controls .check input").uncheck();
    await until(async () => (await both.locator(".pair").count()) === wanted.pairs.length, "the rest does not come back");
  });
  await check("j and k step through the clauses", async () => {
    await both.locator("h1").click();
    const at = () => both.evaluate(() => [...document.querySelectorAll(".pair")].findIndex((p) => p.contains(document.activeElement)));
    for (const key of ["j", "j", "k", "j"]) await both.keyboard.press(key);
    expect((await at()) === 1, `the second clause has no focus, but ${await at()}`);
  });
  await check("sides stand beside each other here, and change places", async () => {
    const [left, right] = [await both.locator(".pair .side").nth(0).boundingBox(), await both.locator(".pair .side").nth(1).boundingBox()];
    expect(left.y === right.y && left.x !== right.x, "they do not");
    await both.locator(".controls button").click();
    await both.waitForURL(new RegExp(`a=${b}&b=${a}|b=${a}&a=${b}`));
  });
  await sane(both, "side by side");
  await both.context().close();
  const small = await open(`/agreement/compare?a=${a}&b=${b}`, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await check("on a phone the sides stack", async () => {
    await small.waitForSelector(".pair");
    const [top, below] = [await small.locator(".pair .side").nth(0).boundingBox(), await small.locator(".pair .side").nth(1).boundingBox()];
    expect(below.y >= top.y + top.height && below.x === top.x, "they do not");
  });
  await small.context().close();
}

const record = await open("/record");
await check("every source is shown with its limitations", async () => {
  await record.waitForSelector(".sources article, #sources");
  expect((await record.locator(".sources article").count()) === mission.sources.length, "a source is missing");
  await shot(record, "record");
});
await record.context().close();

for (const lang of ["en", "uk", "ru", "fr", "ar"]) {
  const page = await open(`/?lang=${lang}`);
  await check(`${lang}: the language and its direction are set`, async () => {
    const dir = lang === "ar" ? "rtl" : "ltr";
    await until(() => page.evaluate(([l, d]) => document.documentElement.lang === l && document.documentElement.dir === d, [lang, dir]), "lang or dir is wrong");
  });
  await shot(page, lang);
  await page.context().close();
}

for (const [name, options] of [["phone", { viewport: { width: 390, height: 844 }, hasTouch: true }], ["dark", { colorScheme: "dark" }]]) {
  for (const path of ["/", `/incidents/${encodeURIComponent(id)}`, "/agreement/0", ...(bracketed ? [`/agreement/${bracketed.index}`, `/agreement/compare?a=${bracketed.index}&lang=ar`, "/agreement/compare?lang=uk"] : []), "/record"]) {
    const page = await open(path, options);
    await check(`${name} ${path}: nothing sticks out sideways`, async () => {
      await page.waitForLoadState("networkidle").catch(() => undefined);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
    });
    await shot(page, `${name}-${path.replace(/\W+/g, "-").slice(1) || "map"}`);
    await page.context().close();
  }
}

const missing = await open("/nowhere/at/all");
await check("an unknown address says so", async () => expect((await missing.locator("main").innerText()).includes("/nowhere/at/all"), "it does not"));
await missing.context().close();

await browser.close();
own?.close();
process.stdout.write(`${passed} checks passed, ${problems.length} problems\n`);
for (const problem of problems) process.stdout.write(`  ${problem}\n`);
process.exitCode = problems.length ? 1 : 0;
