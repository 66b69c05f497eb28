// An invented docket: Karsk (KA) and Velia (VE), a joint commission (JMC), and one case that is worth a walk.
import { CLAUSE_CHOICES } from "./docket-clauses.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HEX = "0123456789abcdef";
const digest = (n) => Array.from({ length: 64 }, (_, i) => HEX[(n * 7 + i * 5 + ((i * n) % 11)) % 16]).join("");
const clause = (label) => CLAUSE_CHOICES.find((c) => c.clause.clause === label).clause;

export const PEOPLE = [
  { id: "v.1", name: "Verification officer 1", grants: [{ role: "verification-officer", of: "" }] },
  { id: "v.2", name: "Verification officer 2", grants: [{ role: "verification-officer", of: "" }, { role: "watch-officer", of: "" }] },
  { id: "m.ka", name: "Member for Karsk", grants: [{ role: "member", of: "JMC/KA" }] },
  { id: "m.ve", name: "Member for Velia", grants: [{ role: "member", of: "JMC/VE" }] },
  { id: "ch.1", name: "Chair", grants: [{ role: "chair", of: "JMC/CHAIR" }] },
  { id: "l.ka", name: "Liaison of Karsk", grants: [{ role: "liaison", of: "KA" }] },
  { id: "l.ve", name: "Liaison of Velia", grants: [{ role: "liaison", of: "VE" }] },
  { id: "w.1", name: "Watch officer", grants: [{ role: "watch-officer", of: "" }] },
  { id: "p.1", name: "Publisher", grants: [{ role: "publisher", of: "" }] },
  { id: "g.1", name: "Guarantor", grants: [{ role: "guarantor", of: "GU" }] },
  { id: "o.1", name: "Planner of the water trust", grants: [{ role: "planner", of: "Orma Water Trust" }] },
];
export const PARTIES = [{ code: "KA", name: "Karsk" }, { code: "VE", name: "Velia" }];
export const ZONE = "Europe/Kyiv";

const by = (person, role, of = "") => ({ person, role, of });
const V1 = by("v.1", "verification-officer");
const V2 = by("v.2", "verification-officer");
const CHAIR = by("ch.1", "chair", "JMC/CHAIR");

function allegation(n, at, more) {
  return {
    reference: `ALG-2026-${String(n).padStart(4, "0")}`, complainant: "VE", against: "KA", clauses: ["2.1"], from: at - 6 * HOUR,
    until: at - 5.5 * HOUR, place: "", text: "", material: [], channel: "form", received: at, state: "received",
    dismissed: null, why: "", answer_due: null, answers: [], case: null, alike: null, late: "no", ...more,
  };
}

function allegations(now) {
  const taken = { state: "registered", why: "Within the mandate and in time.", answer_due: now - 2 * DAY };
  return [
    allegation(1, now - 5 * DAY, { ...taken, case: "CASE-2026-0001", place: "Mirna bridge, east bank", text: "Three rockets struck beside the Mirna bridge at about 06:40. A power line was cut and one person was wounded.", material: [digest(3)],
      answers: [{ at: now - 3 * DAY, is_late: false, text: "Our units did not fire. A patrol heard two explosions from the south." }] }),
    allegation(2, now - 5 * DAY + HOUR, { ...taken, case: "CASE-2026-0001", complainant: "Orma Water Trust", place: "pumping station 4", text: "The pumping station lost power at 06:45 after explosions nearby." }),
    allegation(3, now - 9 * DAY, { ...taken, complainant: "KA", against: "VE", case: "CASE-2026-0002", clauses: ["3.1"], place: "quarry at Dolna Velia", text: "Two howitzers stand in the quarry, 11 km from the line." }),
    allegation(4, now - 20 * HOUR, { place: "Sel, northern road", text: "Mortar fire, four rounds, from the direction of the brickworks." }),
    allegation(5, now - 19.5 * HOUR, { alike: "ALG-2026-0004", place: "Sel", text: "Mortar fire on the northern road of Sel." }),
    allegation(6, now - 18 * HOUR, { alike: "ALG-2026-0004", channel: "e-mail", place: "Sel", text: "Four mortar rounds at Sel." }),
    allegation(7, now - 10 * HOUR, { complainant: "KA", against: "VE", from: null, until: null, clauses: [], place: "", text: "Drones again.", late: "undetermined" }),
    allegation(8, now - 8 * HOUR, { complainant: "KA", against: "", place: "", text: "Shots somewhere near Oravets." }),
    allegation(9, now - 7 * HOUR, { complainant: "KA", against: "VE", clauses: ["2.2"], place: "Lake Orma, south shore", text: "A drone crossed the buffer southward at 14:10 and came back at 14:35." }),
    allegation(10, now - 5 * HOUR, { complainant: "", channel: "letter", clauses: [], place: "Lindmar market", text: "Soldiers of both sides searched cars at the market." }),
    allegation(11, now - 12 * DAY, { state: "dismissed", dismissed: "out-of-mandate", why: "No text is about broadcasts.", clauses: [], place: "Velgrad", text: "Hostile broadcasts." }),
    allegation(12, now - 14 * DAY, { complainant: "KA", against: "VE", state: "withdrawn", why: "Seen to be our own exercise.", place: "Karsk range", text: "Firing at the range." }),
  ];
}

function reason(text, ...cites) {
  return { text, cites };
}

function findings(now) {
  const text = {
    clause: clause("2.1"), about: "KA", outcome: "undetermined", severity: null, standard: "balance of probabilities",
    likelihood: "roughly even", confidence: "low", grade: "C3",
    reasons: [reason("A camera at the bridge shows three flashes at 06:41.", "inc-2041", "obs-88120")],
    would_settle: ["The craters examined on the ground"],
  };
  const signing = (at, who, more = {}) => ({ standing: "draft", drafted_by: who, drafted: at, signed: [], comments: [], confirmed: null, ...more });
  return [
    { reference: "FND-2026-0001/v1", case: "CASE-2026-0001", text, signing: signing(now - 2 * DAY, V1, { standing: "superseded" }), appeals: [] },
    { reference: "FND-2026-0001/v2", case: "CASE-2026-0001", appeals: [], signing: signing(now - 8 * HOUR, V1),
      text: { ...text, outcome: "violation", severity: "serious", likelihood: "very likely", confidence: "moderate", grade: "B2", would_settle: [],
        reasons: [...text.reasons, reason("Fragments in the second crater are of a 122 mm rocket; the fuze furrow points north-north-east.", "TASK-2026-0001", digest(9)),
          reason("An acoustic sensor puts the launch 7 to 9 km to the north-north-east.", "obs-88131")] } },
    { reference: "FND-2026-0002/v1", case: "CASE-2026-0002", appeals: [],
      signing: signing(now - 6 * DAY, V2, { standing: "confirmed", signed: [{ by: V2, at: now - 6 * DAY }, { by: V1, at: now - 5.8 * DAY }],
        comments: [{ body: "JMC", component: "KA", stand: "agrees", text: "", at: now - 5.5 * DAY }, { body: "JMC", component: "VE", stand: "abstains", text: "The guns were under repair.", at: now - 5.4 * DAY }],
        confirmed: "by JMC, by consensus; 2 of 2 components present, quorum 2" }),
      text: { ...text, clause: clause("3.1"), about: "VE", outcome: "violation", severity: "minor", standard: "balance of probabilities", likelihood: "almost certain", confidence: "high", grade: "A1", would_settle: [],
        reasons: [reason("A satellite picture shows two howitzers in the quarry, 11.2 km from the line.", "inc-1877", digest(12)), reason("A patrol counted them two days later.", "TASK-2026-0003")] } },
  ];
}

function strand(kind, text, weight, side, ratio, ...cites) {
  return { kind, text, cites, side, weight, ratio };
}

function attributions(now) {
  const weighed = [
    { hypothesis: { who: "party", of: "KA" }, likelihood: "unlikely", strands: [strand("control of the place", "The quarry lies 3 km inside Velia’s lines.", "against", "", [0.02, 0.1], "inc-1877")] },
    { hypothesis: { who: "party", of: "VE" }, likelihood: "likely", strands: [
      strand("markings", "Unit markings on the tarpaulins are those of Velia’s 4th depot.", "supports", "KA", [3, 8], "ALG-2026-0003", digest(12)),
      strand("statement", "Velia’s liaison says that the guns await repair there.", "supports", "VE", null, "ALG-2026-0003"),
      strand("radio", "No radio traffic was heard; the receiver covered the quarry.", "silent", "", null, "obs-70412")] },
    { hypothesis: { who: "third" }, likelihood: "very unlikely", strands: [] },
    { hypothesis: { who: "accident" }, likelihood: "almost no chance", strands: [] },
  ];
  return [{ reference: "ATT-2026-0001/v1", finding: "FND-2026-0002/v1", case: "CASE-2026-0002",
    text: { weighed, adopted: null, responsibility: null, intent: "undetermined", standard: "clear and convincing", confidence: "moderate", would_settle: ["The depot’s book of repairs", "Serial numbers of the guns"] },
    signing: { standing: "proposed", drafted_by: CHAIR, drafted: now - 4 * DAY, signed: [{ by: CHAIR, at: now - 4 * DAY }], comments: [], confirmed: null } }];
}

function remedies(now) {
  const order = (n, more) => ({ reference: `RMD-2026-000${n}`, case: "CASE-2026-0002", finding: "FND-2026-0002/v1", ordered: now - 5 * DAY, said: [], paired: null, ...more });
  return [
    order(1, { actor: "VE", act: "withdraw howitzers", quantity: "2 howitzers", place: "beyond 25 km from the line", due: now - 6 * HOUR, test: "A patrol counts none in the quarry; their numbers are read at the depot.", paired: "RMD-2026-0002",
      said: [{ by: by("l.ve", "liaison", "VE"), at: now - DAY, text: "One was moved on Tuesday; the other has no tyres.", cites: [], check: null }] }),
    order(2, { actor: "KA", act: "leave the quarry road open to the patrol", quantity: "1 road, every day", place: "quarry road", due: now + 4 * DAY, test: "Each patrol passes without being held for more than 10 minutes.", paired: "RMD-2026-0001" }),
  ];
}

function clocks(now) {
  const clock = (n, more) => ({ reference: `CLK-2026-000${n}`, zone: ZONE, pauses: false, expiry: "told", stood: [], state: "running", stopped_left: null, ...more });
  return [
    clock(1, { case: "CASE-2026-0001", purpose: "Comments on the draft", started_by: "Draft FND-2026-0001/v2 sent to the components", from: now - 44 * HOUR, length: "48 h", due: now + 3.6 * HOUR, expiry: "stands" }),
    clock(2, { case: "CASE-2026-0002", purpose: "Withdrawal of the howitzers", started_by: "Order RMD-2026-0001 was served", from: now - 5 * DAY, length: "5 days", due: now - 6 * HOUR }),
    clock(3, { case: "CASE-2026-0003", purpose: "Access to the Oravets depot", started_by: "Access was asked for (TASK-2026-0004)", from: now - 2 * DAY, length: "72 h", due: now + DAY, pauses: true, state: "paused", stopped_left: 26 * HOUR, stood: ["since yesterday: no access"] }),
    clock(4, { case: "CASE-2026-0005", purpose: "Preliminary inquiry", started_by: "The case was opened", from: now - 5 * HOUR, length: "24 h", due: now + 19 * HOUR, expiry: "falls" }),
  ];
}

function cases(now) {
  const line = (n, title, stage, more) => ({
    reference: `CASE-2026-000${n}`, title, stage, suspended: null, taken: null, clauses: [clause("2.1")], incidents: [], allegations: [],
    opened: now - 5 * DAY, changed: now - HOUR, revision: 1, suspensions: [], recused: [], compartments: [], tasks: [], weights: [], history: [], ...more });
  const task = (n, more) => ({ reference: `TASK-2026-000${n}`, kind: "site-visit", what: "", place: "", to: "Patrol North", due: now, end: null, refused_by: "", returned: null, said: "", cites: [], ...more });
  const noted = (revision, at, who, deed, on, to = null, why = "") => ({ revision, at, by: who, deed, on, to, why });
  const one = "CASE-2026-0001";
  return [
    line(1, "Rockets at the Mirna bridge", "drafting", { incidents: ["inc-2041"], allegations: ["ALG-2026-0001", "ALG-2026-0002"], revision: 7, changed: now - 8 * HOUR,
      tasks: [
        task(1, { what: "Measure the craters and collect fragments.", place: "Mirna bridge, east bank", due: now - 3 * DAY, end: "done", returned: now - 3.2 * DAY, said: "Three craters, 4 m apart in a line. Fragments sealed.", cites: [digest(9)] }),
        task(2, { kind: "interview", what: "Hear the crew of pumping station 4.", place: "pumping station 4", to: "Human dimension team", due: now + DAY }),
        task(5, { what: "See the suspected firing point.", place: "field 7 km north-north-east", due: now - 2 * DAY, end: "refused", refused_by: "KA", returned: now - 2.4 * DAY, said: "Turned back at the checkpoint: no permission." })],
      weights: [{ clause: clause("2.1"), element: "what: firing", source: "fragments", weight: "supports", cites: ["TASK-2026-0001", digest(9)], why: "A rocket motor lay in the second crater." }],
      history: [
        noted(1, now - 5 * DAY, V1, "open", one, "opened", "Two allegations and one incident say the same."), noted(2, now - 4.9 * DAY, V1, "move", one, "preliminary", "Within the mandate."),
        noted(3, now - 4.8 * DAY, V1, "task", "TASK-2026-0001", "tasked"), noted(4, now - 3.2 * DAY, V1, "return", "TASK-2026-0001", "verifying", "done"),
        noted(5, now - 2.4 * DAY, V2, "return", "TASK-2026-0005", null, "refused by KA"), noted(6, now - 2 * DAY, V1, "move", one, "drafting", "What can be seen has been seen."), noted(7, now - 8 * HOUR, V1, "draft", "FND-2026-0001/v2", null, "violation")] }),
    line(2, "Howitzers in the quarry at Dolna Velia", "remedy", { clauses: [clause("3.1")], incidents: ["inc-1877"], allegations: ["ALG-2026-0003"], revision: 12, opened: now - 9 * DAY, changed: now - DAY,
      tasks: [task(3, { what: "Count the guns in the quarry.", place: "quarry", due: now - 7 * DAY, end: "done", returned: now - 7.2 * DAY, said: "Two, under tarpaulins.", cites: [] })],
      history: [noted(11, now - 5 * DAY, CHAIR, "order", "RMD-2026-0001", "remedy"), noted(12, now - DAY, by("l.ve", "liaison", "VE"), "reported", "RMD-2026-0001")] }),
    line(3, "Depot at Oravets", "tasked", { suspended: { cause: "no-access", of: "VE", since: now - DAY, until: null, why: "The gate was locked and nobody answered." }, revision: 4, taken: { person: "v.2", until: now + 5 * HOUR },
      tasks: [task(4, { kind: "documents", what: "Ask for the depot’s book of stores.", place: "Oravets", due: now + 2 * DAY })] }),
    line(4, "Flight over Lake Orma", "closed", { clauses: [clause("2.2")], changed: now - 3 * DAY, revision: 15 }),
    line(5, "Mortars at Sel", "opened", { incidents: ["inc-2102"], opened: now - 5 * HOUR, changed: now - 5 * HOUR }),
    line(6, "Trench digging at Lindmar", "comments", { clauses: [clause("3.1")], taken: { person: "v.1", until: now + 3 * HOUR }, revision: 9, changed: now - 3 * HOUR }),
  ];
}

/** What the software proposes for the cells of the main case. */
export const PROPOSED = {
  "CASE-2026-0001|2.1": [
    ["what: firing", "camera 12", "supports", "Three flashes and smoke at 06:41.", ["obs-88120"]],
    ["what: firing", "acoustic net", "supports", "Three impulses, 1.8 s apart.", ["obs-88131"]],
    ["when: after entry into force", "camera 12", "supports", "The clock was checked that day.", ["obs-88120"]],
    ["where: anywhere", "camera 12", "supports", "In the picture.", ["obs-88120"]],
    ["who: bound by the clause", "acoustic net", "silent", "The bearing ends in an area that both patrol.", ["obs-88131"]],
    ["who: bound by the clause", "camera 12", "not-covered", "The firing point is out of the picture.", []],
    ["exception: exercise — does not hold", "notices", "supports", "No exercise was announced.", ["#4471"]],
    ["exception: exercise — does not hold", "liaison of KA", "against", "Says that an exercise had been announced by telephone.", ["ALG-2026-0001"]],
  ],
};

/** A fresh docket as at `now`. */
export function seed(now) {
  return { cases: cases(now), allegations: allegations(now), findings: findings(now), attributions: attributions(now), remedies: remedies(now), clocks: clocks(now), numbers: { CASE: 6, ALG: 12, FND: 2, ATT: 1, RMD: 2, CLK: 4, TASK: 5 }, done: new Map(), seq: 6000 };
}
