// A window of silence on telephones, against the built program: asked for, promised, opened, broken and told of, with the network taken away in
// between, pages killed and answers lost. TRUCELINE names the program, CHROMIUM the browser, SHOTS a folder for screenshots.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { flaws } from "./flaws.mjs";

const program = process.env.TRUCELINE ?? "../target/release/truceline";
const folder = mkdtempSync(join(tmpdir(), "truceline-window-"));
const mission = join(folder, "mission");
const PASSWORD = "correct horse battery staple";
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "en-GB", timezoneId: "America/New_York", colorScheme: "light" };
const MIN = 60_000;
const run = (...args) => execFileSync(program, args, { encoding: "utf8", env: { ...process.env, TRUCELINE_MISSION: mission } });
const problems = [];

run("init", "--name", "Mission of the lake", mission);
const server = spawn(program, ["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission", mission], { stdio: ["ignore", "pipe", "inherit"] });
let base = null;
for await (const line of createInterface({ input: server.stdout })) {
  base = /the desk is at (\S+)/.exec(line)?.[1]?.replace(/\/$/, "") ?? null;
  if (base) break;
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--no-first-run", "--disable-background-networking"] });

/** The code of a secret in base32 (RFC 6238). */
function code(base32) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}
async function check(name, act) {
  try {
    await act();
    process.stdout.write(`ok      ${name}\n`);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n").slice(0, 4).join(" ")}`);
    process.stdout.write(`FAILED  ${name}\n`);
  }
}
/** As the reader sees it, in light and dark. */
async function shot(page, name) {
  if (!process.env.SHOTS) return;
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${scheme}.png` });
  }
  await page.emulateMedia({ colorScheme: "light" });
}
const sane = async (page, what) => {
  const found = await flaws(page);
  expect(found.length === 0, `${what}: ${found.slice(0, 3).join("; ")}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${what} is wider than the screen`);
};

function watched(page, id) {
  page.on("pageerror", (e) => problems.push(`${id}: ${e.message}`));
  page.on("console", (m) => m.type() === "error" && !/status of (40[0-9]|409|422|503)|ERR_INTERNET_DISCONNECTED|ERR_FAILED|net::/.test(m.text()) && problems.push(`${id}, console: ${m.text()}`));
  return page;
}
/** Makes an account, uses its link on a telephone of its own, and opens the windows there. */
async function person(id, name, role) {
  const link = /https?:\S+/.exec(run("people", "add", name, "--id", id, "--role", role, "--url", base))[0];
  const context = await browser.newContext(PHONE);
  context.setDefaultTimeout(20_000);
  const page = watched(await context.newPage(), id);
  await page.goto(link);
  await page.fill("[name=new-password]", PASSWORD);
  await page.fill("[name=repeat]", PASSWORD);
  await page.fill("[name=code]", code((await page.locator("dd.mono").textContent()).trim()));
  await page.keyboard.press("Enter");
  await page.waitForSelector(`text=Signed in: ${name}`);
  await at(page, "");
  return page;
}
async function at(page, reference) {
  await page.goto(`${base}/board/window${reference ? `/${reference}` : ""}`);
  await page.waitForSelector("main[data-ready]");
}
const fresh = (page) => page.locator('[data-known="fresh"]').waitFor();
const state = (page, word, sure = true) => page.locator(`.now [data-state="${word}"][data-sure="${sure}"]`).waitFor();
/** Opens a deed's form, fills it, and sends it; it is gone when the desk has it or the device keeps it. */
async function fill(page, deed, fields) {
  await page.locator(`.deeds button[data-do="${deed}"]`).first().click();
  const form = page.locator(`form[data-deed="${deed}"]`).first();
  await form.waitFor();
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[data-field="${name}"]`);
    if (await field.locator("input[type=radio]").count()) await field.locator(`input[value="${value}"]`).check();
    else if (await field.locator("select").count()) await field.locator("select").selectOption(value);
    else await field.locator("input, textarea").first().fill(value);
  }
  await form.locator("button[type=submit]").click();
  await form.waitFor({ state: "detached" });
}
const board = (page) => page.evaluate(async () => (await fetch("/api/v1/board")).json());
/** What the ledger has of a window: how often each deed was done. */
async function deeds(page, reference) {
  const { board: seen } = await board(page);
  const window = seen.windows.find((w) => w.reference === reference);
  return { window, count: (deed) => window.history.filter((l) => l.deed === deed).length };
}
const civil = (ms, zone) => {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(ms).map((p) => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
};

try {
  run("people", "init", "--url", base);
  let watch = await person("w.1", "Watch officer", "watch-officer");
  let crew = await person("o.1", "Foreman of the crew", "planner:Orma Water Trust");
  const karsk = await person("l.ka", "Liaison of Karsk", "liaison:KA");
  const velia = await person("l.ve", "Liaison of Velia", "liaison:VE");
  const { zone } = await board(watch);
  const from = Date.now() - 10 * MIN;
  let [reference, other] = ["", ""];

  await check("the crew asks for a window on its telephone, with hours that two sides state differently", async () => {
    await fresh(crew);
    await sane(crew, "the list");
    await fill(crew, "request", {
      purpose: "Repair of the pumping line at station 4", shape: "point", coordinates: "51.5121, 21.0342", reach_m: "2000", doubt_m: "20", from: civil(from, zone), until: civil(from + 180 * MIN, zone), by: "VE",
      zone_2: "Etc/GMT-1", from_2: civil(from - 20 * MIN, "Etc/GMT-1"), until_2: civil(from + 160 * MIN, "Etc/GMT-1"), by_2: "KA", parties: "KA\nVE", monitors: "post 3",
    });
    await crew.locator('[data-told="taken"]').waitFor();
    await crew.locator("[data-window]").first().click();
    reference = (await crew.url()).split("/").at(-1);
    await state(crew, "requested");
    await crew.locator("[data-differ]").waitFor();
    expect((await crew.locator(".stated").count()) === 2, "not both readings are shown");
    expect((await crew.locator('button[data-do="open"], button[data-do="break"]').count()) === 0, "the crew has buttons that are not for it");
  });

  await check("the watch asks both parties, and each promises for itself on its own telephone", async () => {
    await at(watch, reference);
    await fresh(watch);
    await fill(watch, "ask", { party: "KA" });
    await fill(watch, "ask", { party: "VE" });
    for (const [page, party, minutes] of [[karsk, "KA", 90], [velia, "VE", 130]]) {
      await at(page, reference);
      await fresh(page);
      await fill(page, "promise", { until_ms: civil(Date.now() + minutes * MIN, zone), text: `${party} holds its fire at station 4.` });
      await page.locator(`[data-promise="${party}"][data-state="given"]`).waitFor();
    }
    await fill(watch, "post", { post: "post 3" });
    await state(watch, "promised");
  });

  await check("without the network nothing puts people on the ground: opening waits for it", async () => {
    await watch.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await watch.context().setOffline(true);
    await watch.locator('[data-known="stale"]').waitFor();
    expect((await watch.locator('button[data-do="open"]').count()) === 0, "a window can be opened without the network");
    await watch.context().setOffline(false);
    await fresh(watch);
  });

  await check("it is opened, and counts down to what ends first", async () => {
    await fill(watch, "open", { why: "Both promises stand, post 3 is in place." });
    await state(watch, "open");
    expect(/^01:2[89]:/.test((await watch.locator(".now [role=timer]").innerText()).replace(/[\u2066-\u2069]/g, "")), "not the countdown of the promise that ends first");
    expect((await watch.locator(".count").innerText()).includes("KA"), "what ends it is not named");
    await sane(watch, "an open window");
    await at(crew, reference);
    await fresh(crew);
    await state(crew, "open");
    await shot(crew, "window-open");
  });

  await check("when the network drops, open is not shown as open", async () => {
    await watch.context().setOffline(true);
    await state(watch, "open", false);
    const shown = await watch.locator(".now").innerText();
    expect(shown.includes("open when last heard") && shown.includes("taken back since"), "it does not say what it rests on");
    expect((await watch.locator("[data-known]").innerText()).includes("not fresh"), "it does not say that it is not fresh");
  });

  await check("fire is reported without the network, kept, and still there after the page was killed", async () => {
    const report = watch.locator('.report button[data-do="break"]');
    await report.focus();
    await watch.keyboard.press("Enter");
    const form = watch.locator('form[data-deed="break"]');
    await form.locator('[data-field="kind"] select').selectOption("artillery fire");
    await form.locator('[data-field="words"] textarea').fill("Three rounds to the north-east, about 2 km; the crew is under cover.");
    if (process.env.SHOTS) await shot(watch, "window-report");
    await form.locator("button[type=submit]").click();
    await form.waitFor({ state: "detached" });
    await watch.locator('[data-act="break"][data-state="waiting"]').waitFor();
    await watch.locator('[data-told="kept"]').waitFor();
    await watch.evaluate(() => scrollTo(0, 0));
    await shot(watch, "window-offline");
    await watch.reload();
    await watch.locator('[data-act="break"][data-state="waiting"]').waitFor();
    const context = watch.context();
    await watch.close({ runBeforeUnload: false });
    watch = watched(await context.newPage(), "w.1");
    await at(watch, reference);
    await watch.locator('[data-act="break"][data-state="waiting"]').waitFor();
    await state(watch, "open", false);
    expect((await watch.locator("[data-act]").count()) === 1, "it is there more than once");
    expect((await watch.locator(".now").innerText()).includes("at the latest"), "the countdown does not say that it is stale");
  });

  await check("meanwhile a party takes its promise back, and the crew is told at once", async () => {
    await fill(karsk, "take-back", { why: "Fire from the other side." });
    await state(crew, "lapsed");
    expect((await crew.locator(".now [role=timer]").count()) === 0, "a countdown on what lapsed");
  });

  await check("with the network it is sent, an answer that is lost doubles nothing, and the ledger has it once", async () => {
    let lost = 0;
    await watch.context().route("**/api/v1/board/acts", async (route) => {
      await route.fetch();
      lost += 1;
      await route.abort();
    }, { times: 1 });
    await watch.context().setOffline(false);
    await watch.locator('[data-told="taken"]').waitFor();
    await state(watch, "broken");
    expect((await watch.locator("[data-act]").count()) === 0, "it still waits");
    expect(lost === 1, "no answer was lost");
    const { window, count } = await deeds(watch, reference);
    expect(count("break") === 1 && window.broken_by.length === 1, `it is in the ledger ${count("break")} times`);
    const words = window.history.find((l) => l.deed === "break");
    expect(/artillery fire.*Three rounds.*\[done 20\d\d-.* by the device's clock; sent later\]/.test(words.words), `when it was done is not in the words: ${words.words}`);
    expect(words.at_ms > Date.now() - 5 * MIN, "the desk's time is not that of receipt");
    expect(run("board").includes("1 windows of silence"), "the program does not count the window");
    await state(crew, "broken");
    await shot(watch, "window-broken");
  });

  await check("what the crew hears is told to the watch as words, and what comes too late is refused, said and kept", async () => {
    await crew.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await crew.context().setOffline(true);
    await crew.locator('[data-known="stale"]').waitFor();
    await fill(crew, "draft", { kind: "shot", words: "Two single shots from the tree line." });
    await fill(crew, "call-off", { why: "We drive home." });
    await fill(watch, "complete", { work: "partly-done", text: "One of two valves." });
    const context = crew.context();
    await crew.close();
    crew = watched(await context.newPage(), "o.1");
    await at(crew, reference);
    expect((await crew.locator('[data-state="waiting"][data-act]').count()) === 2, "an act was lost with the page");
    await context.setOffline(false);
    await crew.locator('[data-act="call-off"][data-state="refused"] [data-reason]').waitFor();
    await crew.locator("[data-message]", { hasText: "Two single shots" }).waitFor();
    await watch.locator("[data-message]", { hasText: "Two single shots" }).waitFor();
    expect((await deeds(watch, reference)).count("call-off") === 0, "what was refused was done");
    await crew.reload();
    await crew.locator('[data-act="call-off"][data-state="refused"]').waitFor();
    await shot(crew, "window-refused");
    await crew.locator('[data-act="call-off"] button').click();
    await crew.locator("[data-queue]").waitFor({ state: "detached" });
  });

  await check("from right to left, by keyboard, with a name for everything", async () => {
    const page = await watch.context().newPage();
    await at(page, `${reference}?lang=ar`);
    await page.waitForSelector("html[dir=rtl]");
    await fresh(page);
    await sane(page, "in Arabic");
    await shot(page, "window-ar");
    await page.evaluate(() => localStorage.setItem("truceline.lang", "en"));
    await page.close();
  });

  await check("what one person left waiting is neither shown to nor sent by another, and goes out when that person is back", async () => {
    await at(crew, "");
    await fresh(crew);
    await fill(crew, "request", { purpose: "Visit to the mill", shape: "undetermined", from: civil(Date.now() + 60 * MIN, zone), until: civil(Date.now() + 120 * MIN, zone), parties: "VE" });
    await crew.locator("[data-window]", { hasText: "Visit to the mill" }).click();
    other = (await crew.url()).split("/").at(-1);
    await at(watch, other);
    await fresh(watch);
    await fill(watch, "ask", { party: "VE" });
    await at(velia, other);
    await fresh(velia);
    await velia.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await velia.context().setOffline(true);
    await velia.locator('[data-known="stale"]').waitFor();
    await fill(velia, "refuse", { why: "A secret of Velia." });
    const sessions = async (page) => (await page.context().cookies()).filter((c) => c.httpOnly);
    const [own, strange] = [await sessions(velia), await sessions(karsk)];
    await velia.context().addCookies(strange);
    await velia.context().setOffline(false);
    await velia.locator("footer", { hasText: "l.ka" }).waitFor();
    await velia.locator(".note", { hasText: "l.ve" }).waitFor();
    expect(!(await velia.content()).includes("A secret of Velia"), "another person sees what was written");
    expect((await deeds(watch, other)).count("refuse") === 0, "it was sent in another's name");
    await velia.context().addCookies(own);
    await velia.locator("footer", { hasText: "l.ve" }).waitFor();
    await velia.locator('[data-promise="VE"][data-state="refused"]').waitFor();
    expect((await deeds(watch, other)).count("refuse") === 1, "it is not in the ledger once");
  });

  await check("signing out says what would be lost, and takes everything off the device", async () => {
    await crew.context().setOffline(true);
    await crew.locator('[data-known="stale"]').waitFor();
    await fill(crew, "draft", { kind: "other", words: "Quiet since." });
    await crew.locator('[data-act="draft"]').waitFor();
    await crew.locator("[data-leave]").click();
    expect((await crew.locator("dialog").innerText()).includes(": 1"), "it does not say what would be lost");
    await shot(crew, "window-leave");
    await crew.locator("dialog button").first().click();
    await crew.context().setOffline(false);
    await crew.locator('[data-act="draft"]').waitFor({ state: "detached" });
    await crew.locator("[data-leave]").click();
    await crew.locator("[data-erase]").click();
    await crew.locator("[data-erased]").waitFor();
    const left = await crew.evaluate(async () => ({ bases: (await indexedDB.databases()).map((d) => d.name), caches: await caches.keys(), me: (await (await fetch("/api/v1/me")).json()).person }));
    expect(!left.bases.includes("board-window") && left.caches.length === 0, `something is left: ${JSON.stringify(left)}`);
    expect(left.me === null, "the session is still there");
  });
} catch (error) {
  problems.push(error.message);
}
await browser.close();
server.kill();
rmSync(folder, { recursive: true, force: true });
for (const problem of problems) process.stdout.write(`FAILED  ${problem}\n`);
process.stdout.write(problems.length ? "" : "ok      a window on telephones, from its request to its end\n");
process.exit(problems.length ? 1 : 0);
