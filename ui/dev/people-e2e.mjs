// End-to-end check of accounts in headless Chromium, against the built program: TRUCELINE names it, CHROMIUM the browser, SHOTS a
// folder for screenshots. A mission is made, its first link used, and everything else done by hand, as its people would.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const program = process.env.TRUCELINE ?? "../target/release/truceline";
const folder = mkdtempSync(join(tmpdir(), "truceline-people-"));
const mission = join(folder, "mission");
const PASSWORD = "correct horse battery staple";
const run = (...args) => execFileSync(program, args, { encoding: "utf8", env: { ...process.env, TRUCELINE_MISSION: mission } });
const problems = [];

/** The code of a secret in base32 (RFC 6238), `ahead` steps from now. */
function code(base32, ahead = 0) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

run("init", "--name", "People", mission);
const server = spawn(program, ["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission", mission], { stdio: ["ignore", "pipe", "inherit"] });
let link = null;
let base = null;
const lines = createInterface({ input: server.stdout });
for await (const line of lines) {
  link = /make the first administrator at (\S+)/.exec(line)?.[1] ?? link;
  base = /the desk is at (\S+)/.exec(line)?.[1] ?? null;
  if (base) break;
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });

async function open(address) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  page.on("pageerror", (e) => problems.push(e.message));
  await page.goto(address);
  await page.waitForSelector("main h1", { state: "attached" });
  return page;
}

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}

async function setUp(page) {
  await page.fill("[name=new-password]", PASSWORD);
  await page.fill("[name=repeat]", PASSWORD);
  const secret = (await page.locator("dd.mono").textContent()).trim();
  await page.fill("[name=code]", code(secret));
  await page.keyboard.press("Enter");
  return secret;
}

try {
  const admin = await open(link);
  await admin.waitForSelector("[name=new-password]");
  expect(!admin.url().includes("tll_"), "the link stays in the address");
  await shot(admin, "people-first");
  const secret = await setUp(admin);
  await admin.waitForSelector("text=The record is for the mission");
  await admin.click("nav >> text=People");
  await admin.waitForSelector("tbody tr");
  await admin.fill("form.add input >> nth=0", "Olena K.");
  await admin.selectOption("form.add select", "analyst");
  await admin.click("form.add button");
  const made = admin.locator(".note .mono");
  await made.waitFor();
  const theirs = (await made.textContent()).trim();
  await admin.locator("tbody tr", { hasText: "Olena" }).locator("select").selectOption("liaison");
  await admin.locator("tbody tr", { hasText: "Olena" }).locator("input").fill("KA");
  await admin.locator("tbody tr", { hasText: "Olena" }).locator("form button").click();
  await admin.waitForSelector("text=liaison of a party (KA)");
  await shot(admin, "people-list");
  await admin.reload();
  await admin.waitForSelector("tbody tr");

  const officer = await open(theirs);
  await officer.waitForSelector("[name=new-password]");
  await setUp(officer);
  await officer.waitForSelector("text=Signed in: Olena K.");
  await officer.waitForSelector("header >> text=Sources and coverage");
  await shot(officer, "people-signed-in");
  await officer.click("text=Sign out");
  await officer.waitForSelector("[name=username]");
  await officer.fill("[name=username]", "v.2");
  await officer.fill("[name=password]", "not the password");
  await officer.keyboard.press("Enter");
  await officer.waitForSelector("[role=alert]");
  await shot(officer, "people-refused");

  await admin.click("text=Sign out");
  await admin.waitForSelector("[name=username]");
  await admin.fill("[name=username]", "admin");
  await admin.fill("[name=password]", PASSWORD);
  // The code that confirmed the link is used up; the next is good a step early.
  await admin.fill("[name=code]", code(secret, 1));
  await admin.keyboard.press("Enter");
  await admin.waitForSelector("text=Signed in: admin");
  expect(run("people", "audit").includes("sign-in refused"), "the log does not say who was refused");
} catch (error) {
  problems.push(error.message);
}
await browser.close();
server.kill();
rmSync(folder, { recursive: true, force: true });
for (const problem of problems) process.stdout.write(`FAILED  ${problem}\n`);
process.stdout.write(problems.length ? "" : "ok      accounts from the first link to the last sign-out\n");
process.exit(problems.length ? 1 : 0);
