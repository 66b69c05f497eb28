import { describe, expect, test } from "vitest";
import { ActError, kindOf } from "../../src/lib/cases/api";
import { capacities, cites, deeds, names, newKey, saidElsewhere, saidOf, Sending, since } from "../../src/lib/cases/form";
import { clauseValue, deedOf, empty, fieldsOf, initial, objectOf } from "../../src/lib/cases/specs";
import type { ActDone, ActSent, HistoryLine, May } from "../../src/lib/cases/types";

const DONE: ActDone = { on: "CASE-2026-0001", already: false, seq: 1 };
const AS: May = { deed: "sign", role: "verification-officer", of: "" };
const toMs = (text: string): number => Date.parse(`${text}Z`);

describe("a form has one key for its whole life", () => {
  test("two presses at once are one request", async () => {
    const sent: ActSent[] = [];
    let finish: (done: ActDone) => void = () => undefined;
    const sending = new Sending((act) => {
      sent.push(act);
      return new Promise((resolve) => (finish = resolve));
    });
    const first = sending.send(AS, { deed: "sign", on: "FND-2026-0001/v1" }, 3);
    const second = sending.send(AS, { deed: "sign", on: "FND-2026-0001/v1" }, 3);
    expect(sending.busy).toBe(true);
    finish(DONE);
    expect(await first).toBe(await second);
    expect(sent).toHaveLength(1);
    expect(sending.busy).toBe(false);
  });

  test("a second try after no answer, or after a refusal, sends the same key", async () => {
    const sent: ActSent[] = [];
    const sending = new Sending((act) => {
      sent.push(act);
      return sent.length === 1 ? Promise.reject(new ActError(0, "network", "")) : Promise.resolve(DONE);
    });
    await expect(sending.send(AS, { deed: "sign", on: "x" }, 3)).rejects.toThrow();
    await sending.send(AS, { deed: "sign", on: "x" }, 4);
    expect(sent[0]?.key).toBe(sent[1]?.key);
    expect(sent.map((s) => s.seen)).toEqual([3, 4]);
  });

  test("two forms have two keys; a key that stands for another act is given up", () => {
    const [a, b] = [new Sending(() => Promise.resolve(DONE)), new Sending(() => Promise.resolve(DONE))];
    expect(a.key).not.toBe(b.key);
    const before = a.key;
    a.again();
    expect(a.key).not.toBe(before);
  });

  test("a key is made also where the browser has no randomUUID", () => {
    const without = { getRandomValues: (to: Uint8Array) => to.fill(7) } as unknown as Crypto;
    expect(newKey(without)).toBe("07".repeat(16));
  });

  test("a form about no case sends no revision", async () => {
    let got: ActSent | undefined;
    await new Sending((act) => ((got = act), Promise.resolve(DONE))).send(AS, { deed: "allege" }, undefined);
    expect(got && "seen" in got).toBe(false);
  });
});

describe("refusals", () => {
  test("the kind is the problem's, or what the status tells", () => {
    expect(kindOf(409, "urn:truceline:problem:changed")).toBe("changed");
    expect(kindOf(401, undefined)).toBe("signed-out");
    expect(kindOf(0, undefined)).toBe("network");
    expect(kindOf(500, "about:blank")).toBe("other");
  });
  const wrong = new ActError(422, "wrong", "", [{ field: "reasons[1].cites", detail: "cite" }, { field: "deed", detail: "no step" }]);
  test("what is wrong stands at its field, of a list's members too", () => {
    expect(saidOf(wrong, "reasons")).toBe("cite");
    expect(saidOf(wrong, "reason")).toBeNull();
    expect(saidOf(new Error("x"), "reasons")).toBeNull();
  });
  test("what is said of fields that are not shown stands above", () => {
    expect(saidElsewhere(wrong, ["reasons"])).toEqual(["deed: no step"]);
  });
  test("what changed since somebody looked, and by whom", () => {
    const line = (revision: number, person?: string): HistoryLine => ({ revision, at: "", by: { role: "chair", of: "", ...(person ? { person } : {}) }, deed: "sign", on: "", why: "" });
    const history = [line(1, "v.1"), line(2, "v.2"), line(3, "v.2"), line(4)];
    expect(names(since(history, 1, null))).toEqual(["v.2", "chair"]);
    expect(since(history, 1, "v.2").map((l) => l.revision)).toEqual([4]);
    expect(since(history, 4, null)).toEqual([]);
  });
});

describe("buttons are there for what may be done", () => {
  const may: May[] = [{ deed: "sign", role: "chair", of: "JMC" }, { deed: "sign", role: "verification-officer", of: "" }, { deed: "move", role: "chair", of: "", to: ["closed"] }];
  test("each deed once, in the order of the page", () => expect(deeds(may, ["move", "claim", "sign"])).toEqual(["move", "sign"]));
  test("with every capacity", () => expect(capacities(may, "sign")).toHaveLength(2));
});

describe("forms become deeds as the server reads them", () => {
  const given = { queue: null, view: null, as: [] as May[] };
  const filled = (deed: string, on: string[], values: Record<string, string | boolean | string[]>, as: May[] = []) => {
    const fields = fieldsOf(deed, { ...given, as });
    return deedOf(deed, on, fields, { ...initial(fields), ...values }, toMs);
  };
  test("a step of verification", () => {
    expect(filled("task", ["CASE-2026-0001"], { what: " Look. ", place: "Sel", to: "Patrol", due_ms: "2026-03-01T10:00" }))
      .toEqual({ deed: "task", case: "CASE-2026-0001", kind: "site-visit", what: "Look.", place: "Sel", to: "Patrol", due_ms: Date.UTC(2026, 2, 1, 10) });
  });
  test("a return", () => {
    expect(filled("return", ["TASK-2026-0001"], { end: "refused", of: "KA", text: "No.", cites: "obs-1, obs-2 obs-1" }))
      .toEqual({ deed: "return", task: "TASK-2026-0001", end: "refused", of: "KA", text: "No.", cites: ["obs-1", "obs-2"] });
  });
  test("a clock, whose length is one of two kinds", () => {
    const { clock, ...rest } = filled("start", ["CASE-2026-0001"], { purpose: "Answer", started_by: "#1", n: "3", unit: "days", zone: "UTC", pauses: true });
    expect(rest).toEqual({ deed: "start", case: "CASE-2026-0001" });
    expect(clock).toEqual({ purpose: "Answer", started_by: "#1", from_ms: null, length: { days: 3 }, zone: "UTC", pauses: true, expiry: "told" });
  });
  test("several allegations at once", () => {
    expect(filled("dismiss", ["ALG-1", "ALG-2"], { reason: "duplicate", why: "Twice." })).toEqual({ deed: "dismiss", allegations: ["ALG-1", "ALG-2"], reason: "duplicate", why: "Twice." });
  });
  test("a case is opened on clauses of a text", () => {
    const clause = { text: "signed", clause: "2.1 | a" };
    expect(filled("open", [], { title: "T", clauses: [clauseValue(clause)], why: "W" })).toMatchObject({ deed: "open", clauses: [clause], incidents: [], allegations: [] });
  });
  test("a liaison officer alleges for their own party", () => {
    const deed = filled("allege", [], { text: "Shots." }, [{ deed: "allege", role: "liaison", of: "VE" }]);
    expect(deed).toMatchObject({ deed: "allege", complainant: "VE", from_ms: null, until_ms: null, channel: "form", material: [] });
  });
  test("a ruling is yes or no", () => expect(filled("rule", ["FND-1/v1"], { upheld: "yes", why: "W" })).toEqual({ deed: "rule", finding: "FND-1/v1", upheld: true, why: "W" }));
  test("each deed names its object as the server does", () => {
    expect(["sign", "appeal", "reported", "stop", "withdraw", "claim"].map((d) => Object.keys(objectOf(d, ["x"]))[0])).toEqual(["on", "finding", "remedy", "clock", "allegation", "case"]);
  });
  test("what must be filled in and is not is named", () => {
    const fields = fieldsOf("task", given);
    expect(empty(fields, initial(fields))).toEqual(["what", "place", "to", "due_ms"]);
  });
});

test("references are parted by blanks, commas or semicolons, each once", () => {
  expect(cites(" inc-1,obs-2;  #17\ninc-1 ")).toEqual(["inc-1", "obs-2", "#17"]);
});
