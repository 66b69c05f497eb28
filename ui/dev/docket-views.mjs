// What the invented docket shows to somebody, in the shapes of the server's `docket/types.rs`.
import { CLAUSE_CHOICES, DECIDERS } from "./docket-clauses.mjs";
import { PARTIES, PROPOSED, ZONE } from "./docket-seed.mjs";
import { mayOf } from "./docket-rules.mjs";

const iso = (ms) => new Date(ms).toISOString();
const maybe = (name, value) => (value === null || value === undefined ? {} : { [name]: value });
const local = (ms, zone) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(ms);

export const counts = (f) => ["provisional", "confirmed", "under-appeal"].includes(f.signing.standing);

export function clockView(c, s, who, now) {
  const left = c.state === "running" ? c.due - now : (c.stopped_left ?? c.due - now);
  const state = c.state === "running" && left < 0 ? "expired" : c.state;
  return {
    reference: c.reference, case: c.case, purpose: c.purpose, started_by: c.started_by, from: iso(c.from), length: c.length, zone: c.zone,
    due: iso(c.due), due_local: local(c.due, c.zone), state, left_ms: Math.round(left), pauses: c.pauses, expiry: c.expiry, stood: c.stood,
    may: mayOf(who, "clock", { ...c, state }, s),
  };
}

const standsOf = (signing) => {
  const latest = new Map();
  for (const c of signing.comments) latest.set(`${c.body}/${c.component}`, c);
  return [...latest.values()].map((c) => ({ ...c, at: iso(c.at) }));
};
const signingView = (x) => ({
  standing: x.standing, drafted_by: x.drafted_by, drafted: iso(x.drafted), signed: x.signed.map((g) => ({ by: g.by, at: iso(g.at) })),
  stands: standsOf(x), ...maybe("confirmed", x.confirmed),
});
const findingView = (f, s, who) => ({
  reference: f.reference, case: f.case, text: f.text, signing: signingView(f.signing),
  appeals: f.appeals.map((a) => ({ by: a.by, at: iso(a.at), text: a.text, why: a.why, ...maybe("upheld", a.upheld) })), may: mayOf(who, "finding", f, s),
});
const attributionView = (a, s, who) => ({ reference: a.reference, finding: a.finding, text: a.text, signing: signingView(a.signing), may: mayOf(who, "attribution", a, s) });

const standingOf = (r) => {
  const last = r.said.at(-1);
  if (!last) return "due";
  return last.check === null ? "reported" : { passed: "verified", failed: "failed", undetermined: "undetermined" }[last.check];
};
export const isOpen = (r) => !["verified", "failed"].includes(standingOf(r));
const isOverdue = (r, now) => now > r.due && standingOf(r) !== "verified";
export function remedyView(r, s, who, now) {
  const { paired, said, due, ordered, ...rest } = r;
  return {
    ...rest, due: iso(due), ordered: iso(ordered), standing: standingOf(r), is_overdue: isOverdue(r, now), ...maybe("paired", paired),
    said: said.map(({ check, at, ...x }) => ({ ...x, at: iso(at), ...maybe("check", check) })), may: mayOf(who, "remedy", r, s),
  };
}

const lacks = (a) => [["text", a.text], ["against", a.against], ["time", a.from], ["place", a.place]].filter(([, is]) => !is).map(([name]) => name);
export function allegationView(a, s, who) {
  const of = s.findings.find((f) => f.case === a.case && counts(f));
  return {
    reference: a.reference, complainant: a.complainant, against: a.against, clauses: a.clauses, ...maybe("from", a.from && iso(a.from)),
    ...maybe("until", a.until && iso(a.until)), place: a.place, text: a.text, ...(a.material.length ? { material: a.material } : {}), channel: a.channel,
    received: iso(a.received), state: a.state, ...maybe("dismissed", a.dismissed), why: a.why, ...maybe("answer_due", a.answer_due && iso(a.answer_due)),
    answers: a.answers.map((x) => ({ ...x, at: iso(x.at) })), ...maybe("case", a.case), lacks: a.state === "received" ? lacks(a) : [], ...maybe("alike", a.alike),
    late: a.late, ...maybe("found", of?.text.outcome), may: mayOf(who, "allegation", a, s),
  };
}

const suspensionView = (x) => ({ cause: x.cause, of: x.of, since: iso(x.since), ...maybe("until", x.until && iso(x.until)), why: x.why });
export function caseLine(c, s, now) {
  const remedies = s.remedies.filter((r) => r.case === c.reference);
  const due = s.clocks.filter((k) => k.case === c.reference && k.state === "running").map((k) => k.due).sort((a, b) => a - b)[0];
  return {
    reference: c.reference, title: c.title, stage: c.stage, ...maybe("suspended", c.suspended && suspensionView(c.suspended)),
    ...maybe("taken", c.taken && { person: c.taken.person, until: iso(c.taken.until) }), compartments: c.compartments, clauses: c.clauses, incidents: c.incidents, allegations: c.allegations,
    opened: iso(c.opened), changed: iso(c.changed), revision: c.revision,
    findings: s.findings.filter((f) => f.case === c.reference && counts(f)).map((f) => ({ reference: f.reference, clause: f.text.clause, about: f.text.about, outcome: f.text.outcome, standing: f.signing.standing })),
    tasks_open: c.tasks.filter((t) => !t.end).length, remedies_open: remedies.filter(isOpen).length, remedies_overdue: remedies.filter((r) => isOverdue(r, now)).length,
    ...maybe("due", due && iso(due)),
  };
}

function matrix(c, clause) {
  const elements = CLAUSE_CHOICES.find((x) => x.clause.clause === clause.clause)?.elements ?? [];
  const proposed = PROPOSED[`${c.reference}|${clause.clause}`] ?? [];
  const judged = c.weights.filter((w) => w.clause.clause === clause.clause);
  const sources = [...new Set([...judged.map((w) => w.source), ...proposed.map((p) => p[1])])].sort();
  const cell = (element, source) => {
    const own = judged.findLast((w) => w.element === element && w.source === source);
    if (own) return { weight: own.weight, is_judged: true, is_torn: false, why: own.why, cites: own.cites };
    const found = proposed.find((p) => p[0] === element && p[1] === source);
    return { ...maybe("weight", found?.[2]), is_judged: false, is_torn: false, why: found?.[3] ?? "", cites: found?.[4] ?? [] };
  };
  const cells = elements.map((e) => sources.map((x) => cell(e, x)));
  return { clause, elements, sources, cells, gaps: elements.filter((_, i) => cells[i].every((x) => x.weight !== "supports")) };
}

export function caseView(c, s, who, now) {
  return {
    ...caseLine(c, s, now), suspensions: c.suspensions.map(suspensionView), recused: c.recused,
    alleged: c.allegations.map((r) => s.allegations.find((a) => a.reference === r)).filter(Boolean).map((a) => allegationView(a, s, who)),
    tasks: c.tasks.map(({ end, returned, due, ...t }) => ({ ...t, due: iso(due), ...maybe("end", end), ...maybe("returned", returned && iso(returned)) })),
    matrices: c.clauses.map((clause) => matrix(c, clause)), all_findings: s.findings.filter((f) => f.case === c.reference).map((f) => findingView(f, s, who)),
    attributions: s.attributions.filter((a) => a.case === c.reference).map((a) => attributionView(a, s, who)),
    remedies: s.remedies.filter((r) => r.case === c.reference).map((r) => remedyView(r, s, who, now)),
    clocks: s.clocks.filter((k) => k.case === c.reference).map((k) => clockView(k, s, who, now)),
    history: c.history.map(({ at, to, ...h }) => ({ ...h, at: iso(at), ...maybe("to", to) })), may: mayOf(who, "case", c, s),
    deciders: c.clauses.flatMap((clause) => DECIDERS.map((d) => ({ clause, ...d }))),
  };
}

function allegationCounts(all) {
  const n = (f) => all.filter(f).length;
  const open = (a) => a.state === "received";
  return { made: all.length, received: n(open), alike: n((a) => open(a) && a.alike), lacking: n((a) => open(a) && lacks(a).length), registered: n((a) => a.state === "registered"), dismissed: n((a) => a.state === "dismissed"), withdrawn: n((a) => a.state === "withdrawn") };
}

export function queue(s, who, now) {
  const lines = s.cases.map((c) => caseLine(c, s, now)).sort((a, b) => (a.stage === "closed") - (b.stage === "closed") || b.changed.localeCompare(a.changed));
  return {
    at: iso(now), zone: ZONE, cases: lines, allegations: allegationCounts(s.allegations),
    clocks: s.clocks.filter((k) => k.state !== "stopped").map((k) => clockView(k, s, who, now)).sort((a, b) => a.left_ms - b.left_ms),
    remedies: s.remedies.filter(isOpen).map((r) => remedyView(r, s, who, now)).sort((a, b) => a.due.localeCompare(b.due)), refused: 0, parties: PARTIES, clauses: CLAUSE_CHOICES,
    may: mayOf(who, "desk", null, s),
  };
}

export function allegationPage(s, who, q) {
  const text = q.get("q")?.toLowerCase();
  const items = s.allegations.filter((a) => (!q.get("state") || a.state === q.get("state")) && (!q.get("against") || a.against === q.get("against"))
    && (!text || `${a.reference} ${a.text} ${a.place}`.toLowerCase().includes(text))).reverse();
  const [from, limit] = [Number(q.get("from") ?? 0), Number(q.get("limit") ?? 100)];
  return { counts: allegationCounts(s.allegations), items: items.slice(from, from + limit).map((a) => allegationView(a, s, who)), total: items.length, ...(from + limit < items.length ? { next: from + limit } : {}) };
}

function share(of, all) {
  if (!all) return null;
  const [z, p] = [1.96, of / all];
  const middle = p + (z * z) / (2 * all);
  const half = z * Math.sqrt((p * (1 - p)) / all + (z * z) / (4 * all * all));
  const scale = 1 + (z * z) / all;
  return { of, all, low: of === 0 ? 0 : (middle - half) / scale, high: of === all ? 1 : (middle + half) / scale };
}

function ledger(all, s) {
  const found = (a) => s.findings.find((f) => f.case === a.case && counts(f))?.text.outcome;
  const taken = all.filter((a) => a.state === "registered");
  const [yes, no, open] = ["violation", "no-violation", "undetermined"].map((o) => taken.filter((a) => found(a) === o).length);
  return {
    made: all.length, waiting: all.filter((a) => a.state === "received").length, registered: taken.length,
    dismissed: ["incomplete", "out-of-mandate", "time-barred", "duplicate"].map((name) => ({ name, n: all.filter((a) => a.dismissed === name).length })),
    withdrawn: all.filter((a) => a.state === "withdrawn").length, substantiated: yes, unsubstantiated: no, undetermined: open,
    pending: taken.filter((a) => !found(a)).length, ...maybe("substantiation", share(yes, yes + no + open)),
  };
}

export function equalTreatment(s, now) {
  const sides = PARTIES.map(({ code, name }) => {
    const asked = s.allegations.filter((a) => a.against === code && (a.answers.length || (a.answer_due && a.answer_due < now)));
    const of = s.remedies.filter((r) => r.actor === code);
    const about = s.findings.filter((f) => f.text.about === code && counts(f));
    return {
      party: code, name, by: ledger(s.allegations.filter((a) => a.complainant === code), s), against: ledger(s.allegations.filter((a) => a.against === code), s),
      ...maybe("answered", share(asked.filter((a) => a.answers.length).length, asked.length)),
      findings: ["violation", "no-violation", "undetermined", "out-of-mandate"].map((o) => ({ name: o, n: about.filter((f) => f.text.outcome === o).length })),
      ...(about.length ? { finding_after_h: 76.5 } : {}), finding_after_of: about.length, steps: 4, steps_done: 3, refused: s.cases.flatMap((c) => c.tasks).filter((t) => t.end === "refused" && t.refused_by === code).length, ...maybe("access", share(3, 4)),
      remedies: of.length, remedies_verified: of.filter((r) => standingOf(r) === "verified").length, remedies_overdue: of.filter((r) => isOverdue(r, now)).length,
    };
  });
  return { at: iso(now), sides, coverage: "Coverage stated by acoustic-1, patrol-2 for 14 periods, 2 of them hindered. Outside these it is not known that nothing happened.", note: "Unlike figures do not show unlike treatment: the parties may have done unlike things, and complain unlike often. The figures say where to ask." };
}
