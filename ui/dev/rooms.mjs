// The invented file of the guarantees and notice board behind the mock: acts that have a form change it, by the server's rules in short.
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const ZONE = "Europe/Kyiv";
const [DRAFT, POINTS] = [{ text: "Orma draft framework", clause: "1" }, { text: "Twenty points", clause: "5.1" }];
const evidence = (reference, bearing, says, standing, counts) => ({ reference, bearing, says, confidence: "moderate", standing, text: DRAFT.text, counts });
const element = (word, state, more = {}) => ({
  word, name: word, state, on_record: "undetermined", reasons: ["three explosions across the line are on record, on two days"], missing: state === "undetermined" ? [["measure", "the text does not say what meets it"]] : [],
  evidence: [], against: [], measure_by: "", measure: [], gauged: [], ...more,
});
const reading = (of_the_text, zero_words, zero_ms, hours, now, restarts = false) => {
  const due_ms = zero_ms === null ? null : zero_ms + hours * HOUR;
  const state = zero_ms === null ? "not_started" : due_ms > now ? "running" : "expired";
  return { of_the_text, zero_words, restarts, zero_ms, due_ms, state, met_ms: null, left_ms: due_ms === null ? null : due_ms - now };
};
const table = (clause, actor, outcome, more) => ({ clause, actor, outcome, word: "", since_ms: null, reasons: [], missing: [], records: [], ...more });

let start;
let state;
export function reset() {
  start = Date.now();
  state = { seq: 1, done: new Map(), consultations: consultations(), notices: notices(), windows: windows(), register: register(), calls: calls() };
}

function cases(now) {
  const base = { status: "in force", zone: ZONE, entry_into_force_ms: start - 90 * DAY, guarantors: ["GU", "GB"], beneficiary: "VE", against: ["KA"], missing: [] };
  return [
    {
      ...DRAFT, title: "Guarantee against armed attack", ...base,
      elements: [
        element("armed attack", "undetermined", { measure_by: "a body", measure: ["found by commission"], missing: [["finding", "a finding of the commission"]] }),
        element("deliberate", "undetermined", {
          measure_by: "the text", measure: ["an attribution's intent"], evidence: [evidence("ATT-2026-0003", "leaves it open", "the launch site is not established", "provisional", false)],
          against: [evidence("FND-2026-0007", "against", "a fuse fault is as likely as intent", "proposed", false)],
          gauged: [{ reference: "GAU-2026-0001", by: "GU", measure: ["on 3 days out of 5"], set_ms: start - 3 * DAY, why: "For us it has to last.", state: "not met", reasons: ["on 2 days out of 5"], missing: [] }],
        }),
        element("across", "met", { on_record: "met", measure_by: "the language", measure: ["across the line that the text names"], evidence: [evidence("FND-2026-0004", "for", "three shells landed 2 km beyond the line", "confirmed", true)] }),
      ],
      first_shot: "undetermined", first_shot_reasons: ["the intervals of the two earliest shots overlap"], first_shot_missing: ["the clock of source S-14"],
      shots: [
        { observation: "obs-1", source: "S-11", kind: "explosion", actor: "KA", stated_ms: [start - 5 * DAY, start - 5 * DAY + MIN], corrected_ms: [start - 5 * DAY - 20_000, start - 5 * DAY + MIN + 20_000], to_the_one_before: "" },
        { observation: "obs-2", source: "S-14", kind: "explosion", actor: null, stated_ms: [start - 5 * DAY, start - 5 * DAY + 2 * MIN], corrected_ms: null, to_the_one_before: "a clock was not measured" },
      ],
      shots_in_all: 3, unmeasured: ["S-14"],
      losses: [{ clause: "1.4", of: ["the guarantee"], becomes: "void", whom: ["VE"], of_the_guarantee: true, state: "not triggered", since_ms: null, earliest_ms: null, reasons: ["no decision is on record"], missing: [], steps: [], on_silence: "the guarantee stands" }],
    },
    {
      ...POINTS, title: "Twenty points, guarantee", ...base, guarantors: ["GU"], elements: [element("fire", "met", { on_record: "met", measure_by: "the language", measure: ["fire of any weapon"] }), element("across", "not met", { on_record: "not met", reasons: ["the nearest fell 300 m short of this text's line"] })],
      first_shot: "undetermined", first_shot_reasons: ["whose the second shot was is unknown"], first_shot_missing: [], shots: [], shots_in_all: 3, unmeasured: [], losses: [],
    },
  ];
}

function ladders(now) {
  const tier = (within, what, when, zero, hours) => ({
    within, when, condition: "undetermined", what,
    clock: { name: what, zone: ZONE, zeros: [{ what: "the first violation happened", at_ms: start - 40 * HOUR, of_the_text: true }, { what: "it was recorded", at_ms: start - 36 * HOUR, of_the_text: false }],
      readings: [reading(true, "the first violation", zero, hours, now), reading(false, "its record", start - 36 * HOUR, hours, now, true)], notes: [] },
  });
  return [{ ...DRAFT, bound: ["GU", "GB"], verb: "respond", zero: "the first violation", restarts: null, menu: ["statement", "sanctions", "monitors"], procedure: "each by its own law", missing: [],
    tiers: [tier("24 h", "a statement", "", start - 40 * HOUR, 24), tier("72 h", "measures from the menu", "the violation goes on", start - 40 * HOUR, 72)] }];
}

const by = (who, text, ago) => ({ who, person: null, at_ms: start - ago, text });
function consultations() {
  return [{
    reference: "CNS-2026-0001", ...DRAFT, question: "Is what happened on the two days an armed attack?", cites: ["FND-2026-0004"], requested_by: "VE", requested_ms: start - 30 * HOUR, due_ms: start + 18 * HOUR, stage: "consulting", revision: 4,
    participants: [["GU", "present"], ["GB", "absent"]], positions: [by("GU", "We wait for the commission's finding.", 20 * HOUR)],
    decisions: [{ reference: "DEC-2026-0001", by: "JMC", rule: "consensus", text: "Ask the commission to examine the fragments.", condition: "", put_ms: start - 10 * HOUR, standing: "put",
      ballot: { votes: [["GU", "yes", ""], ["GB", "abstains", "no instructions yet"]], count: [1, 0, 1], outcome: null, counted: "", recorded_ms: null, why: "" }, confirming: null }],
    silences: [{ reference: "SIL-2026-0001", decision: "DEC-2026-0001", from_ms: start - 10 * HOUR, until_ms: start + 14 * HOUR, state: "running", objections: [] }],
    measures: [{ reference: "MSR-2026-0001", decision: "DEC-2026-0001", who: "GU", menu: "statement", what: "A statement of concern.", tier: 1, by_ms: start - HOUR, progress: "announced", late: true, notes: [["announced", by("GU", "Drafted.", 4 * HOUR), []]] }],
    nationals: [{ reference: "NAT-2026-0001", of: "GU", procedure: "parliament", steps: [["begun", by("GU", "Papers sent.", 8 * HOUR), start + 3 * DAY]] }],
    history: [{ at_ms: start - 30 * HOUR, who: "VE", person: "l.ve", deed: "request", on: "CNS-2026-0001" }], ended: null,
  }];
}

function numbers() {
  const record = { id: "rec-12", kind: "declaration", at_ms: start - 6 * DAY, until_ms: null, says: "KA declares 118 guns", odd: [] };
  return [{
    text: DRAFT.text, limits: [{ ...table("4.1", "KA", "undetermined", { reasons: ["declared 118, estimated 131 ± 15"], missing: ["an inspection"], records: [record] }), counted: "guns", amount: "at most 120", holds_while: "", figures: [{ basis: "declared", figure: 118, margin: null }, { basis: "estimated", figure: 131, margin: 15 }], read_as: [{ way: "as declared", kept: "met" }] }],
    visits: [{ ...table("4.3", "VE", "kept", {}), counted: 3, serials_missing: [["G-17", start - 8 * DAY]] }], access: [], notices: [], odd: [], left_out: 0,
    shares: [{ ...table("6.2", "KA", "undetermined", { missing: ["the readings of two days"] }), period: "week 47", period_ms: [start - 9 * DAY, start - 2 * DAY], flow: null, in_part: true, unit: "MWh", estimated: 2, parts: [{ actor: "KA", percent: 40, entitlement: null, delivered: 210, ceded: null, imbalance: null }] }],
  }];
}

const rows = (all) => all.map((c) => `${c.text} ${c.clause}`);
function file(who, now) {
  const [all, steps] = [cases(now), ladders(now)];
  const names = [...new Set(all.flatMap((c) => c.elements.map((e) => e.word)))];
  const cell = (c, name) => { const e = c.elements.find((x) => x.word === name); return { state: e?.state ?? null, words: e?.state ?? "not in this text" }; };
  const audience = staff(who) ? "internal" : who.grants.some((g) => g.role === "guarantor") ? "guarantors" : "parties";
  const doors = audience !== "parties";
  return {
    algorithm: "guarantee 1", as_known_at_ms: now, audience, never: "Each element is told apart. What they come to together, and what follows, people decide.",
    elements: { texts: rows(all), rows: names.map((name) => ({ name, cells: all.map((c) => cell(c, name)) })) },
    clocks: { texts: rows(steps), rows: steps[0].tiers.map((x) => ({ name: x.what, cells: [{ state: null, words: `${x.clock.readings[0].state} from ${x.clock.readings[0].zero_words}` }] })) },
    cases: all.map((c) => (doors ? c : { ...c, shots: [], unmeasured: [] })), ladders: steps, numbers: numbers(),
    consultations: state.consultations.map((c) => ({ ...c, positions: doors ? c.positions : [], nationals: doors ? c.nationals : [], silences: doors ? c.silences.map((s) => ({ ...s, left_ms: s.until_ms - now })) : [], history: audience === "internal" ? c.history : [] })),
  };
}

const row = (to, level, s, ago) => ({ id: `${to}/${level}`, to, level, channel: s === "no-channel" ? "" : "hotline", state: s, sent_ms: ago === null ? null : start - ago, objection: s === "objected" ? "Our sappers work on that road on the same day." : null });
function notices() {
  const base = { giver: "", version: 1, pending: null, act: "", height: { datum: "surface" }, content: {}, under: null, lacks: [], history: [] };
  const line = [{ at_ms: start - 5 * HOUR, by: "w.1 (watch-officer)", deed: "draft", words: "" }];
  return [
    { ...base, reference: "NTC-2026-0004", revision: 6, kind: "repair", giver: "Orma Water Trust", state: "under-way", what: "Repair of the pumping line at station 4", ground: { shape: "point", at: [21.0342, 51.5121], radius_m: 300, doubt_m: 20 }, from_ms: start - HOUR, until_ms: start + 4 * HOUR, under: "WIN-2026-0002", ledger: [row("KA", "HQ", "read-back", 5 * HOUR), row("KA", "unit", "sent", 4 * HOUR), row("VE", "HQ", "read-back", 5 * HOUR), row("VE", "unit", "objected", 4 * HOUR)], history: line },
    { ...base, reference: "NTC-2026-0005", revision: 2, kind: "flight", state: "released-by-one", pending: 1, what: "Survey flight over the Mirna bridge", ground: { shape: "route", path: [[21.01, 51.5], [21.06, 51.52], [21.1, 51.51]], width_m: 400, speed_kmh: 60, late_ms: null, doubt_m: null }, height: { datum: "above-sea", low_m: 300, high_m: 400 }, from_ms: start + 3 * HOUR, until_ms: start + 5 * HOUR, ledger: [row("KA", "HQ", "waiting", null), row("VE", "HQ", "no-channel", null)], lacks: ["a channel to VE/HQ"], history: line },
    { ...base, reference: "NTC-2026-0006", revision: 3, kind: "convoy", giver: "VE", state: "released", what: "Aid convoy to Sel", ground: { shape: "area", edge: [[21.3, 51.6], [21.35, 51.6], [21.35, 51.65]], doubt_m: 500 }, from_ms: start + DAY, until_ms: start + DAY + 3 * HOUR, ledger: [row("KA", "HQ", "delivered", HOUR)] },
    { ...base, reference: "NTC-2026-0001", revision: 4, kind: "movement", giver: "KA", state: "expired", what: "Two lorries to the depot", ground: { shape: "undetermined" }, height: { datum: "not-stated" }, from_ms: start - 3 * DAY, until_ms: start - 2 * DAY, ledger: [row("VE", "HQ", "expired", 3 * DAY)] },
    { ...base, reference: "NTC-2026-0007", revision: 3, kind: "movement", giver: "KA", state: "released", what: "Rotation of the posts along R2", ground: { shape: "route", path: [[20.8, 51.84], [21.06, 51.71], [21.24, 51.7], [21.2, 51.58]], width_m: 1500, speed_kmh: 25, late_ms: 2 * HOUR, doubt_m: 800 }, from_ms: start + 2 * HOUR, until_ms: start + 6 * HOUR, ledger: [row("VE", "HQ", "read-back", HOUR)] },
    { ...base, reference: "NTC-2026-0008", revision: 2, kind: "exercise", giver: "VE", state: "released", what: "Artillery exercise at the lake", ground: { shape: "area", edge: [[21.5, 51.45], [21.68, 51.43], [21.7, 51.52], [21.6, 51.49], [21.52, 51.54]], doubt_m: 1200 }, from_ms: start + 8 * HOUR, until_ms: null, ledger: [row("KA", "HQ", "sent", HOUR)] },
    { ...base, reference: "NTC-2026-0009", revision: 1, kind: "protest", giver: "KA", state: "released", what: "Against the fire at the brickworks", ground: { shape: "undetermined" }, height: { datum: "not-stated" }, from_ms: null, until_ms: null, ledger: [row("VE", "HQ", "sent", HOUR)] },
    { ...base, reference: "NTC-2026-0002", revision: 5, kind: "demining-blast", state: "withdrawn", what: "Blast at the old ferry", ground: { shape: "point", at: [20.92, 51.48], radius_m: 1500, doubt_m: 100 }, from_ms: start + 3 * HOUR, until_ms: start + 4 * HOUR, ledger: [row("VE", "HQ", "withdrawn", DAY)] },
  ];
}
const check = (of, answer, words, more = {}) => ({ of, at_ms: start, answer, meetings: [], meetings_all: more.meetings?.length ?? 0, missing: [], compared: [{ with: "notice", count: 2 }, { with: "zone", count: null }], words: [...words, "compared with: notice: 2, zone: none were given, so nothing is known of them"], margins: { movement_m: 500, flight_m: 1000, repair_m: 500, exercise_m: 2000, blast_m: 1500, convoy_m: 500, window_m: 500, protected_m: 500, activity_m: 2000, up_m: 150, around_ms: 900000, activity_ms: 21600000, unstated_doubt_m: 1000 }, algorithm: "deconflict 1", ...more });
const meeting = (w, id, title, answer, apart_m, missing) => ({ with: w, id, title, answer, apart_m, needs_m: 1500, from_ms: start + 3 * HOUR - 15 * MIN, until_ms: start + 4 * HOUR + 15 * MIN, later_ms: null, earlier_ms: null, reasons: answer === "conflict" ? ["they meet in space, in time and in height, margins included"] : [], missing });
const checks = () => [
  check("NTC-2026-0004", "conflict", ["meets 1 thing"], { meetings: [meeting("notice", "NTC-2026-0005", "flight: survey flight over the Mirna bridge", "conflict", 820, [])] }),
  check("NTC-2026-0005", "undetermined", ["what would decide it is missing"], { meetings: [meeting("protected", "PRO-2026-0001", "medical: clinic of Sel", "undetermined", null, ["the height of the ground below the flight"])] }),
  check("NTC-2026-0006", "clear-of-what-is-known", ["meets nothing of what was given to the check; it says no more than that"]),
];
const asked = () => ({ "NTC-2026-0004": [{ clause: "7.2", state: "defective", latest_ms: start - 25 * HOUR, sent_ms: start - 5 * HOUR, fields_lacking: ["vehicles"], not_told: [], broken_at: "unit", missing: [], words: ["sent, and the clause asks for read-back at the unit"] }] });
function windows() {
  const hour = (ms, timeZone = ZONE) => new Date(ms).toLocaleString("sv-SE", { timeZone }).slice(0, 16).replace(" ", "T");
  const base = { revision: 3, asked_for: "Orma Water Trust", ground: { shape: "point", at: [21.0342, 51.5121], radius_m: 2000, doubt_m: 20 }, hours: [{ zone: ZONE, from: hour(start - HOUR), until: hour(start + 4 * HOUR), by: "" }], hours_agree: true, from_ms: start - HOUR, until_ms: start + 4 * HOUR, without: ["explosion", "shot", "drone strike"], posts: 2, posted: ["post 3", "post 5"], monitors: ["post 3", "post 5"], opened_ms: null, stands_until_ms: null, ends_by: [], broken_by: [], work: null, outcome: null, lacks: [], history: [] };
  const promise = (party, s, until_ms = null, words = null) => ({ party, state: s, until_ms, words });
  return [
    { ...base, reference: "WIN-2026-0002", purpose: "Repair of the pumping line", state: "open", promises: [promise("KA", "given", start + 3 * HOUR, "No fire from our side."), promise("VE", "given", start + 4 * HOUR, "Agreed until the crew leaves.")], stands_until_ms: start + 3 * HOUR, ends_by: ["the promise of KA"], opened_ms: start - HOUR },
    { ...base, reference: "WIN-2026-0003", purpose: "Recovery of the dead at the brickworks", state: "promises-pending", promises: [promise("KA", "given", start + DAY), promise("VE", "asked")], posts: 0, posted: [], ground: { shape: "area", edge: [[20.86, 51.58], [20.99, 51.59], [20.98, 51.66], [20.87, 51.65]], doubt_m: 600 },
      hours: [{ zone: ZONE, from: hour(start - HOUR), until: hour(start + 4 * HOUR), by: "VE" }, { zone: "Europe/Moscow", from: hour(start - 2 * HOUR, "Europe/Moscow"), until: hour(start + 3 * HOUR, "Europe/Moscow"), by: "KA" }], hours_agree: false, until_ms: start + 3 * HOUR, lacks: ["the promise of VE", "monitors in place"] },
    { ...base, reference: "WIN-2026-0001", purpose: "Repair of the power line", state: "lapsed", opened_ms: start - 2 * HOUR, promises: [promise("KA", "expired", start - HOUR), promise("VE", "given", start + HOUR)], posts: 1, posted: ["post 3"], lacks: ["the promise of KA"] },
  ];
}
const register = () => [
  { reference: "PRO-2026-0001", revision: 3, category: "medical", state: "current", told: "exact", name: "Clinic of Sel", coarse: { shape: "area", edge: [[21.3, 51.6], [21.4, 51.6], [21.4, 51.7]], doubt_m: null }, site: { at: [21.34, 51.63], radius_m: 80, doubt_m: 15 }, expires_ms: start + 60 * DAY, disclosed: { KA: "coarse", VE: "exact" }, gazetteer_m: 40, history: [] },
  { reference: "PRO-2026-0002", revision: 1, category: "school", state: "coordinates-differ", told: "exact", name: "School of Oravets", coarse: { shape: "undetermined" }, site: null, expires_ms: start - DAY, disclosed: {}, gazetteer_m: 900, history: [] },
  { reference: "PRO-2026-0003", revision: 2, category: "water", state: "expired", told: "exact", name: "Waterworks of Oravets", coarse: { shape: "area", edge: [[21.02, 51.75], [21.12, 51.75], [21.12, 51.8], [21.02, 51.8]], doubt_m: 500 }, site: { at: [21.08, 51.77], radius_m: 150, doubt_m: null }, expires_ms: start - 2 * DAY, disclosed: { KA: "category-only", VE: "category-only", "Orma Water Trust": "coarse" }, gazetteer_m: 60, history: [] },
];
/** The register as somebody was told of it. */
const registerFor = (who) => state.register.flatMap((e) => {
  const told = staff(who) ? "exact" : who.grants.map((g) => e.disclosed[g.of]).find(Boolean);
  if (!told || told === "exact") return told ? [e] : [];
  return [{ ...e, revision: 0, told, name: null, coarse: told === "coarse" ? e.coarse : null, site: null, disclosed: {}, gazetteer_m: null, history: [] }];
});
const calls = () => [
  { reference: "CALL-2026-0009", revision: 2, drill: false, from: "KA", to: "VE", called_ms: start - 3 * HOUR, state: "relayed", text: "Who fires at the brickworks?", relayed: 1, history: [] },
  { reference: "DRILL-2026-0002", revision: 1, drill: true, from: "VE", to: "KA", called_ms: start - DAY, state: "missed", text: "Exercise, exercise.", relayed: 0, history: [] },
];

const STAFF = ["observer", "watch-officer", "verification-officer", "analyst", "member", "chair", "publisher", "custodian", "auditor", "administrator"];
const staff = (who) => who === null || who.grants.some((g) => STAFF.includes(g.role));
const [VOICES, GIVERS, PARTIES] = [["guarantor", "liaison", "member", "chair"], ["liaison", "planner", "watch-officer", "verification-officer"], ["liaison", "watch-officer"]];
const MAY = {
  guarantee: { request: VOICES, position: VOICES, vote: ["guarantor", "member", "chair"], close: [...VOICES, "watch-officer"] },
  board: {
    ...Object.fromEntries(["draft", "amend", "release", "withdraw", "request", "call-off", "enter", "correct", "renew", "remove"].map((d) => [d, GIVERS])),
    ...Object.fromEntries(["sent", "delivered", "read-back", "object", "channel"].map((d) => [d, ["liaison", "planner", "watch-officer"]])),
    ...Object.fromEntries(["promise", "refuse", "take-back"].map((d) => [d, PARTIES])),
    ...Object.fromEntries(["ask", "post", "open", "suspend", "resume", "log", "missed", "relay", "repeat", "close"].map((d) => [d, ["watch-officer"]])),
    ...Object.fromEntries(["break", "complete", "evaluate", "look-up", "second", "disclose"].map((d) => [d, ["watch-officer", "verification-officer"]])),
  },
};
const may = (room, who) => Object.entries(MAY[room]).flatMap(([deed, roles]) => (who?.grants ?? []).filter((g) => roles.includes(g.role)).map((g) => ({ deed, role: g.role, of: g.of })));

/** What an address of the two rooms gives to somebody; undefined: it is not theirs. */
export function answer(path, _, who) {
  const now = Date.now();
  if (path === "/api/v1/guarantee") return { body: { zone: ZONE, file: file(who, now), may: may("guarantee", who) } };
  if (path !== "/api/v1/board" && path !== "/api/v1/board/windows") return undefined;
  const board = { at_ms: now, notices: state.notices, windows: state.windows.map((w) => ({ ...w, left_ms: w.stands_until_ms === null ? null : w.stands_until_ms - now })), register: registerFor(who), calls: state.calls.filter((c) => !c.drill), drills: state.calls.filter((c) => c.drill) };
  if (path === "/api/v1/board/windows") {
    const messages = state.notices.filter((n) => n.under && ["hotline-message", "protest"].includes(n.kind));
    return { body: { zone: ZONE, at_ms: now, person: who?.id ?? "", windows: board.windows, messages, may: may("board", who) } };
  }
  return { body: { zone: ZONE, board, checks: checks(), asked: asked(), may: may("board", who) } };
}

const find = (list, reference) => list.find((x) => x.reference === reference) ?? refuse(404, "no-such", `there is no \`${reference}\` here`);
const refuse = (status, kind, detail) => { throw Object.assign(new Error(detail), { status, kind }); };
const DEEDS = {
  guarantee: {
    request: (d, who) => { const c = { ...consultations()[0], reference: `CNS-2026-000${state.consultations.length + 1}`, ...d.clause, question: d.question, cites: d.cites, requested_by: who.of, requested_ms: Date.now(), stage: "requested", revision: 1, participants: [], positions: [], decisions: [], silences: [], measures: [], nationals: [], history: [] }; state.consultations.push(c); return c; },
    position: (d, who) => { const c = find(state.consultations, d.consultation); c.positions.push({ who: who.of || who.role, person: null, at_ms: Date.now(), text: d.text }); return c; },
    vote: (d, who) => { const c = state.consultations.find((x) => x.decisions.some((y) => y.reference === d.decision)); const { ballot } = c.decisions[0]; ballot.votes.push([who.of, d.vote, d.why]); ballot.count[["yes", "no", "abstains"].indexOf(d.vote)] += 1; return c; },
    close: (d, who) => { const c = find(state.consultations, d.consultation); c.stage = "closed"; c.ended = { who: who.of || who.role, person: null, at_ms: Date.now(), text: d.why }; return c; },
  },
  board: {
    draft: (d) => { const { addressees, ...text } = d.text; const n = { ...notices()[3], ...text, reference: `NTC-2026-00${state.notices.length + 10}`, revision: 0, state: "drafted", pending: 1, ledger: addressees.map((a) => ({ id: a.id, to: a.to, level: a.level, channel: a.channel, state: a.channel ? "waiting" : "no-channel", sent_ms: null, objection: null })), history: [] }; state.notices.unshift(n); return n; },
    release: (d) => { const n = find(state.notices, d.notice); if (n.state === "released-by-one") { n.state = "released"; n.pending = null; } else n.state = "released-by-one"; return n; },
    "read-back": (d) => { const n = find(state.notices, d.notice); n.ledger.find((r) => r.id === d.addressee).state = d.repeated.place_as_stated && d.repeated.from_ms === Math.floor(n.from_ms / MIN) * MIN ? "read-back" : "repeated-otherwise"; return n; },
    withdraw: (d) => Object.assign(find(state.notices, d.notice), { state: "withdrawn" }),
    request: (d) => { const w = { ...windows()[1], ...d.text, reference: `WIN-2026-000${state.windows.length + 1}`, revision: 0, state: "requested", promises: d.text.parties.map((party) => ({ party, state: "not-asked", until_ms: null, words: null })) }; state.windows.unshift(w); return w; },
    promise: (d) => { const w = find(state.windows, d.window); Object.assign(w.promises.find((p) => p.party === d.party), { state: "given", until_ms: d.until_ms, words: d.text }); if (w.promises.every((p) => p.state === "given")) w.state = "promised"; return w; },
    refuse: (d) => { const w = find(state.windows, d.window); Object.assign(w.promises.find((p) => p.party === d.party), { state: "refused", until_ms: null, words: d.why }); return w; },
    ...Object.fromEntries(Object.entries({ suspend: "suspended", resume: "open", break: "broken", complete: "completed", evaluate: "evaluated", "call-off": "called-off", open: "open" })
      .map(([deed, to]) => [deed, (d) => Object.assign(find(state.windows, d.window), { state: to, ...(deed === "break" ? { broken_by: d.observations, stands_until_ms: null } : {}), ...(deed === "open" ? { opened_ms: Date.now() } : {}) })])),
    ask: (d) => { const w = find(state.windows, d.window); w.promises.find((p) => p.party === d.party).state = "asked"; w.state = "promises-pending"; return w; },
    "take-back": (d) => { const w = find(state.windows, d.window); Object.assign(w.promises.find((p) => p.party === d.party), { state: "taken-back", words: d.why, until_ms: null }); if (w.state === "open") Object.assign(w, { state: "lapsed", stands_until_ms: null }); return w; },
    post: (d) => { const w = find(state.windows, d.window); w.posted = [...new Set([...w.posted, d.post])]; w.posts = w.posted.length; return w; },
    amend: (d) => Object.assign(find(state.notices, d.notice), { pending: d.after_version + 1 }),
    channel: (d) => { const n = find(state.notices, d.notice); Object.assign(n.ledger.find((r) => r.id === d.addressee), { channel: d.channel, state: "waiting" }); return n; },
    ...Object.fromEntries(Object.entries({ sent: "sent", delivered: "delivered", object: "objected" }).map(([deed, to]) => [deed, (d) => { const n = find(state.notices, d.notice); Object.assign(n.ledger.find((r) => r.id === d.addressee), { state: to, ...(deed === "object" ? { objection: d.why } : { sent_ms: Date.now() }) }); return n; }])),
    enter: (d) => { const { expires_ms, ...e } = d.text; const made = { reference: `PRO-2026-000${state.register.length + 1}`, revision: 0, state: "entered", told: "exact", disclosed: {}, gazetteer_m: null, history: [], ...e, expires_ms }; state.register.push(made); return made; },
    ...Object.fromEntries(Object.entries({ "look-up": "checked-once", second: "current", correct: "entered", remove: "removed" }).map(([deed, to]) => [deed, (d) => Object.assign(find(state.register, d.entry), { state: to, ...(deed === "correct" ? { site: d.site } : {}) })])),
    renew: (d) => Object.assign(find(state.register, d.entry), { expires_ms: d.expires_ms }),
    disclose: (d) => { const e = find(state.register, d.entry); e.disclosed[d.to] = d.level; return e; },
    missed: (d) => { const c = { ...d.call, reference: `CALL-2026-00${state.calls.length + 10}`, revision: 0, state: "missed", relayed: 0, history: [] }; state.calls.push(c); return c; },
    relay: (d) => { const c = find(state.calls, d.call); return Object.assign(c, { state: "relayed", relayed: c.relayed + 1 }); },
    repeat: (d) => Object.assign(find(state.calls, d.call), { state: d.as_stated ? "read-back" : "repeated-otherwise" }),
    close: (d) => Object.assign(find(state.calls, d.call), { state: "closed" }),
    log: (d) => { const c = { ...d.call, reference: `${d.call.drill ? "DRILL" : "CALL"}-2026-00${state.calls.length + 10}`, revision: 0, state: "logged", relayed: 0, history: [] }; state.calls.push(c); return c; },
  },
};
const problem = (status, kind, detail) => ({ status, body: { type: `urn:truceline:problem:${kind}`, title: kind, status, detail } });

/** Takes acts of one of the rooms: a status and what to answer. */
export const taking = (room) => ({
  act(who, sent) {
    if (!who) return problem(401, "signed-out", "sign in first");
    try {
      if (sent.person && sent.person !== who.id) refuse(403, "other-person", "it was done by somebody else than who is signed in");
      if (state.done.has(sent.key)) return { status: 200, body: { ...state.done.get(sent.key), already: true } };
      const { deed: d } = sent;
      const grant = may(room, who).find((m) => m.deed === d.deed && m.role === sent.role && m.of === sent.of) ?? refuse(403, "not-yours", "that is for others to do");
      const known = state[d.consultation ? "consultations" : d.notice ? "notices" : d.entry ? "register" : typeof d.call === "string" ? "calls" : "windows"].find((x) => x.reference === (d.consultation ?? d.notice ?? d.entry ?? d.call ?? d.window));
      if (known && sent.seen !== undefined && known.revision !== sent.seen) refuse(409, "changed", `it has changed since you looked (revision ${known.revision}, you saw ${sent.seen})`);
      const on = DEEDS[room][d.deed](d, grant);
      on.revision += 1;
      state.seq += 1;
      const body = { on: on.reference, already: false, seq: state.seq };
      state.done.set(sent.key, body);
      return { status: 201, body };
    } catch (error) {
      if (error.kind) return problem(error.status, error.kind, error.message);
      throw error;
    }
  },
});
reset();
