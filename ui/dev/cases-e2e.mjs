// Walks through the pages of cases in headless Chromium, against the invented docket of dev/mock.mjs: several people, one case, from the
// queue to a checked remedy. CHROMIUM names the browser; SHOTS a folder for screenshots.
import { chromium } from "playwright-core";
import { flaws } from "./flaws.mjs";
import { serve } from "./mock.mjs";

const PATIENCE_MS = 20_000;
const own = await serve(0);
const base = own.url;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--no-first-run", "--disable-background-networking"] });
const problems = [];
let passed = 0;

/** A browser of its own for somebody; nobody, if `who` is null. */
async function as(who, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB", timezoneId: "America/New_York", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  if (who) await context.addCookies([{ name: "mock-me", value: who, url: base }]);
  const page = await context.newPage();
  page.acts = [];
  // A refusal is an answer: the browser's own line about its status is no fault of the page.
  page.on("console", (m) => m.type() === "error" && !/status of (401|409|422|403)|ERR_FAILED/.test(m.text()) && problems.push(`console at ${path}: ${m.text()}`));
  page.on("pageerror", (e) => problems.push(`error at ${path}: ${e.message}`));
  page.on("request", (r) => r.url().endsWith("/api/v1/acts") && page.acts.push(JSON.parse(r.postData())));
  await page.goto(base + path);
  await page.waitForSelector("main h1");
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
async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}
async function sane(page, what) {
  await check(`${what}: names, captions, headings`, async () => {
    const found = await flaws(page);
    expect(found.length === 0, found.slice(0, 3).join("; "));
  });
}
const field = (form, name) => form.locator(`[data-field="${name}"]`);
const write = (form, name, text) => field(form, name).locator("input, textarea").first().fill(text);
const choose = (form, name, value) => field(form, name).locator(`input[value="${value}"]`).check();
const send = (form) => form.locator("button[type=submit]").click();
/** Presses the button of a deed and gives its form. */
async function press(where, deed) {
  await where.locator(`button[data-do="${deed}"]`).first().click();
  const form = where.locator(`form[data-deed="${deed}"]`).first();
  await form.waitFor();
  return form;
}
const gone = (form) => form.waitFor({ state: "detached" });
const CASE = "/cases/CASE-2026-0001";
const finding = (page, version) => page.locator(`[data-finding="FND-2026-0001/v${version}"]`).first();
const soon = (days) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 16);

const reader = await as(null, "/cases");
await check("on an open desk everybody reads, sees no button, and is told why", async () => {
  await reader.waitForSelector(".signin");
  expect((await reader.locator("[data-case]").count()) >= 5, "the cases are not listed");
  await reader.goto(base + CASE);
  await reader.waitForSelector("#history table");
  expect((await reader.locator("button[data-do]").count()) === 0, "a button of a deed shows");
});
await sane(reader, "the case, read only");
await reader.context().close();

const v1 = await as("v.1", "/cases");
await v1.waitForSelector("[data-case]");
await sane(v1, "the queue");
await check("cases come first among the pages", async () => expect((await v1.locator("header nav a").first().getAttribute("href")) === "/cases", "they do not"));
await check("filters narrow the queue and stand in the address", async () => {
  const all = await v1.locator("[data-case]").count();
  await v1.getByRole("button", { name: "Suspended" }).click();
  await v1.waitForURL(/suspended=1/);
  expect((await v1.locator("[data-case]").count()) === 1, "not only the suspended case is shown");
  await v1.getByRole("button", { name: "Suspended" }).click();
  await v1.waitForFunction((n) => document.querySelectorAll("[data-case]").length === n, all);
});
await check("j and k choose, c takes the work, Enter opens", async () => {
  for (let i = 0; i < 9 && !v1.url().includes("sel=CASE-2026-0001"); i += 1) {
    await v1.keyboard.press("j");
    await v1.waitForTimeout(80);
  }
  expect(v1.url().includes("sel=CASE-2026-0001"), "j does not come to the case");
  await v1.keyboard.press("c");
  await v1.locator('[data-case="CASE-2026-0001"]', { hasText: "you work on it" }).waitFor();
  await shot(v1, "cases-queue");
  await v1.keyboard.press("Enter");
  await v1.waitForURL(/\/cases\/CASE-2026-0001/);
});
await v1.waitForSelector("#history table");
await sane(v1, "the case");

await check("a cell of the matrix is judged with reason and citations, and the gap closes", async () => {
  await v1.locator("#matrix button.cell[aria-label^='who: bound by the clause, acoustic net']").click();
  const form = v1.locator("form[data-deed=weigh]");
  await choose(form, "weight", "supports");
  await write(form, "cites", "");
  await write(form, "why", "The second array narrows the bearing to ground that Karsk holds.");
  await send(form);
  await form.locator("[data-refused=wrong]").waitFor();
  expect((await field(form, "cites").innerText()).includes("cite what it rests on"), "what is wrong does not stand at its field");
  await shot(v1, "cases-weigh-refused");
  await form.getByRole("button", { name: "obs-88131" }).click();
  await send(form);
  await gone(form);
  await v1.locator("#matrix button.cell.judged[aria-label^='who: bound by the clause, acoustic net']").waitFor();
  expect((await v1.locator("[data-gaps]").count()) === 0, "the gap is still named");
});

await check("a new version is drafted; the standard comes from the text; errors stand at their fields", async () => {
  const card = finding(v1, 2);
  const form = await press(card, "draft");
  expect((await field(form, "standard").getAttribute("readonly")) !== null, "the standard could be changed");
  await field(form, "likelihood").locator("select").selectOption("unlikely");
  await shot(v1, "cases-draft");
  await send(form);
  await form.locator("[data-refused=wrong]").waitFor();
  expect((await field(form, "likelihood").innerText()).includes("asks for at least"), "the likelihood is not marked");
  await field(form, "likelihood").locator("select").selectOption("likely");
  await send(form);
  await gone(form);
  await finding(v1, 3).waitFor();
});
await check("versions stand side by side and what differs is marked", async () => {
  await v1.getByRole("button", { name: /Versions side by side/ }).click();
  await v1.locator("tr[data-differs]").first().waitFor();
  expect((await v1.locator("tr[data-differs]").count()) === 1, "not only the likelihood differs between v2 and v3");
  await shot(v1, "cases-versions");
});
await check("a double click signs once", async () => {
  const form = await press(finding(v1, 3), "sign");
  const before = v1.acts.length;
  await form.locator("button[type=submit]").dblclick();
  await gone(form);
  await finding(v1, 3).getByText("proposed, one signature").waitFor();
  expect(new Set(v1.acts.slice(before).map((a) => a.key)).size === 1, "two keys were sent");
  expect((await finding(v1, 3).locator("button[data-do=sign]").count()) === 0, "v.1 could sign again");
});

const v2 = await as("v.2", CASE);
await v2.waitForSelector("#history table");
await check("what changes while somebody types is told quietly, and nothing typed is lost", async () => {
  const words = "The gate is locked again; the patrol waits.";
  const form = await press(v2.locator("main"), "suspend");
  await write(form, "why", words);
  const cell = v1.locator("#matrix button.cell[aria-label^='when: after entry into force, fragments']");
  await cell.click();
  const other = v1.locator("form[data-deed=weigh]");
  await choose(other, "weight", "silent");
  await write(other, "why", "Fragments say nothing of the time.");
  await send(other);
  await gone(other);
  await form.locator("[data-changed]", { hasText: "v.1" }).waitFor();
  await shot(v2, "cases-changed");
  expect((await field(form, "why").locator("textarea").inputValue()) === words, "what was typed is lost");
  await form.getByRole("button", { name: "Cancel" }).click();
  await gone(form);
});
await check("an act on a case that has changed is refused; looking again keeps what was typed, and then it goes through", async () => {
  const card = finding(v2, 3);
  const form = await press(card, "sign");
  const outside = await fetch(`${base}/api/v1/acts`, { method: "POST", headers: { "content-type": "application/json", cookie: "mock-me=v.1" }, body: JSON.stringify({ key: `outside-${Date.now()}`, role: "verification-officer", of: "", deed: { deed: "start", case: "CASE-2026-0001", clock: { purpose: "Second look", started_by: "#1", length: { hours: 12 }, zone: "Europe/Kyiv", pauses: false, expiry: "told" } } }) });
  expect(outside.status === 201, "the other act was refused");
  await send(form);
  await form.locator("[data-refused=changed]").waitFor();
  expect((await form.locator("[data-refused=changed]").innerText()).includes("v.1"), "it is not said who changed it");
  await shot(v2, "cases-conflict");
  await form.locator("[data-refused=changed]").getByRole("button", { name: "Look again" }).click();
  await form.locator("[data-refused]").waitFor({ state: "detached" });
  const keys = v2.acts.length;
  await send(form);
  await gone(form);
  await finding(v2, 3).getByText("provisional", { exact: true }).waitFor();
  expect(v2.acts[keys].key === v2.acts[keys - 1].key, "the second try had another key");
  await v2.locator(".stepper [aria-current=step]", { hasText: "issued" }).waitFor();
});
await check("where no answer came, the same act is sent again and done once", async () => {
  await v2.route("**/api/v1/acts", async (route) => {
    await route.fetch();
    await route.abort("failed");
  }, { times: 1 });
  const form = await press(v2.locator("#clocks"), "pause");
  await write(form, "why", "Agreed with both parties.");
  await send(form);
  await form.locator("[data-refused=network]").waitFor();
  await send(form);
  await gone(form);
  const [a, b] = v2.acts.slice(-2);
  expect(a.key === b.key, "the second try had another key");
});
await v2.context().close();

const chair = await as("ch.1", CASE);
await chair.waitForSelector("#history table");
await check("a body that has not decided confirms nothing, and is told why", async () => {
  const form = await press(finding(chair, 3), "confirm");
  await send(form);
  await form.locator("[data-refused=no-decision]", { hasText: "consensus" }).waitFor();
  await form.getByRole("button", { name: "Cancel" }).click();
});
for (const [who, side] of [["m.ka", "KA"], ["m.ve", "VE"]]) {
  const member = await as(who, CASE);
  await check(`the component ${side} states its position`, async () => {
    const form = await press(finding(member, 3), "comment");
    await choose(form, "stand", "agrees");
    await send(form);
    await gone(form);
    await finding(member, 3).getByText("agrees").first().waitFor();
  });
  await member.context().close();
}
await check("with both, the chair confirms", async () => {
  await finding(chair, 3).getByText("agrees").nth(1).waitFor();
  const form = await press(finding(chair, 3), "confirm");
  await send(form);
  await gone(form);
  await finding(chair, 3).getByText("by JMC, by consensus").waitFor();
});
await check("remedies are ordered in pairs, each with its six parts", async () => {
  const form = await press(finding(chair, 3), "order");
  await send(form);
  await form.locator(".missing").waitFor();
  await form.getByRole("button", { name: "Add its counterpart" }).click();
  const boxes = form.locator("fieldset.box");
  for (const [i, actor] of ["KA", "VE"].entries()) {
    const box = boxes.nth(i);
    await field(box, "actor").locator("select").selectOption(actor);
    for (const [name, text] of [["act", "withdraw rocket launchers"], ["quantity", "3 launchers"], ["place", "beyond 25 km"], ["test", "A drone counts none."]]) await write(box, name, text);
    await write(box, "due_ms", soon(5));
  }
  await shot(chair, "cases-order");
  await send(form);
  await gone(form);
  expect((await chair.locator("#remedies .pair.two [data-remedy]").count()) === 2, "the two do not stand side by side");
});
await check("nothing adopted is a result: it says what would settle it", async () => {
  const form = await press(finding(chair, 3), "attribute");
  const all = form.locator("[data-hypothesis]");
  for (let i = 0; i < (await all.count()); i += 1) await all.nth(i).locator("select").first().selectOption(i < 2 ? "roughly even" : "very unlikely");
  await send(form);
  await form.locator(".missing").waitFor();
  await form.getByRole("button", { name: "Add evidence" }).first().click();
  await write(form, "kind-0", "direction");
  await write(form, "text-0", "The fuze furrow points to ground that Karsk holds.");
  await write(form, "cites-0", "TASK-2026-0001");
  await form.locator("input[type=number]").first().fill("2");
  await form.locator("input[type=number]").nth(1).fill("5");
  await write(form, "would_settle", "The firing point seen on the ground");
  await shot(chair, "cases-attribute");
  await send(form);
  await gone(form);
  await chair.locator("#attribution", { hasText: "Not attributed" }).waitFor();
  expect((await chair.locator("#attribution .ratio").innerText()).includes("2–5"), "the ratio is not shown");
});
await sane(chair, "the case with all its parts");
await shot(chair, "cases-whole");
await chair.context().close();

const karsk = await as("l.ka", CASE);
await check("the party reports, and the mission checks", async () => {
  const mine = karsk.locator("#remedies [data-remedy]").first();
  const form = await press(mine, "reported");
  await write(form, "text", "All three were moved on Monday.");
  await send(form);
  await gone(form);
  await v1.bringToFront();
  const remedy = v1.locator("#remedies [data-remedy]").first();
  await remedy.getByText("reported, to be checked").waitFor();
  const test = await press(remedy, "check");
  await choose(test, "check", "passed");
  await write(test, "text", "The drone counted none.");
  await write(test, "cites", "obs-90011");
  await send(test);
  await gone(test);
  await remedy.getByText("verified", { exact: true }).waitFor();
});
await check("the party accused answers an allegation", async () => {
  const form = await press(karsk.locator("#ALG-2026-0002"), "answer");
  await write(form, "text", "We shall look into the power line.");
  await send(form);
  await gone(form);
  await karsk.locator("#ALG-2026-0002", { hasText: "We shall look into the power line." }).waitFor();
});
await karsk.context().close();

await check("a case is put into a compartment, and the queue says only that it waits", async () => {
  const where = v1.url();
  const form = await press(v1.locator("main"), "restrict");
  await write(form, "compartments", "sources");
  await write(form, "why", "It would name who told us.");
  await send(form);
  await gone(form);
  await v1.locator("header.head", { hasText: "Restricted: sources" }).waitFor();
  await shot(v1, "cases-restricted");
  await v1.goto(`${base}/cases`);
  await v1.locator("td", { hasText: "Restricted matter" }).first().waitFor();
  await shot(v1, "cases-restricted-queue");
  await v1.goto(where);
  const lift = await press(v1.locator("main"), "restrict");
  await write(lift, "compartments", "");
  await write(lift, "why", "They agreed to be named.");
  await send(lift);
  await gone(lift);
});

await check("a session that ends while somebody types costs them nothing", async () => {
  const form = await press(v1.locator("main"), "recuse");
  await write(form, "why", "I know the owner of the pumping station.");
  await v1.context().clearCookies();
  await send(form);
  await form.locator("[data-refused=signed-out] a[href='/signin']").waitFor();
  expect((await field(form, "why").locator("textarea").inputValue()).startsWith("I know"), "what was typed is lost");
  await v1.context().addCookies([{ name: "mock-me", value: "v.1", url: base }]);
  await form.getByRole("button", { name: "Cancel" }).click();
});
await v1.goto(`${base}/allegations?state=received`);
await v1.waitForSelector("article");
await sane(v1, "the ledger of allegations");
await check("it says that an allegation is no finding", async () => expect((await v1.locator("main").innerText()).includes("An allegation is not a finding; nothing here counts violations."), "it does not"));
await check("those alike are chosen at once and dismissed together, with a reason", async () => {
  await v1.getByRole("button", { name: /Choose those alike/ }).click();
  await v1.locator('[data-chosen="2"]').waitFor();
  await v1.locator("[data-bulk=dismiss]").click();
  const form = v1.locator("form[data-deed=dismiss]");
  expect(await field(form, "reason").locator("input[value=duplicate]").isChecked(), "the ground is not preselected");
  await write(form, "why", "The same shells as ALG-2026-0004.");
  await shot(v1, "cases-dismiss");
  await send(form);
  await gone(form);
  await v1.waitForFunction(() => document.querySelectorAll("main article").length === 5);
});
const velia = await as("l.ve", "/allegations");
await check("a liaison officer makes an allegation for their own party", async () => {
  const form = await press(velia.locator("main"), "allege");
  expect((await field(form, "complainant").locator("input").inputValue()) === "VE", "the party is not filled in");
  await field(form, "against").locator("select").selectOption("KA");
  await write(form, "text", "Two shells fell near the school at Lindmar.");
  await write(form, "place", "Lindmar");
  await write(form, "from_ms", new Date(Date.now() - 864e5).toISOString().slice(0, 16));
  await shot(velia, "cases-allege");
  await send(form);
  await gone(form);
  await velia.locator("article", { hasText: "Two shells fell near the school" }).waitFor();
});
await velia.context().close();

await v1.goto(`${base}/clocks`);
await v1.waitForSelector("[data-press]");
await sane(v1, "the clocks");
await check("what ran out stands first, and the clocks go on by themselves", async () => {
  expect((await v1.locator("[data-press]").first().getAttribute("data-press")) === "expired", "it does not");
  const running = v1.locator("[data-press=running] .left, [data-press=soon] .left").first();
  const before = await running.innerText();
  await v1.waitForTimeout(2_100);
  expect((await running.innerText()) !== before, "a clock stands still");
});
await v1.goto(`${base}/equal-treatment`);
await v1.waitForSelector("main table");
await sane(v1, "equal treatment");
await check("each party has a column and shares have intervals", async () => {
  expect((await v1.locator("main thead th").count()) === 3, "there are not two parties");
  expect((await v1.locator(".bar .interval").count()) > 0, "no interval is drawn");
});
await v1.context().close();

for (const [name, options, query] of [["phone", { viewport: { width: 390, height: 844 }, hasTouch: true }, ""], ["dark", { colorScheme: "dark" }, ""], ["ar", {}, "?lang=ar"], ["phone-ar", { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: "dark" }, "?lang=ar"], ["uk", {}, "?lang=uk"], ["fr", {}, "?lang=fr"], ["ru", {}, "?lang=ru"]]) {
  for (const path of ["/cases", CASE, "/allegations", "/clocks", "/equal-treatment"]) {
    const page = await as("v.1", path + query, options);
    await check(`${name} ${path}: nothing sticks out sideways, and no word is missing`, async () => {
      await page.waitForSelector("main h1 ~ *");
      await page.waitForTimeout(300);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
      expect(!/(^|\s)c\.[a-z]+\.[a-z]/.test(await page.locator("main").innerText()), "a key stands in place of a word");
    });
    await shot(page, `cases-${name}-${path.replace(/\W+/g, "-").slice(1)}`);
    await page.context().close();
  }
}

await browser.close();
own.close();
process.stdout.write(`${passed} checks passed, ${problems.length} problems\n`);
for (const problem of problems) process.stdout.write(`  ${problem}\n`);
process.exitCode = problems.length ? 1 : 0;
