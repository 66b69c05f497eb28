// An invented watch over the river Orma: streams in every state, and a warning in every stage.
import * as world from "./world.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const DAYS = 28;
export const LONG_DAYS = 90;
const iso = (ms) => new Date(ms).toISOString();

function generator(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
function poisson(rnd, mean) {
  let [n, p] = [0, rnd()];
  for (const limit = Math.exp(-mean); p > limit; n += 1) p *= rnd();
  return n;
}

export const cell = (w, s) => ({ is: "cell", name: `${s.toFixed(2)}N ${w.toFixed(2)}E 0.25`, bounds: [w, s, w + 0.25, s + 0.25] });
const BUFFER = { is: "zone", name: "buffer" };
const ALL = { is: "everywhere", name: "everywhere" };
const KINDS = { fire: ["explosion", "burst", "shot", "projectile"], fly: ["flight"], weapons: ["weapon"] };
export const CLAUSES = { fire: ["2.1"], fly: ["2.2"], weapons: ["3.1"] };

/** Ground, what, usual a day, evidence, quiet, flags, what part is seen, days of the end with another level. */
const STREAMS = [
  [ALL, "fire", 21, 0.34, "not-said", [], 0.8, [30, 34, 41]],
  [cell(20.25, 51.5), "fire", 3.1, 1, "not-said", [], 0.7, [7, 9, 12, 10]],
  [cell(20.5, 51.5), "fire", 2.2, 0.62, "not-said", [], 0.55, [4, 6]],
  [cell(20.5, 51.25), "fire", 4.4, 0.86, "not-said", ["burst"], 0.9, [7, 8, 9]],
  [cell(20.75, 51.5), "fire", 1.2, 0.07, "not-said", [], 0.6, []],
  [cell(21, 51.5), "fire", 5.3, 0.01, "calm", [], 0.92, [2, 1, 1, 0, 1, 0, 1]],
  [cell(21.25, 51.25), "fire", 1.9, 0, "silent", ["held"], 0.3, [0, 0, 0, 0, 0, 0]],
  [cell(21.5, 51.5), "fire", 0.8, 0.02, "not-said", ["unobserved"], 0.4, "dark"],
  [cell(21.75, 51.5), "fire", null, 0, "not-said", ["warming-up"], 0.5, []],
  [BUFFER, "fly", 1.4, 0.28, "not-said", [], 0.75, [3, 4]],
  [cell(20.5, 51.5), "fly", 0.6, 0.11, "not-said", [], 0.5, []],
  [cell(21, 51.5), "fly", 0.9, 0.45, "not-said", [], 0.6, [2, 3]],
  [cell(21.5, 51.25), "fly", 0.4, 0, "not-said", ["unobserved"], 0.2, "dark"],
  [cell(20.25, 51.5), "weapons", 0.5, 0.03, "not-said", [], 0.35, []],
  [cell(21, 51.25), "weapons", 0.9, 0.52, "not-said", [], 0.45, [2, 3]],
];

export function today(now) {
  // Midnight in the mission's zone; good enough for an invented one.
  return Math.floor((now + 2 * HOUR) / DAY) * DAY - 2 * HOUR;
}

function days(seed, usual, part, end, now) {
  const rnd = generator(seed);
  const out = [];
  for (let i = 0; i < LONG_DAYS; i += 1) {
    const back = LONG_DAYS - 1 - i;
    const dark = end === "dark" ? back < 4 || (back > 12 && back < 16) : rnd() < 0.05;
    const late = Array.isArray(end) ? end[end.length - 1 - back] : undefined;
    const seen = dark ? 0 : Math.min(1, part * (0.8 + 0.4 * rnd()));
    const expected = usual === null || i < 10 ? null : (usual * seen) / part;
    const count = dark ? 0 : (late ?? poisson(rnd, (usual ?? 1) * (seen / part)));
    const high = expected === null || dark ? null : Math.ceil(expected + 2.1 * Math.sqrt(expected * 1.4)) + 1;
    out.push({ day: iso(today(now) - back * DAY), count, late: rnd() < 0.1 ? 1 : 0, happened: dark ? 0 : count + (back < 2 ? 0 : Number(rnd() < 0.15)), part: seen, unobserved: seen < 0.05, expected, high, ...(back < 3 && !dark ? { nowcast: [count, count + 1, count + 3] } : {}) });
  }
  return out;
}

export function ahead(usual, method = "pool") {
  if (usual === null) return [];
  return [1, 7, 30].map((n) => {
    const mean = usual * n;
    const spread = Math.sqrt(mean * (1 + n * 0.15));
    const q = [-1.64, -1.28, -0.67, 0, 0.67, 1.28, 1.64].map((z) => Math.max(0, Math.round(mean + z * spread)));
    return { days: n, method, mean, quantiles: q, none: Math.exp(-mean), escalation_from: Math.max(3, Math.ceil(mean * 2)), escalation: n === 1 ? 0.11 : n === 7 ? 0.07 : 0.03 };
  });
}

export function streams(now) {
  return STREAMS.map(([ground, what, usual, evidence, quiet, flags, part, end], i) => {
    const long = days(40 + i, usual, part, end, now);
    const last = long.slice(-DAYS);
    return {
      line: {
        ground, what, clauses: CLAUSES[what], ...(usual === null ? {} : { expected_per_day: usual }), quiet, flags, evidence, first_day: last[0].day,
        counts: last.map((d) => d.count), expected: last.map((d) => d.expected), high: last.map((d) => d.high), part: last.map((d) => d.part),
      },
      more: { kinds: KINDS[what], unperceived: what === "fire" ? ["projectile"] : [], days: long.map(({ expected, high, ...d }) => ({ ...d, ...(expected === null ? {} : { expected }), ...(high === null ? {} : { high }) })), ahead: ahead(usual, usual !== null && usual < 1 ? "level" : "pool") },
    };
  });
}

function evidence(n, at, kind) {
  return world.incidents.filter((i) => i.kind === kind).slice(40, 40 + n).map((i, k) => ({ incident: i.id, label: i.reference, start: iso(at - (n - k) * 3 * HOUR), known: iso(at - (n - k) * 3 * HOUR + 20 * 60_000), kind, log_evidence: 0.62 * 0.9 ** k }));
}

function raised(ground, what, at, more) {
  const name = `${ground.name} ${what}`.toLowerCase().replace(/[^a-z0-9.]+/g, "-");
  const counted = more.counted;
  return {
    reference: `WRN-${iso(at + 2 * HOUR).slice(0, 10)}-${name}`, level: "watch", why: [], ground, what, clauses: CLAUSES[what], kinds: KINDS[what], raised: at, since: at - 2 * DAY, last: at + HOUR,
    lapses: at + HOUR + 7 * DAY, only_parties: false, in_data: true, also: [], unclear: 1, exposure: 0.64, flags: [], one_source: null, calm_below_per_day: 4, evidence_more: 0,
    sources: [{ source: "acoustic-net", is_party: false, incidents: Math.ceil(counted * 0.7), alone: Math.ceil(counted * 0.3) }, { source: "post-3", is_party: false, incidents: Math.ceil(counted * 0.45), alone: 2 }, { source: "patrol-north", is_party: false, incidents: 3, alone: 0 }],
    alarms: [{ at: iso(at), cadence: "quarter", basis: "rise", step: iso(at - 5 * HOUR), count: 6, expected: 0.9, log_evidence: 8.6, log_threshold: 8 }, { at: iso(at + HOUR), cadence: "day", basis: "shock", step: iso(today(at)), count: 12, expected: 3.1, log_evidence: 7.9, log_threshold: 6.6 }],
    brought: [2.9, 2.1, 1.6, 1.2, 0.8].map((log_evidence, k) => ({ step: iso(today(at) - (k % 3) * DAY + k * 6 * HOUR), count: 7 - k, expected: 1.1, log_evidence })),
    evidence: evidence(Math.min(14, counted), at, what === "fly" ? "flight" : what === "weapons" ? "weapon" : "explosion"), ahead: ahead(3.4), ...more,
  };
}

const by = (person, role, of = "") => ({ person, role, of });
const W2 = by("v.2", "watch-officer");

function life(stage, lines, more = {}) {
  return { stage, revision: lines.length, history: lines, issued: null, acknowledged: [], outcome: null, by_hand: null, ...more };
}
const line = (at, who, deed, words = "") => ({ at, by: who, deed, words });

/** Warnings as the data bear them out, and what people have done about them. */
export function seed(now) {
  const h = (n) => now - n * HOUR;
  const all = [
    raised(cell(20.25, 51.5), "fire", h(3), { counted: 38, expected: 9.4, level: "warning", why: ["ratio", "together"], calm_below_per_day: 7,
      also: [{ ground: cell(20.5, 51.5), what: "fire", at: iso(h(2)), counted: 14, expected: 5.1 }, { ground: cell(20.5, 51.25), what: "fire", at: iso(h(1)), counted: 24, expected: 11.2 }, { ground: BUFFER, what: "fly", at: iso(h(1)), counted: 7, expected: 2.6 }] }),
    raised(cell(20.5, 51.25), "fire", h(20), { counted: 24, expected: 11.2, level: "advisory", why: ["only-parties", "burst"], only_parties: true, flags: ["burst"], exposure: 0.31,
      sources: [{ source: "liaison-karsk", is_party: true, incidents: 19, alone: 17 }, { source: "liaison-velia", is_party: true, incidents: 7, alone: 5 }] }),
    raised(cell(21, 51.25), "weapons", h(31), { counted: 8, expected: 2.4, level: "advisory", why: ["ratio", "one-source", "poor-exposure"], one_source: "open-sources", exposure: 0.08, last: h(31), lapses: h(31) + 7 * DAY,
      sources: [{ source: "open-sources", is_party: false, incidents: 8, alone: 7 }, { source: "post-3", is_party: false, incidents: 1, alone: 0 }] }),
    raised(BUFFER, "fly", h(52), { counted: 11, expected: 4.1, level: "watch" }),
    raised(cell(21.25, 51.25), "fire", h(24 * 9), { counted: 9, expected: 3.6, level: "watch", in_data: true }),
    raised(cell(21, 51.5), "fire", h(24 * 15), { counted: 21, expected: 6.2, level: "warning", why: ["ratio"] }),
  ];
  const flying = all[3];
  const issued = { by: W2, at: h(48), changed: h(48), version: 1, level: "watch", audiences: ["staff", "parties", "guarantors"], instruction: "Announce every flight over the buffer by the hotline, an hour ahead. Keep crews away from the road between Mirna and Oravets after dark.", expires: now + 5 * DAY };
  const lives = new Map([
    [all[2].reference, life("checked", [line(h(30), W2, "check", "Post 3 is asked; open sources read again.")])],
    [flying.reference, life("issued", [line(h(50), W2, "check", "Two posts saw them; no flight was announced."), line(h(48), W2, "issue", "Three flights a day where one is usual, by two kinds of source."), line(h(40), by("l.ka", "liaison", "KA"), "acknowledge")], { issued, acknowledged: [{ by: by("l.ka", "liaison", "KA"), at: h(40) }] })],
    [all[4].reference, life("suppressed", [line(h(24 * 9 - 1), W2, "suppress", "Demining, announced to the mission and not marked in the reports.")])],
    [all[5].reference, life("stood-down", [line(h(24 * 15 - 1), W2, "check"), line(h(24 * 15 - 2), W2, "issue", "Shelling rises at Oravets."), line(h(24 * 10), by("v.1", "verification-officer"), "stand-down", "CASE-2026-0001 found shelling on three days.")], { issued: { ...issued, at: h(24 * 15 - 2), changed: h(24 * 15 - 2), expires: h(24 * 8), level: "warning", instruction: "Stay away from the brickworks." }, outcome: "right" })],
    ["WRN-by-hand", life("raised", [line(h(6), by("v.1", "verification-officer"), "raise", "Both liaison officers ask whether the pumping station is safe to visit; a column of trucks was seen at the quarry.")], { by_hand: { ground: "Dolna Velia", what: "weapons", level: "advisory", at: h(6) } })],
    ["WRN-gone", life("issued", [line(h(70), W2, "issue", "Flights double.")], { issued: { ...issued, at: h(70), changed: h(70), level: "advisory", audiences: ["staff"], instruction: "", expires: now + DAY }, facts: { ground: "lake", what: "fly", level: "advisory", raised: h(72), since: h(90), counted: 6, expected: 2.2 } })],
  ]);
  const day = (ms) => iso(ms + 2 * HOUR).slice(0, 10);
  for (const [old, fresh] of [["WRN-by-hand", `WRN-${day(h(6))}-by-hand-1`], ["WRN-gone", `WRN-${day(h(72))}-lake-fly`]]) {
    lives.set(fresh, lives.get(old));
    lives.delete(old);
  }
  return {
    all, lives, archive: null, seq: 5000, numbers: 1, done: new Map(), missed: 1,
    hand_overs: [{ at: h(8), by: W2, text: "Quiet night at the lake. Post 3 had no power from 02:00 to 04:10: nothing from there counts as seen.\nThe flights over the buffer are issued; Velia has not acknowledged." }, { at: h(20), by: by("w.1", "watch-officer"), text: "Demining at Dolna Velia goes on until Friday." }],
    skill: { looked_at: 19, issued: 14, suppressed: 3, right: 8, wrong: 2, undetermined: 2, open: 1, suppressed_right: 1, lead_h: 21.5, leads: 6 },
  };
}
