// The invented docket behind the mock: acts that are posted change it, simply, by the server's contract.
import { PEOPLE, seed } from "./docket-seed.mjs";
import { ROLES } from "./docket-rules.mjs";
import { allegationPage, caseView, equalTreatment, queue } from "./docket-views.mjs";

let state = seed(Date.now());
export const reset = () => void (state = seed(Date.now()));
export const person = (id) => PEOPLE.find((p) => p.id === id) ?? null;

class Refusal extends Error {
  constructor(status, kind, detail, errors) {
    super(detail);
    Object.assign(this, { status, kind, errors });
  }
}
const refuse = (status, kind, detail, errors) => {
  throw new Refusal(status, kind, detail, errors);
};
const wrong = (field, detail) => refuse(422, "wrong", "something is missing or wrong", [{ field, detail }]);
const found = (list, reference) => list.find((x) => x.reference === reference) ?? refuse(404, "no-such", `there is no \`${reference}\` here`);
const number = (kind) => `${kind}-2026-${String((state.numbers[kind] += 1)).padStart(4, "0")}`;
const written = (text, field) => text?.trim() || wrong(field, "it is empty");
const version = (reference) => Number(/\/v(\d+)$/.exec(reference)?.[1] ?? 1);

const findingOf = (reference) => found(state.findings, reference);
const signable = (reference) => state.findings.find((f) => f.reference === reference) ?? found(state.attributions, reference);
const caseOf = (reference) => found(state.cases, reference);

/** Each deed: the case that it is of, and what it does. It gives what it was done on, and the stage the case came to. */
const DEEDS = {
  allege: { run: (d, by, at) => {
    written(d.text, "text");
    if (by.role === "liaison" && d.complainant !== by.of) wrong("complainant", `for a liaison officer of ${by.of}: \`${by.of}\``);
    const reference = number("ALG");
    state.allegations.push({ reference, complainant: d.complainant, against: d.against, clauses: d.clauses, from: d.from_ms, until: d.until_ms, place: d.place, text: d.text, material: d.material, channel: d.channel, received: at, state: "received", dismissed: null, why: "", answer_due: null, answers: [], case: null, alike: null, late: d.from_ms ? "no" : "undetermined" });
    return { on: reference };
  } },
  register: { run: (d, _, at) => {
    written(d.why, "why");
    for (const r of d.allegations) Object.assign(found(state.allegations, r), { state: "registered", why: d.why, answer_due: at + 3 * 864e5 });
    return { on: d.allegations[0] };
  } },
  dismiss: { run: (d) => {
    written(d.why, "why");
    for (const r of d.allegations) Object.assign(found(state.allegations, r), { state: "dismissed", dismissed: d.reason, why: d.why });
    return { on: d.allegations[0] };
  } },
  answer: { run: (d, _, at) => {
    const a = found(state.allegations, d.allegation);
    a.answers.push({ at, is_late: a.answer_due !== null && at > a.answer_due, text: written(d.text, "text") });
    return { on: d.allegation };
  } },
  withdraw: { run: (d) => {
    Object.assign(found(state.allegations, d.allegation), { state: "withdrawn", why: written(d.why, "why") });
    return { on: d.allegation };
  } },
  join: { of: (d) => d.case, run: (d, _, __, c) => {
    for (const r of d.allegations) found(state.allegations, r).case = c.reference;
    c.allegations = [...new Set([...c.allegations, ...d.allegations])];
    return { on: c.reference };
  } },
  open: { run: (d, by, at) => {
    written(d.title, "title");
    written(d.why, "why");
    const reference = number("CASE");
    state.cases.push({ reference, title: d.title, stage: "opened", suspended: null, taken: null, clauses: d.clauses, incidents: d.incidents, allegations: d.allegations, opened: at, changed: at, revision: 1, suspensions: [], recused: [], compartments: [], tasks: [], weights: [], history: [{ revision: 1, at, by, deed: "open", on: reference, to: "opened", why: d.why }] });
    return { on: reference, case: reference };
  } },
  claim: { of: (d) => d.case, run: (d, by, at, c) => {
    c.taken = { person: by.person, until: at + 8 * 3_600_000 };
    return { on: c.reference };
  } },
  release: { of: (d) => d.case, run: (d, _, __, c) => {
    c.taken = null;
    return { on: c.reference };
  } },
  move: { of: (d) => d.case, strict: true, run: (d, _, __, c) => (written(d.why, "why"), { on: c.reference, to: d.to }) },
  suspend: { of: (d) => d.case, run: (d, _, at, c) => {
    c.suspended = { cause: d.cause, of: d.of, since: at, until: null, why: written(d.why, "why") };
    return { on: c.reference };
  } },
  resume: { of: (d) => d.case, run: (d, _, at, c) => {
    written(d.why, "why");
    c.suspensions.push({ ...c.suspended, until: at });
    c.suspended = null;
    return { on: c.reference };
  } },
  restrict: { of: (d) => d.case, run: (d, _by, _, c) => ((c.compartments = d.compartments), written(d.why, "why"), { on: c.reference }) },
  recuse: { of: (d) => d.case, run: (d, by, _, c) => (c.recused.push({ person: by.person, why: written(d.why, "why") }), { on: c.reference }) },
  task: { of: (d) => d.case, strict: true, run: (d, _, __, c) => {
    const reference = number("TASK");
    c.tasks.push({ reference, kind: d.kind, what: written(d.what, "what"), place: d.place, to: d.to, due: d.due_ms, end: null, refused_by: "", returned: null, said: "", cites: [] });
    return { on: reference, to: c.stage === "tasked" ? null : "tasked" };
  } },
  return: { of: (d) => state.cases.find((c) => c.tasks.some((t) => t.reference === d.task))?.reference, run: (d, _, at, c) => {
    if (d.end === "refused" && !d.of) wrong("of", "say who refused: a refusal is somebody's");
    Object.assign(found(c.tasks, d.task), { end: d.end, refused_by: d.of, returned: at, said: d.text, cites: d.cites });
    return { on: d.task, to: c.stage === "tasked" ? "verifying" : null };
  } },
  weigh: { of: (d) => d.case, strict: true, run: (d, _, __, c) => {
    written(d.why, "why");
    if (["supports", "against"].includes(d.weight) && !d.cites.length) wrong("cites", "cite what it rests on");
    c.weights.push({ clause: d.clause, element: d.element, source: d.source, weight: d.weight, cites: d.cites, why: d.why });
    return { on: c.reference };
  } },
  draft: { of: (d) => d.case, strict: true, run: (d, by, at, c) => {
    const text = d.finding;
    if (!text.reasons.length) wrong("reasons", "1 to 100 are wanted");
    if (text.outcome === "violation" && text.standard === "balance of probabilities" && ["almost no chance", "very unlikely", "unlikely", "roughly even"].includes(text.likelihood)) wrong("likelihood", "`balance of probabilities` asks for at least `likely`");
    const same = state.findings.filter((f) => f.case === c.reference && f.text.clause.clause === text.clause.clause && f.text.about === text.about);
    for (const f of same.filter((x) => ["draft", "proposed"].includes(x.signing.standing))) f.signing.standing = "superseded";
    const base = same[0]?.reference.replace(/\/v\d+$/, "") ?? number("FND");
    const reference = `${base}/v${Math.max(0, ...same.map((f) => version(f.reference))) + 1}`;
    state.findings.push({ reference, case: c.reference, text, appeals: [], signing: { standing: "draft", drafted_by: by, drafted: at, signed: [], comments: [], confirmed: null } });
    return { on: reference };
  } },
  attribute: { of: (d) => findingOf(d.finding).case, strict: true, run: (d, by, at, c) => {
    if (!d.attribution.adopted && !d.attribution.would_settle.length) wrong("would_settle", "say what would settle it");
    const reference = `${number("ATT")}/v1`;
    state.attributions.push({ reference, finding: d.finding, case: c.reference, text: d.attribution, signing: { standing: "draft", drafted_by: by, drafted: at, signed: [], comments: [], confirmed: null } });
    return { on: reference };
  } },
  comment: { of: (d) => signable(d.on).case, run: (d, by, at) => {
    if (d.stand === "dissents") written(d.text, "text");
    const [body, component] = by.of.split("/");
    signable(d.on).signing.comments.push({ body, component: d.component || component, stand: d.stand, text: d.text, at });
    return { on: d.on };
  } },
  sign: { of: (d) => signable(d.on).case, strict: true, run: (d, by, at, c) => {
    const x = signable(d.on);
    if (x.signing.signed.some((g) => g.by.person === by.person)) refuse(409, "two-persons", `${d.on} needs a second person: ${by.person} has signed already`);
    x.signing.signed.push({ by, at });
    x.signing.standing = x.signing.signed.length < 2 ? "proposed" : "provisional";
    const issues = x.signing.standing === "provisional" && ["drafting", "comments"].includes(c.stage);
    return { on: d.on, to: issues ? "issued" : null };
  } },
  confirm: { of: (d) => signable(d.on).case, strict: true, run: (d) => {
    const { signing } = signable(d.on);
    const latest = Object.values(Object.fromEntries(signing.comments.map((x) => [x.component, x.stand])));
    const count = (stand) => latest.filter((x) => x === stand).length;
    if (count("dissents") || count("agrees") < 2) refuse(409, "no-decision", `JMC decides by consensus: ${count("agrees")} agree, ${count("dissents")} dissent`);
    Object.assign(signing, { standing: "confirmed", confirmed: `by JMC, by consensus; ${latest.length} of 2 components present, quorum 2` });
    return { on: d.on };
  } },
  appeal: { of: (d) => findingOf(d.finding).case, run: (d, by, at) => {
    const f = findingOf(d.finding);
    f.appeals.push({ by, at, text: written(d.text, "text"), upheld: null, why: "" });
    f.signing.standing = "under-appeal";
    return { on: d.finding, to: "appealed" };
  } },
  rule: { of: (d) => findingOf(d.finding).case, run: (d) => {
    const f = findingOf(d.finding);
    Object.assign(f.appeals.at(-1), { upheld: d.upheld, why: written(d.why, "why") });
    f.signing.standing = d.upheld ? "superseded" : "provisional";
    return { on: d.finding, to: d.upheld ? "drafting" : "issued" };
  } },
  order: { of: (d) => findingOf(d.finding).case, run: (d, _, at, c) => {
    if (d.remedies.some((r) => r.due_ms <= at)) wrong("due_ms", "its day has passed already");
    const references = d.remedies.map(() => number("RMD"));
    d.remedies.forEach(({ due_ms, paired_with, ...r }, i) => state.remedies.push({ reference: references[i], case: c.reference, finding: d.finding, ...r, due: due_ms, ordered: at, said: [], paired: references[paired_with] ?? null }));
    return { on: references[0], to: c.stage === "issued" ? "remedy" : null };
  } },
  reported: { of: (d) => found(state.remedies, d.remedy).case, run: (d, by, at, c) => {
    found(state.remedies, d.remedy).said.push({ by, at, text: written(d.text, "text"), cites: d.cites, check: null });
    return { on: d.remedy, to: c.stage === "remedy" ? "follow-up" : null };
  } },
  check: { of: (d) => found(state.remedies, d.remedy).case, run: (d, by, at, c) => {
    if (d.check !== "undetermined" && !d.cites.length) wrong("cites", "cite what the test showed");
    found(state.remedies, d.remedy).said.push({ by, at, text: d.text, cites: d.cites, check: d.check });
    return { on: d.remedy, to: c.stage === "remedy" ? "follow-up" : null };
  } },
  start: { of: (d) => d.case, run: (d, _, at, c) => {
    const { from_ms, length, ...k } = d.clock;
    const [unit, n] = Object.entries(length)[0];
    const from = from_ms ?? at;
    const reference = number("CLK");
    state.clocks.push({ reference, case: c.reference, ...k, from, length: unit === "hours" ? `${n} h` : `${n} days`, due: from + n * (unit === "hours" ? 36e5 : 864e5), state: "running", stopped_left: null, stood: [] });
    return { on: reference };
  } },
  pause: { of: (d) => found(state.clocks, d.clock).case, run: (d, _, at) => {
    const k = found(state.clocks, d.clock);
    k.stood.push(written(d.why, "why"));
    return Object.assign(k, { state: "paused", stopped_left: k.due - at }), { on: d.clock };
  } },
  continue: { of: (d) => found(state.clocks, d.clock).case, run: (d, _, at) => {
    const k = found(state.clocks, d.clock);
    return Object.assign(k, { state: "running", due: at + k.stopped_left, stopped_left: null }), { on: d.clock };
  } },
  stop: { of: (d) => found(state.clocks, d.clock).case, run: (d, _, at) => {
    const k = found(state.clocks, d.clock);
    return Object.assign(k, { state: "stopped", stopped_left: k.due - at }), { on: d.clock };
  } },
};

function done(who, sent, at) {
  const before = state.done.get(sent.key);
  const same = JSON.stringify([who.id, sent.deed]);
  if (before && before.same !== same) refuse(409, "key-taken", `another act has the key \`${sent.key}\`; nothing was changed`);
  if (before) return { ...before.body, already: true };
  const rule = DEEDS[sent.deed?.deed] ?? wrong("deed", "there is no such deed");
  const grant = who.grants.find((g) => g.role === sent.role && g.of === sent.of);
  if (!grant || !ROLES[sent.deed.deed].includes(grant.role)) refuse(403, "not-yours", `that is for ${ROLES[sent.deed.deed].join(" or ")} to do, not for ${who.id} (${sent.role})`);
  const by = { person: who.id, role: grant.role, of: grant.of };
  const c = rule.of ? caseOf(rule.of(sent.deed)) : null;
  if (rule.strict && sent.seen !== undefined && sent.seen !== c.revision) {
    const since = c.history.filter((h) => h.revision > sent.seen).map((h) => `${h.deed} of ${h.on} by ${h.by.person}`).join("; ");
    refuse(409, "changed", `${c.reference} has changed since you looked (revision ${c.revision}, you saw ${sent.seen}): ${since}`);
  }
  if (c?.taken && c.taken.person !== who.id && ["claim", "draft", "move", "task"].includes(sent.deed.deed)) refuse(409, "taken", `${c.taken.person} is at work on ${c.reference}; ask them to release it`);
  const { on, to = null, case: made } = rule.run(sent.deed, by, at, c);
  if (c) {
    c.revision += 1;
    c.changed = at;
    if (to) c.stage = to;
    c.history.push({ revision: c.revision, at, by, deed: sent.deed.deed, on, to, why: sent.deed.why ?? sent.deed.text ?? "" });
  }
  state.seq += 1;
  const body = { on, ...(c || made ? { case: c?.reference ?? made, revision: c?.revision ?? 1 } : {}), already: false, seq: state.seq };
  state.done.set(sent.key, { same, body });
  return body;
}

const problem = (status, kind, detail, errors) => ({ status, body: { type: `urn:truceline:problem:${kind}`, title: kind, status, detail, ...(errors ? { errors } : {}) } });

/** Takes an act of somebody: a status and what to answer. */
export function act(who, sent) {
  if (!who) return problem(401, "signed-out", "sign in first");
  try {
    return { status: 201, body: done(who, sent, Date.now()) };
  } catch (error) {
    if (error instanceof Refusal) return problem(error.status, error.kind, error.message, error.errors);
    throw error;
  }
}

/** What an address of the docket gives to somebody, with its tag; undefined: it is not the docket's. */
export function answer(path, q, who) {
  const now = Date.now();
  const tag = `"${state.seq}-${who?.id ?? ""}"`;
  const [what, id] = path.replace(/^\/api\/v1\//, "").split("/").map(decodeURIComponent);
  switch (what) {
    // Nobody at all is an open desk, as in a mission that has no accounts yet.
    case "me": return { body: { accounts: who !== null, person: who, staff: who?.grants.some((g) => !["liaison", "guarantor", "planner"].includes(g.role)) ?? false } };
    case "docket": return { tag, body: queue(state, who, now) };
    case "allegations": return { tag, body: allegationPage(state, who, q) };
    case "equal-treatment": return { tag, body: equalTreatment(state, now) };
    case "cases": {
      const c = state.cases.find((x) => x.reference === id);
      return c ? { tag: `"${c.revision}-${who?.id ?? ""}"`, body: caseView(c, state, who, now) } : problem(404, "no-such", `there is no \`${id}\` here`);
    }
    default: return undefined;
  }
}
