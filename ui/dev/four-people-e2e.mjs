// One whole case on the demo mission, from allegation to verified remedy, by four people in four roles, each in a browser of their
// own, against the built program: TRUCELINE names it, MISSION the demo's mission, CHROMIUM the browser, SHOTS a folder for screenshots.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const program = process.env.TRUCELINE ?? "../target/release/truceline";
const mission = process.env.MISSION;
if (!mission) throw new Error("MISSION is not set: the directory of the demo's mission");
const PASSWORD = "correct horse battery staple";
const PATIENCE_MS = 60_000;
const run = (...args) => execFileSync(program, args, { encoding: "utf8", env: { ...process.env, TRUCELINE_MISSION: mission } });
const problems = [];

const server = spawn(program, ["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission", mission], { stdio: ["ignore", "pipe", "inherit"] });
let base = null;
for await (const line of createInterface({ input: server.stdout })) {
  base = /the desk is at (\S+)/.exec(line)?.[1]?.replace(/\/$/, "") ?? null;
  if (base) break;
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run", "--disable-background-networking"] });

/** The code of a secret in base32 (RFC 6238). */
function code(base32) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Makes an account, opens its link in a browser of its own, and signs in. */
async function person(id, name, role) {
  const printed = run("people", "add", name, "--id", id, "--role", role, "--url", base);
  const link = /https?:\S+/.exec(printed)[0];
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("pageerror", (e) => problems.push(`${id}: ${e.message}`));
  await page.goto(link);
  await page.fill("[name=new-password]", PASSWORD);
  await page.fill("[name=repeat]", PASSWORD);
  const secret = await page.locator("dd.mono").textContent();
  await page.fill("[name=code]", code(secret.trim()));
  await page.keyboard.press("Enter");
  await page.waitForSelector(`text=Signed in: ${name}`);
  return page;
}

async function check(name, act) {
  try {
    await act();
    process.stdout.write(`ok      ${name}\n`);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
    process.stdout.write(`FAILED  ${name}\n`);
  }
}
const shot = async (page, name) => process.env.SHOTS && (await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true }));
function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** Acts as the page itself does, with the session of whoever is signed in there. */
const act = (page, role, of, deed) => page.evaluate(async ([role, of, deed]) => {
  const response = await fetch("/api/v1/acts", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ key: crypto.randomUUID(), role, of, deed }) });
  const body = await response.json();
  if (!response.ok) throw new Error(`${deed.deed}: ${body.detail}`);
  return body.on;
}, [role, of, deed]);
const field = (form, name) => form.locator(`[data-field="${name}"]`);
const write = (form, name, text) => field(form, name).locator("input, textarea").first().fill(text);
const choose = (form, name, value) => field(form, name).locator(`input[value="${value}"]`).check();
async function press(where, deed) {
  await where.locator(`button[data-do="${deed}"]`).first().click();
  const form = where.locator(`form[data-deed="${deed}"]`).first();
  await form.waitFor();
  return form;
}
async function send(form) {
  await form.locator("button[type=submit]").click();
  await form.waitFor({ state: "detached" });
}

try {
  const queue = await (await fetch(`${base}/api/v1/docket`)).json();
  const clause = queue.clauses.find((c) => c.clause.text.includes("draft") && c.clause.clause === "2.1")?.clause;
  expect(clause, "the draft has no clause 2.1");
  const incidents = await (await fetch(`${base}/api/v1/incidents?outcome=breached&limit=1`)).json();
  const incident = incidents.items[0].id;
  // The first account is an administrator's; from then on the desk asks who somebody is.
  run("people", "init", "--url", base);
  const velia = await person("l.ve", "Liaison of Velia", "liaison:VE");
  const officer = await person("v.1", "Verification officer", "verification-officer");
  const chair = await person("m.ta", "Chair of the commission", "chair:commission/TA");
  const karsk = await person("l.ka", "Liaison of Karsk", "liaison:KA");

  await check("the liaison of Velia alleges, and only Velia and the mission see it", async () => {
    await velia.goto(`${base}/allegations`);
    const form = await press(velia.locator("main"), "allege");
    await field(form, "against").locator("select").selectOption("KA");
    await write(form, "text", "Mortar fire on the mill.");
    await write(form, "place", "the mill");
    await write(form, "from_ms", new Date(Date.now() - 864e5).toISOString().slice(0, 16));
    await send(form);
    await velia.locator("article", { hasText: "Mortar fire on the mill." }).waitFor();
    await karsk.goto(`${base}/allegations`);
    await karsk.waitForSelector("main h1");
    expect(!(await karsk.content()).includes("Mortar fire on the mill."), "Karsk sees what was not taken up");
    await shot(velia, "four-alleged");
  });

  await check("the officer takes it up, and opens a case about what was seen", async () => {
    await officer.goto(`${base}/allegations?state=received`);
    await officer.locator("article", { hasText: "Mortar fire on the mill." }).waitFor();
    await act(officer, "verification-officer", "", { deed: "register", allegations: ["ALG-2026-0001"], why: "complete, and within the mandate" });
    await act(officer, "verification-officer", "", { deed: "open", title: "Mortar fire on the mill", clauses: [clause], incidents: [incident], allegations: ["ALG-2026-0001"], why: "alleged, and seen" });
    await officer.goto(`${base}/cases/CASE-2026-0001`);
    await officer.waitForSelector("#history table");
    await officer.waitForSelector("#matrix button.cell");
    await shot(officer, "four-case");
  });

  await check("Karsk answers at the same time as the officer orders a visit and reports of it", async () => {
    await karsk.reload();
    const answering = (async () => {
      const form = await press(karsk.locator("#ALG-2026-0001"), "answer");
      await write(form, "text", "Our mortars were silent that night.");
      await send(form);
    })();
    const visiting = (async () => {
      await act(officer, "verification-officer", "", { deed: "move", case: "CASE-2026-0001", to: "preliminary", why: "within reach" });
      const visit = await act(officer, "verification-officer", "", { deed: "task", case: "CASE-2026-0001", kind: "site-visit", what: "Look at the craters.", place: "the mill", to: "patrol 2", due_ms: Date.now() + 864e5 });
      await act(officer, "verification-officer", "", { deed: "return", task: visit, end: "done", of: "", text: "Three craters.", cites: [incident] });
      await act(officer, "verification-officer", "", { deed: "move", case: "CASE-2026-0001", to: "drafting", why: "the visit is done" });
    })();
    await Promise.all([answering, visiting]);
    await velia.goto(`${base}/allegations`);
    await velia.waitForSelector("article");
    expect(!(await velia.content()).includes("Our mortars were silent"), "Velia sees what Karsk submits");
  });

  await check("a finding is drafted in the form, signed by two people, commented on and confirmed", async () => {
    const finding = { clause, about: "KA", outcome: "violation", severity: "serious", standard: "balance of probabilities", likelihood: "very likely", confidence: "moderate", grade: "B2", reasons: [{ text: "Three fresh craters.", cites: [incident] }] };
    await act(officer, "verification-officer", "", { deed: "draft", case: "CASE-2026-0001", finding });
    await officer.locator('[data-finding="FND-2026-0001/v1"]').first().waitFor();
    await send(await press(officer.locator('[data-finding="FND-2026-0001/v1"]').first(), "sign"));
    await chair.goto(`${base}/cases/CASE-2026-0001`);
    await chair.waitForSelector("#history table");
    const card = chair.locator('[data-finding="FND-2026-0001/v1"]').first();
    await send(await press(card, "sign"));
    const comment = await press(card, "comment");
    await choose(comment, "stand", "agrees");
    await send(comment);
    const confirm = await press(card, "confirm");
    await confirm.locator("button[type=submit]").click();
    await confirm.locator("[data-refused=no-decision]").waitFor();
    await shot(chair, "four-no-quorum");
    await confirm.getByRole("button", { name: "Cancel" }).click();
  });

  await check("the chair orders a remedy, Karsk reports it done, the officer checks it and closes the case", async () => {
    const remedy = { actor: "KA", act: "Move out", quantity: "2 mortars", place: "5 km west of the mill", due_ms: Date.now() + 2 * 864e5, test: "A patrol counts them at the storage site." };
    await act(chair, "chair", "commission/TA", { deed: "order", finding: "FND-2026-0001", remedies: [remedy] });
    await karsk.goto(`${base}/cases/CASE-2026-0001`);
    const report = await press(karsk.locator("#remedies [data-remedy]").first(), "reported");
    await write(report, "text", "Both were moved on Monday.");
    await send(report);
    await officer.bringToFront();
    const mine = officer.locator("#remedies [data-remedy]").first();
    await mine.getByText("reported, to be checked").waitFor();
    const test = await press(mine, "check");
    await choose(test, "check", "passed");
    await write(test, "text", "Two counted.");
    await write(test, "cites", incident);
    await send(test);
    await mine.getByText("verified", { exact: true }).waitFor();
    await act(officer, "verification-officer", "", { deed: "move", case: "CASE-2026-0001", to: "closed", why: "the remedy is verified" });
    await officer.reload();
    await officer.locator(".stepper [aria-current=step]", { hasText: "closed" }).waitFor();
    await shot(officer, "four-closed");
    await karsk.reload();
    await karsk.waitForSelector("main h1");
    await shot(karsk, "four-party");
    expect(!(await karsk.content()).includes("Look at the craters."), "a party sees the mission's work");
  });

  await check("each page shows what came of it", async () => {
    for (const page of ["cases", "clocks", "equal-treatment"]) {
      await officer.goto(`${base}/${page}`);
      await officer.waitForSelector("main h1 ~ *");
      await shot(officer, `four-${page}`);
    }
    const figures = await officer.evaluate(async () => (await fetch("/api/v1/equal-treatment")).json());
    expect(figures.sides.find((s) => s.party === "KA").against.substantiated === 1, "the allegation is not told as substantiated");
  });

  await check("what people write is shown as they wrote it, and never runs", async () => {
    const markup = '<img src=x onerror="window.ran = 1"><script>window.ran = 1</script>';
    const alleged = await act(velia, "liaison", "VE", { deed: "allege", complainant: "VE", against: "KA", clauses: ["2.1"], from_ms: Date.now() - 36e5, until_ms: null, place: markup, text: `1 ${markup}`, material: [], channel: "" });
    await act(officer, "verification-officer", "", { deed: "register", allegations: [alleged], why: `2 ${markup}` });
    const made = await act(officer, "verification-officer", "", { deed: "open", title: `3 ${markup}`, clauses: [clause], incidents: [incident], allegations: [alleged], why: `4 ${markup}` });
    for (const [page, address, nth] of [[officer, "/allegations", 1], [karsk, "/allegations", 1], [officer, "/cases", 3], [officer, `/cases/${made}`, 3]]) {
      await page.goto(`${base}${address}`);
      await page.getByText(`${nth} ${markup}`).first().waitFor();
      expect(await page.evaluate(() => window.ran === undefined && !document.querySelector("main img[src=x]")), `what was written runs at ${address}`);
    }
  });
} catch (error) {
  problems.push(error.message);
}
await browser.close();
server.kill();
for (const problem of problems) process.stdout.write(`FAILED  ${problem}\n`);
process.stdout.write(problems.length ? "" : "ok      four people, one case\n");
process.exit(problems.length ? 1 : 0);
