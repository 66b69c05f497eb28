// The invented watch behind the mock: acts that are posted change it, by the server's rules in short.
import { seed, streams } from "./watch-seed.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = "Europe/Kyiv";
const ALGORITHM = "watch 1";
const iso = (ms) => new Date(ms).toISOString();
let state = seed(Date.now());
export const reset = () => void (state = seed(Date.now()));
/** From then on the record is an archive, told as of now; or none any more. */
export const archive = () => void (state.archive = state.archive === null ? Date.now() - 40 * DAY : null);

const STAFF = ["observer", "watch-officer", "verification-officer", "analyst", "member", "chair", "publisher", "custodian", "auditor", "administrator"];
const MAY = {
  raise: ["watch-officer", "verification-officer"], check: ["watch-officer"], issue: ["watch-officer"], publish: ["publisher"], suppress: ["watch-officer"], update: ["watch-officer"],
  acknowledge: ["watch-officer", "verification-officer", "analyst", "member", "chair", "liaison", "guarantor", "planner"], escalate: ["watch-officer"],
  "stand-down": ["watch-officer", "verification-officer"], missed: ["watch-officer", "verification-officer", "analyst"], "hand-over": ["watch-officer"],
};
const AT = {
  raised: ["check", "issue", "suppress", "escalate"], checked: ["check", "issue", "suppress", "escalate", "stand-down"], issued: ["publish", "update", "acknowledge", "escalate", "stand-down"],
  suppressed: ["check", "issue", "stand-down"], "stood-down": [],
};
const OF = { staff: (r) => STAFF.includes(r), parties: (r) => r === "liaison", guarantors: (r) => r === "guarantor", organisations: (r) => r === "planner", public: () => true };

// Nobody at all is an open desk: everything is read, nothing done.
const isStaff = (who) => who === null || who.grants.some((g) => STAFF.includes(g.role));
/** How grave it was issued. */
export const levelOf = (reference) => state.lives.get(reference)?.issued?.level ?? "advisory";
const told = (issued, role) => issued?.audiences.some((a) => OF[a](role)) ?? false;
const mayKnow = (who, life) => isStaff(who) || who.grants.some((g) => told(life?.issued, g.role));
const raisedOf = (reference) => state.all.find((r) => r.reference === reference) ?? null;

function mayDo(who, deeds, fits = () => true) {
  const out = [];
  for (const deed of deeds) {
    const grant = (who?.grants ?? []).find((g) => MAY[deed].includes(g.role) && fits(deed, g));
    if (grant) out.push({ deed, role: grant.role, of: grant.of });
  }
  return out;
}

function line(raised, life, reference, now) {
  const stage = life?.stage ?? "raised";
  const facts = life?.facts ?? life?.by_hand;
  const expires = life?.issued?.expires ?? raised?.lapses ?? facts.at + 7 * DAY;
  const clock = life?.issued || !raised ? Date.now() : now;
  return {
    reference, stage, stands: !["stood-down", "suppressed"].includes(stage) && clock < expires, level: life?.issued?.level ?? raised?.level ?? facts.level, why: raised?.why ?? [],
    ground: raised?.ground ?? { is: "zone", name: facts.ground }, what: raised?.what ?? facts.what, clauses: raised?.clauses ?? [], raised: iso(raised?.raised ?? facts.raised ?? facts.at),
    since: iso(raised?.since ?? facts.since ?? facts.at), ...(raised ? { last: iso(raised.last) } : {}), expires: iso(expires),
    ...(raised || !life.by_hand ? { counted: (raised ?? facts).counted, expected: (raised ?? facts).expected } : {}),
    only_parties: raised?.only_parties ?? false, in_data: raised !== null, also_count: raised?.also.length ?? 0, revision: life?.revision ?? 0, acknowledged: life?.acknowledged.length ?? 0,
  };
}

const NEED = { raised: 0, checked: 1, issued: 2 };
const GRAVE = { warning: 0, watch: 1, advisory: 2 };
function lines(who, now) {
  const references = new Set([...state.all.map((r) => r.reference), ...state.lives.keys()]);
  const known = [...references].filter((r) => mayKnow(who, state.lives.get(r)));
  const key = (l) => [l.stands ? 0 : 1, NEED[l.stage] ?? 3, GRAVE[l.level], -Date.parse(l.raised)];
  const all = known.map((r) => line(raisedOf(r), state.lives.get(r), r, now));
  return all.sort((a, b) => key(a).map((k, i) => k - key(b)[i]).find((d) => d !== 0) ?? a.reference.localeCompare(b.reference));
}

function skill() {
  const { right, wrong } = state.skill;
  const n = right + wrong;
  const p = right / n;
  const half = 1.64 * Math.sqrt((p * (1 - p)) / n);
  return { ...state.skill, missed: state.missed, ...(n ? { right_share: [p, Math.max(0, p - half), Math.min(1, p + half * 0.6)] } : {}) };
}

function view(who, now) {
  const staff = isStaff(who);
  return {
    as_of: iso(now), zone: ZONE, is_archive: state.archive !== null, algorithm: ALGORITHM, text: "Orma Agreement", warnings: lines(who, now), streams: staff ? streams(now).map((s) => s.line) : [], indicators: [],
    ...(staff ? { rates: { promised_per_stream_year: 2, achieved_per_stream_year: 2.7, stream_years: 3.1, streams: 15, expecting: 14 }, data: { receipt_assumed: 41, vague_time: 12, exercises: 7 } } : {}),
    skill: skill(), hand_overs: staff ? state.hand_overs.map(({ at, by, text }) => ({ at: iso(at), person: by.person, text })) : [], may: mayDo(who, ["raise", "missed", "hand-over"]),
  };
}

function warning(reference, who, now) {
  const [raised, life] = [raisedOf(reference), state.lives.get(reference)];
  if ((!raised && !life) || !mayKnow(who, life)) return null;
  const staff = isStaff(who);
  const of = (list) => (staff ? (raised?.[list] ?? []) : []);
  const fits = (deed, g) => {
    if (deed === "publish") return life.issued.by.person !== who.id && !raised?.only_parties && !life.issued.audiences.includes("public");
    return deed !== "acknowledge" || (told(life.issued, g.role) && !life.acknowledged.some((a) => a.by.person === who.id && a.by.role === g.role && a.by.of === g.of));
  };
  return {
    ...line(raised, life, reference, now), as_of: iso(now), kinds: raised?.kinds ?? [], alarms: of("alarms"), brought: of("brought"), evidence: of("evidence"), evidence_more: staff ? (raised?.evidence_more ?? 0) : 0,
    unclear: staff ? (raised?.unclear ?? 0) : 0, sources: of("sources"), ...(staff && raised?.one_source ? { one_source: raised.one_source } : {}), ...(raised ? { exposure: raised.exposure } : {}), flags: of("flags"),
    also: raised?.also ?? [], indications: [], ...(raised ? { calm_below_per_day: raised.calm_below_per_day } : {}), promised_per_stream_year: 2, achieved_per_stream_year: 2.7, right_share: skill().right_share, told: state.skill.right + state.skill.wrong,
    ahead: raised?.ahead ?? [], ...(life?.issued ? { issued: (({ by, at, changed, expires, ...rest }) => ({ ...rest, at: iso(at), changed: iso(changed), expires: iso(expires) }))(life.issued) } : {}),
    acknowledged_by: staff && life ? life.acknowledged.map(({ by, at }) => ({ role: by.role, of: by.of, at: iso(at) })) : [], ...(life?.outcome ? { outcome: life.outcome } : {}),
    ...(staff && life?.by_hand ? { by_hand: life.history[0].words } : {}), history: staff && life ? life.history.map(({ at, by, deed, words }) => ({ at: iso(at), person: by.person, role: by.role, deed, words })) : [],
    may: mayDo(who, AT[life?.stage ?? "raised"], fits), algorithm: ALGORITHM, head_seq: state.seq,
  };
}

/** What an address of the watch gives to somebody, with its tag; undefined: it is not the watch's. */
export function answer(path, q, who) {
  const [room, what, id] = path.replace(/^\/api\/v1\//, "").split("/").map(decodeURIComponent);
  if (room !== "watch") return undefined;
  const now = state.archive ?? Date.now();
  const tag = `"w-${state.seq}-${who?.id ?? ""}-${state.archive}"`;
  if (!what) return { tag, body: view(who, now) };
  if (what === "warnings") {
    const found = warning(id, who, now);
    return found ? { tag, body: found } : problem(404, "no-such", `there is no \`${id}\` here`);
  }
  const s = what === "stream" && isStaff(who) ? streams(now).find((x) => x.line.ground.name === q.get("ground") && x.line.what === q.get("what")) : undefined;
  return s ? { body: { ...s.line, ...s.more } } : problem(404, "no-such", "no stream counts that there");
}

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
const written = (text, field) => text?.trim() || wrong(field, "it is empty; it stands in the record");
function until(ms, at) {
  if (!(ms > at)) wrong("expires_ms", "that is over already; nothing is issued without an end to come");
  if (ms - at > 31 * DAY) wrong("expires_ms", "more than 31 days ahead; issue it for less and update it");
}

/** What each deed does to the life of a warning. */
const DEEDS = {
  check: (l) => void (l.stage = "checked"),
  issue: (l, d, by, at) => {
    written(d.why, "why");
    until(d.expires_ms, at);
    if (!d.audiences.length) wrong("audiences", "say to whom it is told");
    if (d.audiences.includes("public")) wrong("audiences", "the public is told by a publisher, once it has been issued (`publish`)");
    l.stage = "issued";
    l.issued = { by, at, changed: at, version: 1, level: d.level, audiences: d.audiences, instruction: d.instruction, expires: d.expires_ms };
  },
  suppress: (l, d) => void (written(d.why, "why"), (l.stage = "suppressed")),
  publish: (l, d, by, at) => {
    if (l.issued.by.person === by.person) refuse(409, "two-persons", `${by.person} issued it`);
    l.issued.audiences.push("public");
    l.issued.changed = at;
  },
  update: (l, d, by, at) => {
    written(d.why, "why");
    until(d.expires_ms, at);
    Object.assign(l.issued, { level: d.level, instruction: d.instruction, expires: d.expires_ms, changed: at, version: l.issued.version + 1 });
    l.acknowledged = [];
  },
  acknowledge: (l, d, by, at) => void l.acknowledged.push({ by, at }),
  escalate: (l, d) => void (written(d.to, "to"), written(d.why, "why")),
  "stand-down": (l, d) => {
    written(d.why, "why");
    if (d.came_ms && d.outcome !== "right") wrong("came_ms", "what did not come has no time");
    if (l.issued) state.skill[{ right: "right", false: "wrong", undetermined: "undetermined" }[d.outcome]] += 1;
    Object.assign(l, { stage: "stood-down", outcome: d.outcome });
  },
};

function aboutNone(d, by, at) {
  if (d.deed === "hand-over") {
    state.hand_overs.unshift({ at, by, text: written(d.text, "text") });
    return `hand-over-${state.hand_overs.length}`;
  }
  for (const name of ["ground", "what", "why"]) written(d[name], name);
  if (d.deed === "missed") return `missed-${(state.missed += 1)}`;
  const reference = `WRN-${iso(at + 2 * HOUR).slice(0, 10)}-by-hand-${(state.numbers += 1)}`;
  state.lives.set(reference, { stage: "raised", revision: 1, history: [{ at, by, deed: "raise", words: d.why }], issued: null, acknowledged: [], outcome: null, by_hand: { ground: d.ground, what: d.what, level: d.level, at } });
  return reference;
}

function aboutWarning(d, by, at, who, seen) {
  const raised = raisedOf(d.warning);
  const before = state.lives.get(d.warning);
  if ((!raised && !before) || !mayKnow(who, before)) refuse(404, "no-such", `there is no \`${d.warning}\` here`);
  const life = structuredClone(before ?? { stage: "raised", revision: 0, history: [], issued: null, acknowledged: [], outcome: null, by_hand: null });
  if (seen !== undefined && seen !== null && seen !== life.revision) {
    refuse(409, "changed", `${d.warning} has changed since you looked (revision ${life.revision}, you saw ${seen}): ${life.history.slice(seen).map((h) => `${h.deed} by ${h.by.person}`).join(", ")}`);
  }
  if (!AT[life.stage].includes(d.deed)) refuse(409, "not-now", `${d.warning} is ${life.stage}`);
  DEEDS[d.deed](life, d, by, at);
  life.revision += 1;
  life.history.push({ at, by, deed: d.deed, words: d.why ?? d.text ?? "" });
  state.lives.set(d.warning, life);
  return d.warning;
}

const problem = (status, kind, detail, errors) => ({ status, body: { type: `urn:truceline:problem:${kind}`, title: kind, status, detail, ...(errors ? { errors } : {}) } });

/** Takes an act of somebody: a status and what to answer. */
export function act(who, sent) {
  if (!who) return problem(401, "signed-out", "sign in first");
  try {
    const { deed: d } = sent;
    const same = JSON.stringify([who.id, d]);
    const before = state.done.get(sent.key);
    if (before && before.same !== same) refuse(409, "key-taken", `another act has the key \`${sent.key}\`; nothing was changed`);
    if (before) return { status: 200, body: { ...before.body, already: true } };
    const roles = MAY[d?.deed] ?? wrong("deed", "there is no such deed");
    const grant = who.grants.find((g) => g.role === sent.role && g.of === sent.of);
    if (!grant || !roles.includes(grant.role)) refuse(403, "not-yours", `that is for ${roles.join(" or ")} to do, not for ${who.id} (${sent.role})`);
    const by = { person: who.id, role: grant.role, of: grant.of };
    const on = DEEDS[d.deed] ? aboutWarning(d, by, Date.now(), who, sent.seen) : aboutNone(d, by, Date.now());
    state.seq += 1;
    const body = { on, already: false, seq: state.seq };
    state.done.set(sent.key, { same, body });
    return { status: 201, body };
  } catch (error) {
    if (error instanceof Refusal) return problem(error.status, error.kind, error.message, error.errors);
    throw error;
  }
}
