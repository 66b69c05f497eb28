// Who may do what in the invented docket: the server's rules, simplified.
const OFFICERS = ["watch-officer", "verification-officer"];
const VERIFIER = ["verification-officer"];
const BODY = ["member", "chair"];
const STEERS = [...OFFICERS, "chair"];

export const ROLES = {
  allege: ["liaison", "planner", ...OFFICERS], register: OFFICERS, dismiss: OFFICERS, answer: ["liaison"], withdraw: ["liaison", "planner", ...OFFICERS],
  join: OFFICERS, open: OFFICERS, claim: OFFICERS, release: OFFICERS, move: STEERS, suspend: STEERS, resume: STEERS, restrict: STEERS, recuse: [...VERIFIER, ...BODY],
  task: OFFICERS, return: OFFICERS, weigh: [...VERIFIER, "analyst"], draft: VERIFIER, attribute: BODY, comment: BODY, sign: [...VERIFIER, ...BODY], confirm: BODY,
  appeal: ["liaison"], rule: BODY, order: ["chair"], reported: ["liaison"], check: VERIFIER, start: STEERS, pause: STEERS, continue: STEERS, stop: STEERS,
};
const STEPS = {
  "opened": ["preliminary", "closed"], "preliminary": ["tasked", "drafting", "closed"], "tasked": ["verifying"], "verifying": ["tasked", "drafting"],
  "drafting": ["verifying", "comments"], "comments": ["drafting"], "issued": ["drafting", "closed"], "follow-up": ["closed", "drafting"], "closed": ["verifying"],
};
const ON = {
  desk: ["allege", "open", "register", "dismiss"], allegation: ["register", "dismiss", "answer", "withdraw"],
  case: ["claim", "release", "move", "suspend", "resume", "recuse", "restrict", "join", "task", "return", "weigh", "draft", "start"],
  finding: ["comment", "sign", "confirm", "appeal", "rule", "attribute", "order"], attribution: ["comment", "sign", "confirm"],
  remedy: ["reported", "check"], clock: ["pause", "continue", "stop"],
};

const counting = (x) => ["provisional", "confirmed", "under-appeal"].includes(x.signing.standing);
const working = (c) => !c.suspended && c.stage !== "closed";
const WHEN = {
  register: (a) => !a || a.state === "received", dismiss: (a) => !a || a.state === "received", answer: (a, g) => a.state === "registered" && a.against === g.of,
  withdraw: (a, g) => ["received", "registered"].includes(a.state) && (g.role !== "liaison" || a.complainant === g.of),
  claim: (c) => !c || (!c.taken && c.stage !== "closed"), release: (c, g, who) => c.taken?.person === who.id, move: (c) => !c.suspended && (STEPS[c.stage] ?? []).length > 0,
  suspend: (c) => !c.suspended && c.stage !== "closed", resume: (c) => Boolean(c.suspended), recuse: (c, g, who) => !c.recused.some((r) => r.person === who.id),
  join: working, task: (c) => working(c) && ["preliminary", "tasked", "verifying"].includes(c.stage), return: (c) => c.tasks.some((t) => !t.end), weigh: working,
  draft: (c) => working(c) && c.stage === "drafting", start: (c) => c.stage !== "closed",
  comment: (f) => f.signing.standing !== "superseded", sign: (f, g, who) => ["draft", "proposed"].includes(f.signing.standing) && !f.signing.signed.some((x) => x.by.person === who.id),
  confirm: (f) => f.signing.standing === "provisional", appeal: (f, g) => counting(f) && f.text.about === g.of && !f.appeals.some((a) => a.upheld === null),
  rule: (f) => f.signing.standing === "under-appeal", attribute: (f) => counting(f) && f.text.outcome === "violation", order: (f) => counting(f) && f.text.outcome === "violation",
  reported: (r, g) => r.actor === g.of && !r.said.some((x) => x.check === "passed"), check: (r) => !r.said.some((x) => x.check === "passed"),
  pause: (k) => k.state === "running", continue: (k) => k.state === "paused", stop: (k) => ["running", "paused", "expired"].includes(k.state),
};

/** What somebody may do on an object now. */
export function mayOf(who, kind, object) {
  const out = [];
  for (const deed of ON[kind]) {
    for (const grant of who?.grants ?? []) {
      if (!ROLES[deed].includes(grant.role) || !(WHEN[deed]?.(object, grant, who) ?? true)) continue;
      out.push({ deed, role: grant.role, of: grant.of, ...(deed === "move" ? { to: STEPS[object.stage] } : {}) });
    }
  }
  return out;
}
