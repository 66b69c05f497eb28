// An invented world for development: the states Karsk and Velia, the river Orma between them. Same seed, same world.

export const ZONE = "Europe/Kyiv";
const START = Date.parse("2026-03-02T22:00:00Z");
const DAYS = 70;
const COUNT = 3000;
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
const rnd = generator(7);
const pick = (list) => list[Math.floor(rnd() * list.length)];
const weighted = (pairs) => {
  let at = rnd() * pairs.reduce((s, [, w]) => s + w, 0);
  for (const [value, w] of pairs) if ((at -= w) <= 0) return value;
  return pairs[0][0];
};

const river = Array.from({ length: 41 }, (_, i) => [20 + i * 0.055, 51.5 + 0.16 * Math.sin(i / 4) + 0.05 * Math.sin(i * 1.3)]);
const shift = (dy) => river.map(([x, y]) => [x, y + dy]);
const feature = (geometry, properties) => ({ type: "Feature", geometry, properties });
const collection = (features, properties) => ({ type: "FeatureCollection", features, ...(properties ? { properties } : {}) });

const TOWNS = [["Sel", 20.31, 51.63], ["Mirna", 20.72, 51.36], ["Oravets", 21.06, 51.71], ["Dolna Velia", 21.34, 51.32], ["Karsk", 20.62, 51.93], ["Orma", 21.75, 51.6], ["Lindmar", 21.95, 51.9], ["Velgrad", 21.2, 51.05]];
export const basemap = collection([
  feature({ type: "LineString", coordinates: river }, { class: "river", name: "Orma" }),
  feature({ type: "Polygon", coordinates: [[[21.6, 51.63], [21.72, 51.66], [21.83, 51.64], [21.86, 51.585], [21.74, 51.56], [21.63, 51.58], [21.6, 51.63]]] }, { class: "water", name: "Lake Orma" }),
  feature({ type: "LineString", coordinates: [[20.31, 51.63], [20.72, 51.36], [21.2, 51.05]] }, { class: "road", name: "R1" }),
  feature({ type: "LineString", coordinates: [[20.62, 51.93], [21.06, 51.71], [21.75, 51.6]] }, { class: "road", name: "R2" }),
  ...TOWNS.map(([name, x, y]) => feature({ type: "Point", coordinates: [x, y] }, { class: "town", name })),
]);

export const layers = [
  { id: "line:contact", name: "Line of Contact", kind: "line", tolerance_m: 200, derived: false, epochs: 2, version_digest: "9f2c" },
  { id: "zone:buffer", name: "buffer", kind: "zone", tolerance_m: null, derived: true, epochs: 2, version_digest: "9f2c" },
  { id: "line:september", name: "line of 19 September", kind: "line", tolerance_m: 500, derived: false, epochs: 1, version_digest: "77aa" },
];
export function layer(id, at) {
  const late = at && Date.parse(at) >= START + 30 * 864e5;
  if (at && Date.parse(at) < START - 864e5) return collection([]);
  const base = late ? 0.02 : 0;
  const props = (kind, name, approximate) => ({ name, kind, valid_from: iso(START), valid_to: null, approximate });
  if (id === "line:contact") return collection([feature({ type: "LineString", coordinates: shift(base + 0.01) }, props("line", "Line of Contact", false))]);
  if (id === "line:september") return collection([feature({ type: "LineString", coordinates: shift(-0.06) }, props("line", "line of 19 September", false))]);
  const ring = [...shift(base + 0.077), ...shift(base - 0.057).reverse()];
  return collection([feature({ type: "Polygon", coordinates: [[...ring, ring[0]]] }, props("zone", "buffer", true))]);
}

const CLAUSES = [
  { label: "2.1", article: "Article 2. Cessation of fire", kind: "prohibition", line: 14, source: "2.1  KA, VE shall not fire\n       anywhere; by air, land, sea\n       from D\n       [KA: unless in an exercise]", explanation: "Karsk and Velia shall not fire anywhere, from entry into force." },
  { label: "2.2", article: "Article 2. Cessation of fire", kind: "prohibition", line: 18, source: "2.2  KA, VE shall not fly in buffer\n       from D\n       unless notified under 6.1", explanation: "Karsk and Velia shall not fly in the buffer, from entry into force, unless notified." },
  { label: "3.1", article: "Article 3. Withdrawal", kind: "distance", line: 22, source: "3.1  KA, VE shall keep artillery of calibre >= 100 mm  at least 25 km from their reference\n       starting day D + 2, complete day D + 14", explanation: "Karsk and Velia shall keep artillery of 100 mm and above at least 25 km from the Line of Contact." },
  { label: "4.1", article: "Article 4. Forces", kind: "limit", line: 25, source: "  KA: VE shall hold at most 60 000 personnel", explanation: "Velia shall hold at most 60 000 personnel." },
];
const SOURCES = [["post-3", "jsonl"], ["camera-oravets", "jsonl"], ["patrol-north", "csv"], ["open-sources", "csv"]];
const KINDS = [["explosion", 9], ["burst", 6], ["projectile", 3], ["flight", 3], ["weapon", 2], ["shot", 2], ["artillery fire", 2]];
const OUTCOMES = [["breached", 5], ["undetermined", 3], ["excused", 1], ["kept", 2]];
const GRAVITY = ["not_applicable", "kept", "excused", "undetermined", "breached"];
export const gravest = (list) => list.reduce((a, b) => (GRAVITY.indexOf(b) > GRAVITY.indexOf(a) ? b : a), "not_applicable");
const PLACES = [[20.35, 51.6], [20.72, 51.42], [21.06, 51.6], [21.34, 51.4], [21.7, 51.52]];

function incident(i) {
  const kind = weighted(KINDS);
  const wave = 0.35 + 0.65 * Math.abs(Math.sin(i / 260));
  const start = START + Math.floor((i / COUNT) ** wave * DAYS * 864e5);
  const precision = weighted([["minute", 5], ["second", 2], ["hour", 2], ["day", 2]]);
  const size = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5 }[precision];
  const from = Math.floor(start / size) * size;
  const stated = rnd() > 0.3;
  const piled = i % 25 === 0;
  const [cx, cy] = piled ? [21.06, 51.71] : pick(PLACES);
  const placed = rnd() > 0.04;
  const about = weighted([["2.1", 5], ["2.2", 2], ["3.1", 2]]);
  const outcome = weighted(OUTCOMES);
  const outcomes = rnd() < 0.05 ? [] : [0, 1].flatMap((version) => [{ version, clause: about, outcome: version === 1 && outcome === "undetermined" ? "kept" : outcome }]);
  const n = 1 + (rnd() < 0.4 ? 1 + Math.floor(rnd() * 3) : 0);
  const count = 1 + Math.floor(rnd() * 40);
  return {
    id: `i${String(i).padStart(5, "0")}`,
    reference: `INC-${iso(from).slice(0, 10).replaceAll("-", "")}-${((i * 2654435761) >>> 8).toString(16).padStart(6, "0").slice(-6)}`,
    start: iso(from), end: iso(from + size), precision,
    lon: placed ? cx + (piled ? 0 : (rnd() - 0.5) * 0.35) : null,
    lat: placed ? cy + (piled ? 0 : (rnd() - 0.5) * 0.22) : null,
    radius_m: placed && stated ? pick([100, 250, 1000, 3000]) : null,
    precision_stated: placed && stated,
    coarse: false, kind, observations: n, sources: Math.min(n, 3),
    counts: rnd() < 0.7 ? [{ unit: `${kind}s`, text: `${rnd() < 0.3 ? "about " : ""}${count} ${kind}s` }] : [],
    outcomes, gravest: gravest(outcomes.filter((o) => o.version === 0).map((o) => o.outcome)),
    note: rnd() >= 0.6 ? "" : pick(["heard to the east of the post", "seen from the camera at the bridge", "близько села, за рікою", "two plumes <b>north</b> of the road & the dam"]),
    source: pick(SOURCES)[0], recorded: from + size + 6e5, seq: i + 12,
  };
}
export const incidents = Array.from({ length: COUNT }, (_, i) => incident(i)).sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
const last = incidents.at(-1);

export function counts(version, label, list = incidents) {
  const out = { breached: 0, undetermined: 0, excused: 0, kept: 0 };
  for (const i of list) for (const o of i.outcomes) if (o.version === version && o.clause === label) out[o.outcome] += 1;
  return out;
}
const TEXT_1 = "4.1  VE shall hold at most 60 000 personnel";
const TEXT_2 = "4.1  TA shall support VE in holding at least 80 000 personnel";
const standing = (version) => [
  { of: "VE", whom: { code: "VE", name: "Velia" }, period: null, outcome: version ? "undetermined" : "breached", state: version ? "" : "in excess", since: iso(START + 6 * 864e5), sentence: "", reasons: version ? [] : ["61 200 were declared on 9 March; at most 60 000 are allowed"], reasons_left_out: 0,
    missing: version ? [{ code: "support", count: 1, texts: ["a figure does not tell whether the support was given"] }, { code: "brand_new", count: 2, texts: ["a lack this app does not know", "another of it"] }] : [],
    figures: [{ name: "figure", of: "VE", text: "61 200 personnel" }], parts: [], clocks: [], entries: version ? [] : ["decl-7", "decl-9"] },
  { of: "VE, March", whom: { code: "VE", name: "Velia" }, period: { start: iso(START), end: iso(START + 31 * 864e5), zone: ZONE }, outcome: "kept", state: "", since: null, sentence: "", reasons: ["58 900 were counted"], reasons_left_out: 0, missing: [], figures: [], parts: [{ name: "as a cap", truth: "yes", reasons: [], missing: [] }],
    clocks: [{ name: "within", zone: ZONE, readings: [{ from: "first violation", restarts: true, started: iso(START), due: iso(START + 864e5), state: "met_late", met_at: iso(START + 2 * 864e5) }], on_expiry: "", notes: [] }], entries: ["count-1"] },
];
const clauses = (version, withStanding = true) => CLAUSES.map((c, index) => {
  const found = counts(version, c.label);
  const over = c.kind === "limit";
  return {
    ...c, ...(over && version ? { source: "  VE, TA: TA shall support VE in holding at least 80 000 personnel", line: 26, explanation: "Tarn shall support Velia in holding at least 80 000 personnel." } : {}),
    index, in_force_from: iso(START), until: null, paired: over ? ["3.1"] : [], replaces: null, within: over ? [{ bracket: 1, alternative: version }] : [],
    incident_counts: over ? null : found, counts: over ? null : Object.fromEntries(Object.entries(found).map(([k, v]) => [k, Math.round(v * 1.4)])),
    not_counted: over ? { code: "over_period", text: "it is judged over a period" } : null, standing: over && withStanding ? standing(version) : null, standing_left_out: 0,
  };
});
// Two readings of one text.
const READINGS = ["as Karsk proposes", "as Velia proposes"];
const VERSIONS = READINGS.map((reading, index) => ({
  index, label: `Lindmar · ${reading}`, name: "lindmar", title: "Agreement of Lindmar on the Cessation of Hostilities between Karsk and Velia", version: "Draft 4", reading,
  text_digest: `sha256:${"4d1f".repeat(16)}`, entry_into_force: iso(START), zone: ZONE, clauses: clauses(index, false),
}));
const span = (line) => ({ start: line * 40, end: line * 40 + 20, line, column: 1 });
const BRACKETS = [
  { label: "2.1", title: "", span: span(17), within: null, explanation: "", alternatives: [{ proposers: ["Karsk"], text: "unless in an exercise", span: span(17) }, { proposers: [], text: "", span: span(17) }] },
  { label: "4.1", title: "strength of Velia", span: span(24), within: null, explanation: "", alternatives: [{ proposers: ["Karsk"], text: "VE shall hold at most 60 000 personnel", span: span(25) }, { proposers: ["Velia", "Tarn"], text: "TA shall support VE in holding at least 80 000 personnel", span: span(26) }] },
];

/** What a source card says beside that: nothing that the pages would draw conclusions from. */
const CARD = {
  kind: "sensor", operator: "the mission", verifies_alone: null, reliability_reason: "", reliability_history: [], detects: [], blind_to: [], copies: [],
  latency_usual_s: null, latency_longest_s: null, clock_offset_s: null, clock_doubt_s: null, clock_seen_ahead_s: null, last_recorded: last.end,
};

export const mission = (head, asKnownAt) => ({
  name: "Lindmar Monitoring Mission (invented)", zone: ZONE, as_known_at: asKnownAt,
  head: { seq: head, recorded_at: iso(Date.parse(last.end) + head * 1000), digest: "ab12" },
  first_event: incidents[0].start, last_event: last.end, versions: VERSIONS,
  sources: SOURCES.map(([id, format], i) => ({ id, format, observations: 1400 - i * 200, rejected: i * 3, limitations: ["hears up to 12 km in still air; no hearing in wind above 8 m/s", "sees the bridge only; blind in fog", "", "positions are of the nearest town; machine coded"][i], reliability: "BAAC"[i], last_event: last.end, ...CARD })),
  kinds: KINDS.map(([name]) => ({ name, incidents: incidents.filter((i) => i.kind === name).length })),
  totals: { observations: 4410, incidents: COUNT + (head - 5000), allegations: 17, rejected: 9, superseded: 2 },
  coverage_statement: "2 of 3 posts stood the whole period; camera-oravets was up 81 % of the time, blind 6 nights in fog; no coverage of the far bank by night.",
  bounds: [20.05, 51.15, 21.95, 51.95], algorithms: ["fuse-1", "judge-1"], truth: { injected: 412, found: 380, missed: 7, false_findings: 3 },
});

export function agreement(version) {
  let number = 0;
  const part = (text, bracket, alternative, is_proposer = false) => ({ text, within: bracket === null ? null : { bracket, alternative }, taken: bracket === null || alternative === version, is_proposer });
  /** A line of terms; `KA: words` within brackets becomes parts. */
  function line(text, clause, bracket, alternative) {
    number += 1;
    const inline = /^(.*\[)(KA:)( )(.*)(\])$/.exec(text);
    const proposal = /^( +)([A-Z, ]+:)( +)(.*)$/.exec(text);
    const parts = inline ? [part(inline[1], null), part(inline[2], 0, 0, true), part(inline[3], null), part(inline[4], 0, 0), part(inline[5], null)]
      : bracket !== null && proposal ? [part(proposal[1], null), part(proposal[2], bracket, alternative, true), part(proposal[3], null), part(proposal[4], bracket, alternative)]
        : [part(text, null)];
    return { number, text, clause, bracket, parts: parts.filter((p) => p.text) };
  }
  const lines = (...blocks) => ({ type: "terms", lines: blocks.flatMap(([text, clause]) => text.split("\n").map((l) => line(l, clause, null, null))) });
  const choice = (v) => [v, v];
  const reading = (v) => ({ version: v, label: READINGS[v], choice: choice(v) });
  return {
    label: VERSIONS[version].label, title: VERSIONS[0].title, version: VERSIONS[version].version, as_of: last.end, clauses: clauses(version),
    reading: reading(version), readings: [reading(1 - version)], brackets: BRACKETS,
    instrument: { status: "draft", entry_into_force: iso(START), adherence: [{ actor: { code: "KA", name: "Karsk" }, act: "initialled", at: null }], reservations: [], relations: [], mandates: [], sentences: ["Status: draft.", "Karsk: initialled."] },
    problems: [{ severity: "warning", code: "no-decider", message: "nobody decides whether `2.1` was breached", help: "add `decided by commission`", line: 14, article: CLAUSES[0].article }, { severity: "note", code: "no-tolerance", message: "line `contact` has no tolerance", help: "add `tolerance 200 m`", line: 6, article: "Article 1. The line" }],
    pieces: [
      { type: "prose", html: `<p><em>${VERSIONS[version].version}. Text in square brackets is not agreed.</em></p><script>alert(1)</script><img src="x"><span class="bracket evil">x</span>` },
      lines(['instrument lindmar "Agreement of Lindmar", draft 4\n  time zone "Europe/Kyiv"\n  D = entry into force', null]),
      { type: "heading", level: 2, text: "Article 1. The line", id: "article-1-the-line" },
      { type: "prose", html: '<blockquote><p>The Line of Contact is the line on which the Parties’ forces stand at entry into force, as surveyed by the Mechanism. <span class="alternatives"><span class="bracket" data-proposers="Karsk">[<b class="proposer">Karsk:</b> For the forces of Velia, distances are measured from the line of <em>19 September</em>.]</span> <span class="bracket" data-proposers="Velia, Tarn">[<b class="proposer">Velia, Tarn:</b> All distances are measured from it.]</span></span></p></blockquote>' },
      lines(['line contact   from "geo/contact.geojson" surveyed by mechanism, tolerance 200 m\nzone buffer    within 7.5 km of contact', null]),
      { type: "heading", level: 2, text: "Article 2. Cessation of fire", id: "article-2" },
      { type: "prose", html: "<blockquote><p>From entry into force neither Party shall fire, from any place, by any means.</p></blockquote>" },
      lines([CLAUSES[0].source, 0], [CLAUSES[1].source, 1]),
      { type: "heading", level: 2, text: "Article 3. Withdrawal", id: "article-3" },
      { type: "prose", html: "<blockquote><p>Heavy weapons are withdrawn, beginning on the second day and complete on the fourteenth: artillery of 100 mm and above to 25 km from the reference line.</p></blockquote>" },
      lines([CLAUSES[2].source, 2]),
      { type: "heading", level: 2, text: "Article 4. Forces", id: "article-4" },
      { type: "terms", lines: [line('bracket 4.1 "strength of Velia"', null, 1, null), line("  KA: VE shall hold at most 60 000 personnel", version === 0 ? 3 : null, 1, 0), line("  VE, TA: TA shall support VE in holding at least 80 000 personnel", version === 1 ? 3 : null, 1, 1)] },
    ],
  };
}

const shown = (sentence, a, b) => ({ sentence, fact: null, a, b });
export function compare(a, b) {
  if (![a, b].every((v) => v === 0 || v === 1)) return undefined;
  const alike = a === b;
  const texts = (v) => CLAUSES.map((c) => (c.label === "4.1" ? [TEXT_1, TEXT_2][v] : c.source.replace("\n       [KA: unless in an exercise]", v === 0 ? "\n       unless in an exercise" : "")));
  const side = (v) => ({ index: v, label: VERSIONS[v].label, title: VERSIONS[v].title, version: VERSIONS[v].version, zone: ZONE, clauses: clauses(v), texts: texts(v) });
  const same = (i) => ({ a: i, b: i, verdict: "same", shown: [] });
  return {
    a: side(a), b: side(b),
    pairs: alike ? [0, 1, 2, 3].map(same) : [
      { a: 0, b: 0, verdict: a < b ? "stricter" : "looser", shown: [shown("explosion by Karsk, 2026-03-03, in an exercise", ["excused", "breached"][a], ["excused", "breached"][b])] },
      same(1), same(2), { a: 3, b: null, verdict: "only_a", shown: [] }, { a: null, b: 3, verdict: "only_b", shown: [] }],
    declarations: alike ? [] : [{ name: "reference of VE", a: { text: "reference of VE is september", line: 5 }, b: { text: "reference of VE is contact", line: 6 } }, { name: "zone buffer", a: null, b: { text: "zone buffer within 7.5 km of contact", line: 7 } }],
    contradictions: alike ? [] : [{ matter: "count", title: "personnel of VE: at most 60 000 against at least 80 000", a: ["4.1"], b: ["4.1"], shown: [shown("70 000 personnel of VE", "breached", "breached")], help: "say whether the figure is a cap or a floor" }],
  };
}

function member(i, k) {
  const sector = k === 1;
  const place = i.lon === null ? { type: "undetermined" } : sector
    ? { type: "sector", bearing_deg: 67.5, half_width_deg: 11.25, range_min_m: 2000, range_max_m: 5000, moved_m_max: 700, polygon: [[0, 0], [0.03, 0.012], [0.034, 0.004], [0.03, -0.008], [0, 0]].map(([x, y]) => [i.lon - 0.03 + x, i.lat + y]) }
    : { type: "point", lon: i.lon + k * 0.002, lat: i.lat, radius_m: i.radius_m };
  return {
    id: `${i.id}-${k}`, source: k === 0 ? i.source : SOURCES[k % 4][0], kind: i.kind, start: i.start, end: i.end, precision: i.precision,
    observed: i.start, reported: iso(i.recorded - 3e5), recorded: iso(i.recorded), means: sector ? "heard" : "saw", assessment: "impact",
    count: i.counts[0] ?? null, weapon: null, calibre_mm: null, actor: null, place, exercise: false, note: i.note,
    links: k === 0 ? ["https://example.org/report/1", "javascript:alert(1)"] : [], journal_seq: i.seq + k,
    link: k === 0 ? { pieces: [], status: "linked", distance_m: 0, allowed_m: 0, gap_ms: 0, same_kind: true, score: 1, text: "the lead: the report the others were compared with" } : { pieces: [], status: "linked", distance_m: 420, allowed_m: 1500, gap_ms: 9e4, same_kind: true, score: 0.83, text: "420 m apart (1,500 m allowed), 90 s apart, same kind; score 0.83" },
  };
}

export function detail(i, list) {
  const at = list.indexOf(i);
  const members = Array.from({ length: i.observations }, (_, k) => member(i, k));
  const findings = [0, 1].flatMap((version) => CLAUSES.filter((c) => c.kind !== "limit").map((c) => {
    const outcome = i.outcomes.find((o) => o.version === version && o.clause === c.label)?.outcome ?? "not_applicable";
    const place = outcome === "undetermined" ? "undetermined" : "yes";
    return {
      version, version_label: `Lindmar ${VERSIONS[version].version}`, clause: c.label, article: c.article, clause_source: c.source, explanation: c.explanation, outcome, algorithm: "judge-1", traces_left_out: 0,
      missing: outcome === "undetermined" ? [{ code: "place", text: "the position is not known well enough" }, { code: "brand_new", text: "a code this app does not know" }] : [],
      traces: outcome === "not_applicable" ? [] : members.map((m) => ({ observation_id: m.id, outcome, reasons: [
        { condition: "time", truth: "yes", text: "in force since 3 March 2026, 00:00" }, { condition: "what", truth: "yes", text: `a ${i.kind} is an act of fire` },
        { condition: "place", truth: place, text: "24.7 km from contact, margin 0.4 km; at least 25 km is due" }, { condition: "exception", truth: "no", text: "no notice covers it" }] })),
    };
  }));
  const fusion = { decisions: [], evidence: [], independent: i.sources, is_unverifiable: false, met: 1, probability: null, proposals: [], proposals_left_out: 0, together: 1 };
  return { ...i, members, members_left_out: 0, fusion, items: [], findings, neighbours: { previous: list[at - 1]?.id ?? null, next: list[at + 1]?.id ?? null } };
}

export const coverage = (from, to) => Array.from({ length: 9 }, (_, i) => ({
  source: SOURCES[i % 3][0], status: i % 4 === 3 ? "blind" : "watching", start: from, end: to, cause: i % 4 === 3 ? "fog" : null, area: null,
}));
