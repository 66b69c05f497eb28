// Walks through the pages of the watch in headless Chromium, against the invented watch of dev/mock.mjs: a warning from the list to its end,
// in the hands of a watch officer, a liaison officer, a publisher and a verification officer. CHROMIUM names the browser; SHOTS a folder for screenshots.
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
  page.on("console", (m) => m.type() === "error" && !/status of (401|404|409|422|403)|ERR_FAILED/.test(m.text()) && problems.push(`console at ${path}: ${m.text()}`));
  page.on("pageerror", (e) => problems.push(`error at ${path}: ${e.message}`));
  page.on("request", (r) => r.url().endsWith("/api/v1/watch/acts") && page.acts.push(JSON.parse(r.postData())));
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
async function shot(page, name, fullPage = true) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage });
}
async function sane(page, what) {
  await check(`${what}: names, captions, headings`, async () => {
    const found = await flaws(page);
    expect(found.length === 0, found.slice(0, 3).join("; "));
  });
}
const narrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1);
const field = (form, name) => form.locator(`[data-field="${name}"]`);
const write = (form, name, text) => field(form, name).locator("input, textarea").first().fill(text);
const choose = (form, name, value) => field(form, name).locator(`input[value="${value}"]`).check();
const send = (form) => form.locator("button[type=submit]").click();
const gone = (form) => form.waitFor({ state: "detached" });
async function press(page, deed) {
  await page.locator(`button[data-do="${deed}"]`).first().click();
  const form = page.locator(`form[data-deed="${deed}"]`).first();
  await form.waitFor();
  return form;
}
const deeds = (page) => page.locator("button[data-do]").evaluateAll((all) => all.map((b) => b.dataset.do));
/** Warnings that stand: what is over is folded. */
const rows = (page) => page.locator("[data-warning]").evaluateAll((all) => all.filter((r) => !r.closest("details")).map((r) => r.dataset.warning));
const post = (who, sent) => fetch(`${base}/api/v1/watch/acts`, { method: "POST", headers: { "content-type": "application/json", cookie: `mock-me=${who}` }, body: JSON.stringify({ key: `outside-${Math.random()}`, of: "", ...sent }) });

const reader = await as(null, "/watch");
await check("on an open desk everybody reads, sees no button, and is told why", async () => {
  await reader.waitForSelector("[data-warning]");
  expect((await deeds(reader)).length === 0, "a button of a deed shows");
  await reader.waitForSelector(".signin");
});
await reader.context().close();

const w = await as("w.1", "/watch");
await w.waitForSelector("[data-warning]");
const listed = await rows(w);
const [grave] = listed;
const HREF = `/watch/${encodeURIComponent(grave)}`;
await sane(w, "the watch");
await check("warnings stand as the server orders them, those that nobody looked at first", async () => {
  const body = await (await fetch(`${base}/api/v1/watch`, { headers: { cookie: "mock-me=w.1" } })).json();
  expect(JSON.stringify(body.warnings.filter((x) => x.stands).map((x) => x.reference)) === JSON.stringify(listed), "another order");
  expect((await w.locator(`[data-warning="${grave}"]`).getAttribute("data-stage")) === "raised", "the first was looked at");
});
await check("level, reserves and what is new have words, not colours alone", async () => {
  const text = await w.locator(`[data-warning="${grave}"]`).innerText();
  for (const word of ["warning", "several times what was expected", "nobody has looked", "since the hand-over"]) expect(text.includes(word), `“${word}” is not said`);
  expect((await w.locator("[data-only-parties]").count()) === 1, "that only parties say so is not marked");
  expect((await w.locator("[data-gone]").count()) === 1, "that the data do not raise it any more is not marked");
  expect((await w.locator("[data-new]").count()) === 2, "not what came after the hand-over is marked as new");
});
await check("a day that nobody saw is hatched, and no bar or zero stands there", async () => {
  const dark = w.locator('[data-stream="51.50N 21.50E 0.25/fire"]');
  const spots = await dark.locator("svg").evaluate((svg) => ({
    unseen: [...svg.querySelectorAll("[data-unseen]")].map((r) => Math.round(r.x.baseVal.value)),
    counts: [...svg.querySelectorAll("[data-count]")].map((r) => Math.round(r.x.baseVal.value)),
    wide: svg.querySelector("[data-unseen]").width.baseVal.value,
  }));
  expect(spots.unseen.length >= 4, "no day is hatched");
  expect(spots.unseen.every((x) => !spots.counts.some((c) => Math.abs(c - x) < spots.wide / 2)), "something stands on an unseen day");
  expect((await dark.innerText()).includes("unobserved"), "the word is missing");
});
await check("calm is said once, where the server says it; silent is another word", async () => {
  expect((await w.locator("[data-state=calm]").count()) === 1 && (await w.locator("[data-state=silent]").count()) === 1, "calm and silent are not told apart");
});
await check("streams are filtered and ordered, and the address says how", async () => {
  await w.locator("#stream-state").selectOption("unobserved");
  await w.waitForURL(/state=unobserved/);
  await w.waitForSelector('[data-streams="2"]');
  await w.locator("#stream-state").selectOption("");
  await w.locator("#stream-sort").selectOption("name");
  await w.waitForURL(/sort=name/);
  await w.locator("#stream-sort").selectOption("evidence");
  expect((await w.locator("[data-stream]").first().getAttribute("data-stream")) === "51.50N 20.25E 0.25/fire", "not the strongest comes first");
});
await check("the map draws the grounds; a click on one opens its stream", async () => {
  await w.locator(".canvas canvas").waitFor();
  expect((await w.locator(".legend .tile").count()) === 9, "the legend is not whole");
  await w.waitForTimeout(2_500);
  const box = await w.locator(".canvas canvas").boundingBox();
  await w.locator(".canvas canvas").click({ position: { x: box.width * 0.3, y: box.height * 0.72 } });
  await w.waitForURL(/\/watch\/stream\?ground=/);
  await w.waitForSelector("main section svg");
  await sane(w, "a stream");
  await shot(w, "stream");
  await w.goBack();
  await w.waitForSelector("[data-warning]");
});
await check("what was promised, what came of it and the skill are told, with the interval", async () => {
  expect(/2 a stream and year[^]*2\.7 a stream and year/.test(await w.locator("[data-panel=rates]").innerText()), "rates are missing");
  expect(/80%; 90 % interval \d+% to \d+%; rests on 10/.test(await w.locator("[data-panel=skill]").innerText()), "the interval is missing");
});
await shot(w, "watch-full");
await check("j and k choose, Enter opens", async () => {
  await w.evaluate(() => document.activeElement?.blur());
  await w.keyboard.press("j");
  await w.waitForURL(/sel=/);
  await w.keyboard.press("j");
  await w.locator(`[data-warning="${listed[1]}"][aria-current=true]`).waitFor();
  await w.keyboard.press("k");
  await w.locator(`[data-warning="${grave}"][aria-current=true]`).waitFor();
  await w.keyboard.press("Enter");
  await w.waitForURL(new RegExp(`${grave.replaceAll(".", "\\.")}$`));
});
await w.waitForSelector("[data-step]");
await sane(w, "the warning");
await check("a warning shows steps, incidents that open, sources, trust, fan and what would cancel it", async () => {
  const href = await w.locator("[data-incident] a").first().getAttribute("href");
  expect(href.startsWith("/incidents/"), "an incident is no link");
  const text = await w.locator("main").innerText();
  for (const word of ["Leave out any one source", "2 a stream and year", "90 % interval", "It lapses on", "Seen of its steps", "Rose with it", "watch 1", "from the record up to entry 5,000"]) expect(text.includes(word), `“${word}” is missing`);
  expect((await w.locator("#forecast svg rect").count()) === 9 && (await w.locator("#forecast tbody tr").count()) === 3, "the fan is not whole");
});
await shot(w, "warning-full");
await check("the watch officer takes it in hand: the form is sent once, the stage changes", async () => {
  const form = await press(w, "check");
  await write(form, "text", "Post 3 and the acoustic net agree.");
  await form.locator("button[type=submit]").dblclick();
  await gone(form);
  await w.locator("[data-stage=checked]").waitFor();
  expect(new Set(w.acts.map((a) => a.key)).size === 1 && w.acts[0].seen === 0, "sent twice, or without the revision that was seen");
});
await check("what is wrong stands at its field, and the same key is sent again", async () => {
  const form = await press(w, "issue");
  await choose(form, "level", "warning");
  await field(form, "audiences").locator("input").nth(1).check();
  await write(form, "instruction", "Stay off the northern road of Sel until the mission says otherwise.");
  await write(form, "why", "Four times what was expected, by three kinds of source.");
  await write(form, "expires_ms", "2020-01-01T00:00");
  await send(form);
  await form.locator("[data-refused=wrong]").waitFor();
  expect((await field(form, "expires_ms").innerText()).includes("over already"), "what is wrong does not stand at its field");
  await shot(w, "warning-issue-refused");
  await write(form, "expires_ms", new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 16));
  await send(form);
  await gone(form);
  await w.locator("[data-issued='1']").waitFor();
  const [a, b] = w.acts.slice(-2);
  expect(a.key === b.key && JSON.stringify(b.deed.audiences) === '["staff","parties"]', "another key, or other audiences");
});

const l = await as("l.ve", "/watch");
await l.waitForSelector("[data-warning]");
await sane(l, "the watch of a liaison officer");
await check("a liaison officer sees what was issued to the parties, and no streams, rates or evidence", async () => {
  expect(JSON.stringify((await rows(l)).sort()) === JSON.stringify([grave, listed[4]].sort()), `not only what was issued to them: ${await rows(l)}`);
  expect((await l.locator("[data-stream], [data-panel=rates], [data-panel=hand-over]").count()) === 0, "what is for staff shows");
  await l.goto(base + HREF);
  await l.waitForSelector("[data-issued]");
  expect((await l.locator("[data-incident], [data-source], [data-done]").count()) === 0, "the evidence shows");
  expect(JSON.stringify(await deeds(l)) === '["acknowledge"]', "other deeds than to acknowledge");
  await shot(l, "warning-liaison");
});
await sane(l, "the warning of a liaison officer");
await check("they acknowledge with one press, and the officer sees who did", async () => {
  await l.locator("button[data-do=acknowledge]").dblclick();
  await l.locator("button[data-do=acknowledge]").waitFor({ state: "detached" });
  expect(l.acts.length === 1, "sent twice");
  await w.locator("[data-noticed=liaison]", { hasText: "VE" }).waitFor();
});
await check("to whom it was not issued it does not exist", async () => {
  const g = await as("g.1", HREF);
  await g.getByText("There is no such warning").waitFor();
  await g.context().close();
});

await check("an update that somebody else has overtaken is refused; looking again keeps what was typed", async () => {
  const form = await press(w, "update");
  await write(form, "why", "The road is mined.");
  expect((await post("v.2", { role: "watch-officer", deed: { deed: "escalate", warning: grave, to: "Head of mission", why: "Both parties ask." } })).status === 201, "the other act was refused");
  await send(form);
  await form.locator("[data-refused=changed]").waitFor();
  expect((await form.locator("[data-refused=changed]").innerText()).includes("v.2"), "it is not said who changed it");
  await shot(w, "warning-conflict");
  await form.locator("[data-refused=changed]").getByRole("button", { name: "Look again" }).click();
  await form.locator("[data-refused]").waitFor({ state: "detached" });
  expect((await field(form, "why").locator("textarea").inputValue()) === "The road is mined.", "what was typed is lost");
  await send(form);
  await gone(form);
  await w.locator("[data-issued='2']").waitFor();
  expect((await w.locator("[data-noticed]").count()) === 0, "an old notice holds for the new version");
  await l.locator("button[data-do=acknowledge]").waitFor();
});
await check("where no answer came, the same act is sent again and done once", async () => {
  await w.route("**/api/v1/watch/acts", async (route) => {
    await route.fetch();
    await route.abort("failed");
  }, { times: 1 });
  const form = await press(w, "escalate");
  await write(form, "to", "Chair of the commission");
  await write(form, "why", "Nobody has acknowledged the new version.");
  await send(form);
  await form.locator("[data-refused=network]").waitFor();
  await send(form);
  await gone(form);
  expect((await w.locator("[data-done=escalate]").count()) === 2, "it was done twice, or not at all");
});

await check("who issued it cannot publish it; a publisher can, and then everybody may know", async () => {
  expect(!(await deeds(w)).includes("publish"), "the officer could publish");
  const p = await as("p.1", HREF);
  const form = await press(p, "publish");
  await send(form);
  await gone(form);
  await p.locator("[data-issued]", { hasText: "everybody" }).waitFor();
  await p.context().close();
  const o = await as("o.1", "/watch");
  await o.locator(`[data-warning="${grave}"]`).waitFor();
  await o.context().close();
});
await check("what only parties say is not to be made public", async () => {
  const parties = listed[2];
  expect((await post("w.1", { role: "watch-officer", deed: { deed: "issue", warning: parties, level: "advisory", audiences: ["staff"], instruction: "", expires_ms: Date.now() + 864e5, why: "to be looked at" } })).status === 201, "it was not issued");
  const p = await as("p.1", `/watch/${parties}`);
  await p.waitForSelector("[data-issued]");
  expect(!(await deeds(p)).includes("publish") && (await p.locator("main").innerText()).includes("cannot be made public"), "it could be made public");
  await p.context().close();
});

const v = await as("v.1", HREF);
await check("a verification officer stands it down and says how it turned out; only what is right has a time", async () => {
  const form = await press(v, "stand-down");
  await choose(form, "outcome", "false");
  expect((await field(form, "came_ms").count()) === 0, "what did not come has a time");
  await choose(form, "outcome", "right");
  await write(form, "came_ms", new Date(Date.now() - 36e5).toISOString().slice(0, 16));
  await write(form, "why", "Shelling on the northern road, found by two posts.");
  await shot(v, "warning-stand-down");
  await send(form);
  await gone(form);
  await v.locator("[data-outcome=right]").waitFor();
  expect((await deeds(v)).length === 0, "something could still be done about it");
  expect(typeof v.acts.at(-1).deed.came_ms === "number", "no time was sent");
});
await check("it is over in the list, and counts in the skill ledger", async () => {
  await v.goto(`${base}/watch`);
  await v.waitForSelector("[data-warning]");
  expect(!(await v.locator(`[data-warning="${grave}"]`).first().isVisible()), "it still stands");
  expect((await v.locator("[data-panel=skill]").innerText()).includes("rests on 11"), "it does not count");
  await v.getByText(/Stood down, suppressed or lapsed/).click();
  await v.locator(`[data-warning="${grave}"][data-stage=stood-down]`).waitFor();
});
await v.context().close();

await check("a hand-over is told the next watch, and nothing is new after it", async () => {
  await w.goto(`${base}/watch`);
  const form = await press(w, "hand-over");
  await write(form, "text", "Sel is stood down. Parties' reports at Mirna wait for a patrol.");
  await send(form);
  await gone(form);
  await w.locator("[data-panel=hand-over]", { hasText: "Sel is stood down" }).waitFor();
  expect((await w.locator("[data-new]").count()) === 0, "something is still new");
});
await check("a warning is raised by hand, and what was missed is told", async () => {
  const form = await press(w, "raise");
  await write(form, "ground", "buffer");
  await write(form, "what", "fly");
  await write(form, "why", "Three crews heard engines; no sensor did.");
  await send(form);
  await gone(form);
  await w.locator("[data-warning]", { hasText: "by-hand-2" }).waitFor();
  const missed = await press(w, "missed");
  await send(missed);
  await missed.locator(".missing").waitFor();
  await write(missed, "ground", "Lindmar");
  await write(missed, "what", "fire");
  await write(missed, "came_ms", new Date(Date.now() - 864e5).toISOString().slice(0, 16));
  await write(missed, "why", "CASE-2026-0002.");
  await send(missed);
  await gone(missed);
});
await check("of an archive it is said that it is one", async () => {
  await fetch(`${base}/mock/archive`);
  await w.locator("[data-archive]").waitFor();
  expect((await w.locator("[data-archive]").innerText()).includes("It says nothing of today"), "it is not said plainly");
  await fetch(`${base}/mock/archive`);
  await w.locator("[data-archive]").waitFor({ state: "detached" });
});

await fetch(`${base}/mock/reset`);
for (const [lang, theme, viewport] of [["en", "dark", { width: 1400, height: 900 }], ["ar", "light", { width: 1400, height: 900 }], ["uk", "dark", { width: 390, height: 844 }], ["ar", "dark", { width: 390, height: 844 }], ["fr", "light", { width: 768, height: 1024 }], ["ru", "light", { width: 1100, height: 800 }]]) {
  const name = `${lang}-${theme}-${viewport.width}`;
  const page = await as("w.1", `/watch?lang=${lang}`, { colorScheme: theme, viewport });
  await page.waitForSelector("[data-warning]");
  await page.waitForTimeout(process.env.SHOTS ? 3_500 : 300);
  await check(`${name}: the watch fits its width and speaks its language`, async () => {
    expect(await narrow(page), "the page is wider than the screen");
    expect((await page.evaluate(() => document.documentElement.dir)) === (lang === "ar" ? "rtl" : "ltr"), "the direction is wrong");
    expect(lang === "en" || !/nobody has looked|evidence of a rise/.test(await page.locator("main").innerText()), "English words stand among others");
  });
  await sane(page, `${name}: the watch`);
  await shot(page, `watch-${name}`);
  await page.locator("[data-warning] a").first().click();
  await page.waitForSelector("[data-step]");
  await check(`${name}: a warning fits its width`, async () => expect(await narrow(page), "the page is wider than the screen"));
  await shot(page, `warning-${name}`);
  await page.context().close();
}

await browser.close();
own.close();
for (const problem of problems) process.stdout.write(`problem: ${problem}\n`);
process.stdout.write(`${passed} passed, ${problems.length} problems\n`);
process.exit(problems.length ? 1 : 0);
