// End-to-end check of signing on by a provider, in headless Chromium: the built program (TRUCELINE) against a certified OpenID
// provider, each at its own site. CHROMIUM names the browser, SHOTS a folder for screenshots.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";
import { chromium } from "playwright-core";

const program = process.env.TRUCELINE ?? "../target/release/truceline";
const folder = mkdtempSync(join(tmpdir(), "truceline-sign-on-"));
const mission = join(folder, "mission");
const run = (...args) => execFileSync(program, args, { encoding: "utf8", env: { ...process.env, TRUCELINE_MISSION: mission } });
const problems = [];
const SECRET = "a secret that the desk and the provider share";

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** A port of this machine that is free now. */
async function free() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Who is known there, with their groups; `amr` says how they show who they are. */
const PEOPLE = {
  olena: { name: "Olena K.", groups: ["verification"], amr: ["pwd"] },
  petro: { name: "Petro M.", groups: ["commission-ka"], amr: ["pwd"] },
  petra: { name: "Petra M.", groups: ["commission-ka"], amr: ["pwd", "otp"] },
  nobody: { name: "No Body", groups: ["cooks"], amr: ["pwd"] },
};

/** The provider: its own page asks who somebody is; whoever it is consents. */
async function provide(port, back) {
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "desk", client_secret: SECRET, redirect_uris: [back], response_types: ["code"], grant_types: ["authorization_code"] }],
    cookies: { keys: ["a key of this test"] },
    pkce: { required: () => true },
    claims: { openid: ["sub", "amr"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "profile", "groups"],
    // How somebody showed who they are stands in the signed word; so do the groups.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/who/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    async loadExistingGrant(ctx) {
      const { accountId } = ctx.oidc.session;
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId });
      grant.addOIDCScope("openid profile groups");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const server = createServer(async (request, response) => {
    if (!request.url.startsWith("/who/")) return answer(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html");
      return response.end('<form method="post"><label>Who are you? <input name="who" autofocus></label><button>Go on</button></form>');
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const who = new URLSearchParams(body).get("who");
    const result = PEOPLE[who] ? { login: { accountId: who, amr: PEOPLE[who].amr } } : { error: "access_denied", error_description: "unknown" };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

const [deskPort, providerPort] = [await free(), await free()];
const base = `http://127.0.0.1:${deskPort}`;
run("init", "--name", "Sign-on", mission);
writeFileSync(join(mission, "client-secret"), `${SECRET}\n`, { mode: 0o600 });
writeFileSync(join(mission, "sign-on.yaml"), `name: the mission's provider
issuer: http://localhost:${providerPort}
client-id: desk
client-secret-file: client-secret
desk: ${base}
scopes: [profile, groups]
roles:
  - { group: verification, role: verification-officer }
  - { group: commission-ka, role: member, of: commission/KA }
`);
run("people", "init");
const back = /come back to: (\S+)/.exec(run("people", "sign-on"))[1];
const provider = await provide(providerPort, back);
const desk = spawn(program, ["serve", "--no-browser", "--listen", `127.0.0.1:${deskPort}`, "--mission", mission], { stdio: ["ignore", "pipe", "inherit"] });
for await (const line of createInterface({ input: desk.stdout })) if (line.includes("the desk is at")) break;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}

/** Signs on as somebody, in a browser of their own. */
async function signOn(who) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  page.on("pageerror", (e) => problems.push(`${who}: ${e.message}`));
  await page.goto(`${base}/signin`);
  await again(page, who);
  return { context, page };
}

async function again(page, who) {
  await page.click("text=Continue with the mission's provider");
  await page.waitForSelector("[name=who]");
  expect(new URL(page.url()).port === String(providerPort), "the provider does not ask");
  await page.fill("[name=who]", who);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/**`);
}

try {
  const olena = await signOn("olena");
  await olena.page.waitForSelector("text=Signed in: Olena K.");
  await shot(olena.page, "sign-on-in");
  const cookies = await olena.context.cookies(base);
  const session = cookies.find((c) => c.name === "truceline");
  expect(session?.httpOnly && session.sameSite === "Strict", "the session is seen by scripts or by other sites");
  expect(!cookies.some((c) => c.name === "truceline-sign-on"), "what remembered the sign-on stays");
  const me = await olena.page.evaluate(async () => (await fetch("/api/v1/me")).json());
  expect(JSON.stringify(me.person.grants) === '[{"role":"verification-officer","of":""}]', `her roles are ${JSON.stringify(me.person.grants)}`);
  // Nothing of the way here works a second time.
  const code = await olena.context.newPage();
  await code.goto(`${back}?code=used&state=used`);
  await code.waitForSelector("text=Signed in: Olena K.");
  await code.close();
  // Signed out, the provider asks again although it remembers her: the next person at this desk is not her.
  await olena.page.click("text=Sign out");
  await olena.page.waitForSelector("text=Continue with the mission's provider");
  await olena.page.goto(`${base}/signin`);
  await shot(olena.page, "sign-on-page");
  await again(olena.page, "nobody");
  await olena.page.waitForSelector("[role=alert] >> text=no role in this mission follows");
  await shot(olena.page, "sign-on-no-role");
  expect(!olena.page.url().includes("#"), "the reason stays in the address");

  const petro = await signOn("petro");
  await petro.page.waitForSelector("[role=alert] >> text=need a second factor");
  const petra = await signOn("petra");
  await petra.page.waitForSelector("text=Signed in: Petra M.");
  const stranger = await signOn("stranger");
  await stranger.page.waitForSelector("[role=alert] >> text=broken off");

  const list = run("people", "list");
  expect(list.includes("Olena K.") && list.includes("verification-officer"), `the list is ${list}`);
  expect(!list.includes("No Body"), "whom no role follows for has an account");
  expect(run("people", "audit").includes("bound to a provider"), "the log does not say whom the provider vouches for");
} catch (error) {
  problems.push(error.message);
}
await browser.close();
desk.kill();
provider.close();
provider.closeAllConnections();
rmSync(folder, { recursive: true, force: true });
for (const problem of problems) process.stdout.write(`FAILED  ${problem}\n`);
process.stdout.write(problems.length ? "" : "ok      signing on by an OpenID provider, and being refused\n");
process.exit(problems.length ? 1 : 0);
