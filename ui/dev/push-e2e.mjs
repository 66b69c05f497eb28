// Warnings in a browser that is closed, in headless Chromium with a stand-in for its maker's push service: against the invented world of dev/mock.mjs, or,
// where TRUCELINE names the built program, against that. CHROMIUM names the browser, SHOTS a folder for screenshots.
import { execFileSync, spawn } from "node:child_process";
import { createHash, createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { flaws } from "./flaws.mjs";
import { serve } from "./mock.mjs";
import { pretend, pushService } from "./push-service.mjs";

const PATIENCE_MS = 20_000;
const PASSWORD = "correct horse battery staple";
const ACCOUNT = "w.1";
const DAY_MS = 86_400_000;
const isMock = !process.env.TRUCELINE;
const problems = [];
let passed = 0;

function expect(condition, message) {
  if (!condition) throw new Error(message);
}
async function check(name, act) {
  try {
    await act();
    passed += 1;
    process.stdout.write(`ok      ${name}\n`);
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n").slice(0, 4).join(" ")}`);
    process.stdout.write(`FAILED  ${name}\n`);
  }
}

/** The code of a secret in base32 (RFC 6238), `ahead` steps from now. */
function code(base32, ahead = 0) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const hash = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)))).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The invented world: whoever asks is said by a cookie. */
async function invented() {
  const { url, close } = await serve(0);
  return { url, close, signIn: async (page) => page.context().addCookies([{ name: "mock-me", value: ACCOUNT, url }]) };
}

/** The built program in a mission of its own, with one watch officer whom the routing names. */
async function built() {
  const program = process.env.TRUCELINE;
  const folder = mkdtempSync(join(tmpdir(), "truceline-push-"));
  const mission = join(folder, "mission");
  const run = (...args) => execFileSync(program, args, { encoding: "utf8", env: { ...process.env, TRUCELINE_MISSION: mission } });
  run("init", "--name", "Mission of the lake", mission);
  // The file is read when the desk starts.
  writeFileSync(join(mission, "routing.yaml"), `push: {contact: "mailto:ops@mission.example", allow_insecure_loopback: true}
recipients:
  - {name: duty officer, audiences: [staff], languages: [uk, en], ways: [{push: {account: ${ACCOUNT}}}]}
routes:
  - {name: all, to: [duty officer]}
`);
  const server = spawn(program, ["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission", mission], { stdio: ["ignore", "pipe", "inherit"] });
  let url = null;
  for await (const line of createInterface({ input: server.stdout })) {
    url = /the desk is at (\S+)/.exec(line)?.[1]?.replace(/\/$/, "") ?? null;
    if (url) break;
  }
  expect(url, "the program did not start");
  run("people", "init", "--url", url);
  const link = /https?:\S+/.exec(run("people", "add", "Watch officer", "--id", ACCOUNT, "--role", "watch-officer", "--url", url))[0];
  let secret = null;
  const close = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const signIn = async (page) => {
    if (secret === null) {
      await page.goto(link);
      await page.fill("[name=new-password]", PASSWORD);
      await page.fill("[name=repeat]", PASSWORD);
      secret = (await page.locator("dd.mono").textContent()).trim();
      await page.fill("[name=code]", code(secret));
    } else {
      await page.goto(`${url}/signin`);
      await page.fill("[name=username]", ACCOUNT);
      await page.fill("[name=password]", PASSWORD);
      // The code that confirmed the link is used up; the next is good a step early.
      await page.fill("[name=code]", code(secret, 1));
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Signed in: Watch officer");
  };
  return { url, close, signIn };
}

const service = await pushService();
const desk = await (isMock ? invented() : built());
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--no-first-run", "--disable-background-networking"] });

/** A browser of its own, signed in, on the watch's page. `options.without`: what it does not have or allow. */
async function someone({ path = "/watch", without = "", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB", timezoneId: "America/New_York", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  if (without !== "permission") await context.grantPermissions(["notifications"], { origin: desk.url });
  await context.exposeBinding("standIn", (_source, what, of) => {
    if (what === "gone") return service.gone(of);
    const made = service.make();
    service.subscribed(made.endpoint, of);
    return made;
  });
  if (without === "push") await context.addInitScript(() => delete window.PushManager);
  else await context.addInitScript(pretend);
  const page = await context.newPage();
  // A form that is open asks before it is left.
  page.on("dialog", (d) => void d.accept());
  // A refusal is an answer: the browser's own line about its status is no fault of the page.
  page.on("console", (m) => m.type() === "error" && !/status of (401|404|409|422|502)|ERR_FAILED|ERR_ABORTED/.test(m.text()) && problems.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => problems.push(`error: ${e.message}`));
  if (without === "permission") {
    const cdp = await context.newCDPSession(page);
    const { browserContextId } = (await cdp.send("Target.getTargetInfo")).targetInfo;
    await cdp.send("Browser.setPermission", { browserContextId, permission: { name: "notifications" }, setting: "denied", origin: desk.url });
  }
  await desk.signIn(page);
  await page.goto(desk.url + path);
  await page.waitForSelector("[data-panel=push]");
  return page;
}
const card = (page) => page.locator("[data-panel=push]");
const stands = (page, state) => page.locator(`[data-panel=push][data-state=${state}]`).waitFor();
const press = (page, what) => card(page).locator(`[data-push=${what}]`).first().click();
const outcome = (page, what = "good") => card(page).locator(`[data-outcome=${what}]`).waitFor();
const offer = (page) => page.evaluate(async () => (await fetch("/api/v1/push")).json());
const endpoint = (page) => page.evaluate(async () => JSON.parse(localStorage.getItem("stand-in.subscription"))?.endpoint ?? null);
const idOf = (of) => createHash("sha256").update(of).digest("hex").slice(0, 32);
const speak = async (page, lang) => {
  await page.locator("#lang").selectOption(lang);
  await page.waitForSelector(`html[lang=${lang}]`);
};
const scopes = (page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map((r) => new URL(r.scope).pathname));

/** Hands a message to the worker, as the browser would. */
async function bring(page, text) {
  if (!page.cdp) {
    page.cdp = await page.context().newCDPSession(page);
    page.registrations = [];
    page.cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => page.registrations.push(...registrations));
    await page.cdp.send("ServiceWorker.enable");
  }
  const own = () => page.registrations.filter((r) => r.scopeURL === `${desk.url}/`).at(-1);
  while (!own()) await new Promise((resolve) => page.cdp.once("ServiceWorker.workerRegistrationUpdated", () => setImmediate(resolve)));
  await hooked(page);
  await page.cdp.send("ServiceWorker.deliverPushMessage", { origin: desk.url, registrationId: own().registrationId, data: text });
}
/** The worker, which notes what it has shown. Asking the browser for its notifications while one is on its way loses that one. */
async function hooked(page) {
  const ours = () => page.context().serviceWorkers().find((w) => w.url() === `${desk.url}/push-sw.js`);
  const worker = ours() ?? await page.context().waitForEvent("serviceworker", { predicate: () => ours() !== undefined });
  await worker.evaluate(() => {
    if (self.told) return;
    self.told = [];
    const show = self.registration.showNotification.bind(self.registration);
    self.registration.showNotification = async (title, options) => {
      await show(title, options);
      self.told.push({ title, body: options.body, dir: options.dir, lang: options.lang, tag: options.tag, stays: options.requireInteraction === true, data: options.data });
    };
  });
  return worker;
}
/** What was shown last of that thread, once its title is one that fits. */
async function shown(page, tag, fits) {
  const worker = await hooked(page);
  return worker.evaluate(async ([tag, fits, patience_ms]) => {
    for (const end = Date.now() + patience_ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const one = self.told.filter((n) => n.tag === tag).at(-1);
      if (one && new RegExp(fits).test(one.title)) return one;
    }
    throw new Error(`no notification of ${tag} says ${fits}: ${self.told.map((n) => `${n.tag} ${n.title}`)}`);
  }, [tag, fits, PATIENCE_MS]);
}
async function shot(page, name, options = {}) {
  if (!process.env.SHOTS) return;
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await (options.whole ? page : card(page)).screenshot({ path: `${process.env.SHOTS}/push-${name}-${scheme}.png` });
  }
}
async function sane(page, what) {
  const found = await flaws(page);
  expect(found.length === 0, `${what}: ${found.slice(0, 3).join("; ")}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${what} is wider than the screen`);
}
/** Does something about a warning, as its officer; gives its reference. */
async function deed(page, what) {
  const sent = { key: randomUUID(), role: "watch-officer", of: "", deed: what };
  const { status, body } = await page.evaluate(async (sent) => {
    const answered = await fetch("/api/v1/watch/acts", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(sent) });
    return { status: answered.status, body: await answered.json() };
  }, sent);
  expect(status === 201, `${what.deed}: ${status} ${JSON.stringify(body)}`);
  return body.on;
}
const only = (message, endpoint, kind) => {
  expect(message.endpoint === endpoint, `another browser was reached: ${message.endpoint}`);
  expect(message.told.v === 1 && message.told.kind === kind, `not ${kind}: ${message.text.trim()}`);
  expect(message.text.length > message.text.trimEnd().length, "it is not padded: its length tells what it is");
  return message.told;
};

try {
  let a = await someone();
  let first = null;

  await check("before anybody asks for it a browser has neither worker nor subscription, and what it means is said", async () => {
    await stands(a, "off");
    expect((await scopes(a)).length === 0 && (await endpoint(a)) === null, "something is there already");
    await card(a).locator("summary").click();
    const text = await card(a).innerText();
    for (const words of ["cannot read it", "only the level", "sign out in this browser", "No push service promises"]) expect(text.includes(words), `“${words}” is not said`);
    await sane(a, "the watch");
    await shot(a, "off");
    await card(a).locator("summary").click();
  });

  await check("it is switched on by keyboard, and the focus stays", async () => {
    await card(a).locator("[data-push=on]").focus();
    await a.keyboard.press("Enter");
    await stands(a, "on");
    await outcome(a);
    first = await endpoint(a);
    const { browsers, told } = await offer(a);
    expect(told === true && browsers.length === 1 && browsers[0].id === idOf(first), `the desk has ${JSON.stringify(browsers)}`);
    expect(browsers[0].name === "Chrome on Linux" && browsers[0].language === "en", `it is called ${browsers[0].name}`);
    expect(JSON.stringify(await scopes(a)) === '["/"]', `workers: ${await scopes(a)}`);
    expect((await a.evaluate(() => document.activeElement?.dataset.push)) === "off", "the focus is lost");
    await shot(a, "on");
  });

  await check("its worker stands between no page and the network", async () => {
    const source = await a.evaluate(async () => (await fetch("/push-sw.js")).text());
    expect(!/addEventListener\(.fetch|onfetch|caches\./.test(source), "it does");
    await a.reload();
    await stands(a, "on");
  });

  for (const [lang, words, dir] of [["uk", "НАВЧАННЯ", "ltr"], ["ar", "تدريب", "rtl"]]) {
    await check(`a test says in ${lang} that it is an exercise, and nothing else`, async () => {
      await speak(a, lang);
      await press(a, "speak");
      await card(a).locator(`[data-speaks=${lang}]`).waitFor();
      await press(a, "test");
      const message = await service.next();
      const told = only(message, first, "exercise");
      expect(told.language === lang && told.path === "/watch" && told.headline === undefined, message.text.trim());
      await outcome(a);
      await card(a).locator("[data-says]", { hasText: "201" }).waitFor();
      await bring(a, message.text);
      const on = await shown(a, told.tag, words);
      expect(on.dir === dir && on.lang === lang && on.body.includes(words.toLowerCase()) && on.data.path === "/watch", JSON.stringify(on));
      await sane(a, `the watch in ${lang}`);
      await shot(a, `on-${lang}`);
    });
  }
  await speak(a, "en");
  await press(a, "speak");
  await card(a).locator("[data-speaks=en]").waitFor();

  await check("a warning comes with its level alone; what changes takes its place, and its end says that it has ended", async () => {
    const issued = { level: "warning", instruction: "Stay off the northern road.", expires_ms: Date.now() + 3 * DAY_MS, why: "A secret of the mission." };
    const warning = await deed(a, { deed: "raise", ground: "the mill", what: "columns", level: "watch", why: "Three calls." });
    await deed(a, { deed: "issue", warning, audiences: ["staff"], ...issued });
    const alert = await service.next();
    const told = only(alert, first, "alert");
    expect(!/secret|northern/i.test(alert.text) && told.headline === undefined, "more than the level was sent");
    expect(decodeURIComponent(told.path) === `/watch/${warning}`, told.path);
    await bring(a, alert.text);
    const on = await shown(a, told.tag, "^Warning$");
    expect(on.stays && on.data.path === told.path, JSON.stringify(on));
    await deed(a, { deed: "update", warning, ...issued, level: "watch" });
    const update = await service.next();
    expect(only(update, first, "update").tag === told.tag, "an update has another thread");
    await bring(a, update.text);
    const changed = await shown(a, told.tag, "^Changed: Watch$");
    expect(changed.tag === on.tag && !changed.stays, "what was told before is still there");
    await deed(a, { deed: "stand-down", warning, outcome: "false", why: "Nothing came." });
    const cancel = await service.next();
    await bring(a, cancel.text);
    const over = await shown(a, only(cancel, first, "cancel").tag, "^Ended: Watch$");
    expect(over.tag === on.tag && over.body.includes("no all-clear"), JSON.stringify(over));
  });

  await check("a press on it goes there in the tab that is open; not while something is typed, and nowhere else", async () => {
    const worker = a.context().serviceWorkers().find((w) => w.url().endsWith("/push-sw.js"));
    // A made-up press may not open windows or wait: only what a tab is asked can be seen.
    const pressed = (path) => worker.evaluate(async (path) => {
      let notification;
      // One that is asked for while it is on its way is lost.
      while (!notification) {
        await self.registration.showNotification("x", { tag: "x", data: { path } });
        [notification] = await self.registration.getNotifications({ tag: "x" });
      }
      try {
        self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
      } catch { /* As said. */ }
    }, path);
    await a.goto(`${desk.url}/watch`);
    await stands(a, "on");
    await pressed("/watch/W-3");
    await a.waitForURL(/\/watch\/W-3$/);
    await pressed("//evil.example/watch");
    await a.waitForURL(`${desk.url}/watch`);
    await a.locator("button[data-do=raise]").click();
    await a.locator("form[data-deed=raise]").waitFor();
    // What the desk's own listener did with it can be seen once the event is over.
    await a.evaluate(() => {
      window.heard = [];
      navigator.serviceWorker.addEventListener("message", (e) => setTimeout(() => window.heard.push(e.data.path)));
    });
    await pressed("/watch/W-4");
    await a.waitForFunction(() => window.heard.length > 0);
    expect((await a.evaluate(() => window.heard[0])) === "/watch/W-4" && a.url() === `${desk.url}/watch`, "what is being typed is lost");
    await a.goto(`${desk.url}/watch`);
    await stands(a, "on");
  });

  await check("whatever comes, something is shown", async () => {
    for (const [text, lang] of [["not json", "en"], ["", "en"], [JSON.stringify({ v: 2, tag: "x", kind: "alert", level: "warning", path: "https://evil.example/" }), "en"]]) {
      await bring(a, text);
      const on = await shown(a, "truceline", "^Truceline$");
      expect(on.lang === lang && on.body.includes("The desk has something for you") && on.data.path === "/watch", JSON.stringify(on));
      await (await hooked(a)).evaluate(() => self.told.splice(0));
    }
  });

  await check("what its push service says is told when it takes nothing", async () => {
    service.breaks("overloaded, try later");
    await press(a, "test");
    await outcome(a, "bad");
    service.breaks(null);
    expect((await card(a).locator("[data-outcome]").innerText()).includes("overloaded"), "it is not said");
    await stands(a, "on");
    await shot(a, "refused");
  });

  await check("410 Gone: the desk forgets the browser, and it can be switched on anew", async () => {
    service.gone(first);
    await press(a, "test");
    await outcome(a, "bad");
    await stands(a, "other");
    expect((await offer(a)).browsers.length === 0, "it is not forgotten");
    await shot(a, "forgotten");
    await press(a, "on");
    await stands(a, "on");
    const second = await endpoint(a);
    expect(second !== first && (await offer(a)).browsers[0]?.id === idOf(second), "it is the same as before");
    first = second;
  });

  const b = await someone({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, userAgent: "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0" });
  await check("another browser of the same person is another: each is listed, and one can take the other away", async () => {
    await stands(b, "off");
    await press(b, "on");
    await stands(b, "on");
    const theirs = card(b).locator(`[data-browser="${idOf(first)}"]`);
    await theirs.locator("text=Chrome on Linux").waitFor();
    await card(b).scrollIntoViewIfNeeded();
    await sane(b, "on a telephone");
    await shot(b, "two");
    await shot(b, "phone", { whole: true });
    await a.reload();
    await stands(a, "on");
    const other = idOf(await endpoint(b));
    await card(a).locator(`[data-browser="${other}"] button`, { hasText: "Remove" }).focus();
    expect((await card(a).locator(`[data-browser="${other}"] button`).getAttribute("aria-label")) === "Remove Firefox on Android", "the button does not say whose it is");
    await a.keyboard.press("Enter");
    await card(a).locator(`[data-browser="${other}"]`).waitFor({ state: "detached" });
    await a.waitForFunction(() => document.activeElement?.id === "w-push");
    await b.reload();
    await stands(b, "other");
    await press(b, "on");
    await stands(b, "on");
  });

  await check("what is switched off takes its worker and its notifications with it", async () => {
    await bring(b, JSON.stringify({ v: 1, tag: "T", id: "m", kind: "alert", level: "watch", language: "en", path: "/watch" }));
    await shown(b, "T", "^Watch$");
    const gone = await endpoint(b);
    await press(b, "off");
    await stands(b, "off");
    expect(service.isGone(gone) && (await scopes(b)).length === 0, "something is left in the browser");
    expect((await offer(b)).browsers.every((x) => x.id !== idOf(gone)), "the desk still has it");
    await press(b, "on");
    await stands(b, "on");
  });

  await check("who signs out is not told there any more, and the desk knows before the session ends", async () => {
    const asked = [];
    a.on("request", (r) => r.method() === "DELETE" && asked.push(new URL(r.url()).pathname));
    await a.getByRole("button", { name: "Sign out" }).click();
    await a.locator("header .who").waitFor({ state: "detached" });
    expect(JSON.stringify(asked) === JSON.stringify([`/api/v1/push/${idOf(first)}`, "/api/v1/session"]), `asked for ${asked}`);
    expect((await endpoint(a)) === null && (await scopes(a)).length === 0 && service.isGone(first), "something is left in the browser");
    const { browsers } = await offer(b);
    expect(browsers.length === 1 && browsers[0].id === idOf(await endpoint(b)), "the desk still has it, or lost another");
    await a.context().close();
  });

  await check("a desk that does not answer keeps nobody from signing out", async () => {
    const left = await endpoint(b);
    await b.route("**/api/v1/push/*", (route) => route.abort());
    await b.getByRole("button", { name: "Sign out" }).click();
    await b.locator("header .who").waitFor({ state: "detached" });
    expect((await endpoint(b)) === null && service.isGone(left), "the browser still takes messages");
    await b.context().close();
  });

  if (isMock) {
    const say = (what) => fetch(`${desk.url}/mock/push/${what}`);
    a = await someone();
    await press(a, "on");
    await stands(a, "on");
    await check("a desk with a new key is subscribed to anew, without being asked", async () => {
      const before = await endpoint(a);
      await say("new-key");
      await a.reload();
      await card(a).locator("[data-outcome=good]", { hasText: "new key" }).waitFor();
      await stands(a, "on");
      const { browsers, key } = await offer(a);
      const now = await endpoint(a);
      // The other one left is that of whoever signed out unheard.
      expect(now !== before && browsers.some((x) => x.id === idOf(now)) && browsers.every((x) => x.id !== idOf(before)), `the desk has ${JSON.stringify(browsers)}`);
      expect((await a.evaluate(() => JSON.parse(localStorage.getItem("stand-in.subscription")).key)) === key, "it is for the old key");
      await press(a, "test");
      only(await service.next(), now, "exercise");
    });
    await check("who is named nowhere in the routing is told so, and an administrator what to do", async () => {
      await say("untold");
      await a.reload();
      await card(a).locator(".state.odd").waitFor();
      expect((await card(a).innerText()).includes("No recipient in routing.yaml has your account (w.1)"), "it is not said");
      await shot(a, "untold");
    });
    await check("a desk that sends nothing says why, and what an administrator does", async () => {
      for (const [what, words] of [["not-set-up", "writes “push:” in routing.yaml"], ["no-accounts", "only to people with accounts"], ["broken", "at present: broken"]]) {
        await say(what);
        await a.reload();
        await card(a).locator(`[data-why=${what}]`).waitFor();
        expect((await card(a).innerText()).includes(words), `“${words}” is not said`);
        expect((await card(a).locator("button").count()) === 0, "a button is there");
      }
      await shot(a, "not-offered");
      await say("offered");
    });
    await a.context().close();
    for (const [without, state, words] of [["push", "unsupported", "Another browser"], ["permission", "denied", "settings beside the address bar"]]) {
      await check(`a browser without ${without} says so, and what can be done`, async () => {
        const page = await someone({ without });
        await stands(page, state);
        expect((await card(page).innerText()).includes(words), await card(page).innerText());
        expect((await card(page).locator("[data-push]").count()) === 0, "a button is there");
        await shot(page, state);
        await page.context().close();
      });
    }
    await check("in every language the card speaks that language and fits a telephone", async () => {
      for (const lang of ["uk", "ru", "fr", "ar"]) {
        const page = await someone({ path: `/watch?lang=${lang}`, viewport: { width: 360, height: 780 } });
        await page.waitForSelector(`html[lang=${lang}]`);
        await press(page, "on");
        await stands(page, "on");
        await outcome(page);
        await card(page).locator("summary").click();
        await sane(page, lang);
        expect(!/warning|browser|switch/i.test(await card(page).innerText()), `English stands among ${lang}`);
        await shot(page, `phone-${lang}`);
        await page.context().close();
      }
    });
  }
} catch (error) {
  problems.push(error.message);
}
if (service.left()) problems.push(`${service.left()} messages came that nobody asked for`);
await browser.close();
desk.close();
service.close();
for (const problem of problems) process.stdout.write(`problem: ${problem}\n`);
process.stdout.write(`${passed} passed, ${problems.length} problems\n`);
process.exit(problems.length ? 1 : 0);
