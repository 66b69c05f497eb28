import { describe, expect, test } from "vitest";
import {
  blank, cut, elapsed, isBlank, placeText, problem, shortName, span, toFields, WORDS_MAX, type Place, type Report,
  type When,
} from "../../src/field/report";
import { asked, EFFECTS, notAsked } from "../../src/field/vocabulary";
import { civilInput, fromCivil, stamp } from "../../src/field/zoned";

const KYIV = "Europe/Kyiv";
const NOW = Date.parse("2026-03-03T00:15:40Z");
const WHO = { observer: "KITE-7", team: "2" };
const report = (change: Partial<Report> = {}): Report => ({ ...blank("report"), ...change });

describe("serialisation", () => {
  test("a blank report is undetermined in every field that was asked", () => {
    const fields = toFields(report(), WHO, "id-1", KYIV);
    for (const name of ["means", "effect", "count", "direction", "range_band", "start", "end", "assessment", "weapon", "exercise", "zone_relation", "place", "observer_place"]) {
      expect(fields[name], name).toBe("undetermined");
    }
    expect(fields).not.toHaveProperty("range_min_m");
    expect(fields).not.toHaveProperty("weapon_certainty");
    expect(fields).not.toHaveProperty("narrative");
  });

  test("what was not asked is absent, not undetermined", () => {
    const fields = toFields(report({ effect: "jamming", weapon: "mortar", count: 3 }), WHO, "id-1", KYIV);
    for (const name of ["count", "unit", "direction", "range_band", "assessment", "weapon", "exercise"]) expect(fields, name).not.toHaveProperty(name);
  });

  test("every effect asks a part of the questions, and the rest is named as not asked", () => {
    for (const { code } of EFFECTS) expect(asked(code).length + notAsked(code).length).toBe(7);
  });

  test("a count goes with its unit and whether it is only about", () => {
    expect(toFields(report({ effect: "burst", count: 20, count_about: true }), WHO, "i", KYIV)).toMatchObject({ count: 20, count_about: true, unit: "bursts" });
    expect(toFields(report({ effect: "burst", count: 2, unit: "shots" }), WHO, "i", KYIV)).toMatchObject({ count: 2, count_about: false, unit: "shots" });
  });

  test("a band gives its ends in metres; the widest has no outer end", () => {
    expect(toFields(report({ range_band: "2000-5000" }), WHO, "i", KYIV)).toMatchObject({ range_min_m: 2000, range_max_m: 5000 });
    const far = toFields(report({ range_band: "10000+" }), WHO, "i", KYIV);
    expect(far.range_min_m).toBe(10_000);
    expect(far).not.toHaveProperty("range_max_m");
    expect(toFields(report({ range_band: "own", range_min_m: 1000, range_max_m: 4500 }), WHO, "i", KYIV)).toMatchObject({ range_band: "own", range_min_m: 1000, range_max_m: 4500 });
  });

  test("a device position goes with its accuracy, rounded up; a typed place as it was typed", () => {
    expect(placeText({ mode: "device", lat: 47.05, lon: -30.1, accuracy_m: 11.2, text: "" })).toBe("47.050000 -30.100000 0 12");
    expect(placeText({ mode: "typed", lat: null, lon: null, accuracy_m: null, text: " Karsk bridge " })).toBe("Karsk bridge");
    expect(placeText({ mode: "device", lat: null, lon: null, accuracy_m: null, text: "x" })).toBe("undetermined");
  });

  test("a denied access and what was not seen have only their own fields", () => {
    const access = toFields({ ...blank("access"), access_kind: "denied", access_start_ms: NOW, access_end_ms: NOW + 60_000 }, WHO, "i", KYIV);
    expect(access).toMatchObject({ access_kind: "denied", access_start: "2026-03-03T02:15:40+02:00", access_end: "2026-03-03T02:16:40+02:00" });
    expect(access).not.toHaveProperty("effect");
    const unseen = toFields({ ...blank("not_seen"), not_seen: ["fog", "night"] }, WHO, "i", KYIV);
    expect(unseen).toMatchObject({ not_seen: "fog, night", not_seen_start: "undetermined", not_seen_end: "undetermined" });
  });
});

describe("times", () => {
  test("now and minutes ago are whole minutes; they do not move on while the form is open", () => {
    expect(span({ mode: "now", at_ms: NOW, ago_min: 0, start: "", end: "" }, KYIV)?.start).toBe(Date.parse("2026-03-03T00:15:00Z"));
    expect(span({ mode: "ago", at_ms: NOW, ago_min: 10, start: "", end: "" }, KYIV)?.end).toBe(Date.parse("2026-03-03T00:05:00Z"));
  });

  test("civil times are the mission's, whatever the device's zone", () => {
    expect(fromCivil("2026-03-03T02:15", KYIV)).toBe(Date.parse("2026-03-03T00:15:00Z"));
    expect(fromCivil("2026-07-03T02:15", KYIV)).toBe(Date.parse("2026-07-02T23:15:00Z"));
    expect(fromCivil("yesterday", KYIV)).toBeNull();
    expect(civilInput(NOW, KYIV)).toBe("2026-03-03T02:15");
    expect(stamp(NOW, "UTC")).toBe("2026-03-03T00:15:40Z");
    expect(stamp(NOW, "America/St_Johns")).toBe("2026-03-02T20:45:40-03:30");
  });

  test("the timer counts from its start, over a day too, and never below zero", () => {
    expect(elapsed(NOW, NOW + 3_723_000)).toBe("1:02:03");
    expect(elapsed(NOW, NOW + 26 * 3_600_000)).toBe("26:00:00");
    expect(elapsed(NOW, NOW - 5000)).toBe("0:00:00");
  });
});

describe("what must be mended", () => {
  test("a report of nothing, and nothing else, is not sent; undetermined is no fault", () => {
    expect(problem(report(), KYIV, NOW)).toBe("nothing");
    expect(problem(report({ effect: "shot" }), KYIV, NOW)).toBeNull();
    expect(problem(report({ narrative: "smoke" }), KYIV, NOW)).toBeNull();
  });

  test("times must be in order, whole and past", () => {
    const when = (start: string, end: string): Report => report({ effect: "shot", when: { mode: "interval", at_ms: NOW, ago_min: 0, start, end } });
    expect(problem(when("2026-03-03T02:10", "2026-03-03T02:00"), KYIV, NOW)).toBe("end_before_start");
    expect(problem(when("", "2026-03-03T02:00"), KYIV, NOW)).toBe("unreadable");
    expect(problem(when("2026-03-03T04:10", "2026-03-03T04:20"), KYIV, NOW)).toBe("future");
    expect(problem(when("2026-03-03T02:00", ""), KYIV, NOW)).toBe("unreadable");
    expect(problem(when("2026-03-03T02:00", "2026-03-03T02:00"), KYIV, NOW)).toBeNull();
  });

  test("a running timer is stopped first, and a distance has its ends in order", () => {
    expect(problem({ ...blank("access"), access_start_ms: NOW }, KYIV, NOW)).toBe("not_stopped");
    expect(problem(report({ effect: "shot", range_band: "own", range_min_m: 900, range_max_m: 300 }), KYIV, NOW)).toBe("range_order");
  });

  test("a report is blank until something is said", () => {
    expect(isBlank(report())).toBe(true);
    expect(isBlank(report({ direction: "southerly" }))).toBe(false);
  });
});

const fix = (lat: number, lon = -30.1, accuracy_m = 9): Place => ({ mode: "device", lat, lon, accuracy_m, text: "" });
const typed = (text: string): Place => ({ mode: "typed", lat: null, lon: null, accuracy_m: null, text });
const NOWHERE: Place = { mode: "undetermined", lat: null, lon: null, accuracy_m: null, text: "" };

describe("the observer's own position", () => {
  test("a position of the device is the observer's own, whichever question it answers", () => {
    for (const kind of ["report", "access", "not_seen"] as const) {
      const fields = toFields({ ...blank(kind), place: fix(47.05) }, WHO, "i", KYIV);
      expect(fields.observer_place, kind).toBe("47.050000 -30.100000 0 9");
    }
    const said = toFields(report({ place: fix(47.05), observer_place: typed("post 4") }), WHO, "i", KYIV);
    expect(said).toMatchObject({ observer_place: "47.050000 -30.100000 0 9", observer_place_words: "post 4" });
  });

  test("a place in words says nothing of where the observer stood", () => {
    const said = (change: Partial<Report>): unknown =>
      toFields(report({ place: typed("Karsk"), ...change }), WHO, "i", KYIV);
    expect(said({})).toMatchObject({ place: "Karsk", observer_place: "undetermined" });
    expect(said({ observer_place: fix(47) })).toMatchObject({ observer_place: "47.000000 -30.100000 0 9" });
  });

  test("two positions of the device that the server would take for two places are not sent", () => {
    const two = (lat: number): Report => report({ effect: "shot", place: fix(47.05), observer_place: fix(lat) });
    expect(problem(two(47.0504), KYIV, NOW)).toBeNull();
    expect(problem(two(47.0506), KYIV, NOW)).toBe("two_positions");
  });

  test("the place of a restriction goes under its own name", () => {
    const fields = toFields({ ...blank("access"), place: typed("north gate") }, WHO, "i", KYIV);
    expect(fields.access_place).toBe("north gate");
    expect(fields).not.toHaveProperty("place");
  });
});

describe("what the server would refuse is not finished", () => {
  const HOUR: When = { mode: "interval", at_ms: NOW, ago_min: 0, start: "2026-03-03T01:00", end: "2026-03-03T02:00" };
  const found = (of: Report): ReturnType<typeof problem> => problem(of, KYIV, NOW);
  const access = (change: Partial<Report> = {}): ReturnType<typeof problem> =>
    found({ ...blank("access"), access_kind: "denied", access_start_ms: NOW, access_end_ms: NOW + 60_000, ...change });
  const unseen = (change: Partial<Report> = {}): ReturnType<typeof problem> =>
    found({ ...blank("not_seen"), not_seen: ["fog"], observer_place: fix(47), not_seen_when: HOUR, ...change });

  test("a restriction says of which kind it was, and ends after its start", () => {
    expect(access()).toBeNull();
    expect(access({ access_kind: "undetermined" })).toBe("access_kind");
    expect(access({ access_end_ms: NOW - 1 })).toBe("end_before_start");
  });

  test("what could not be seen has both ends, or is said to be undetermined", () => {
    const at = (change: Partial<When>): ReturnType<typeof problem> => unseen({ not_seen_when: { ...HOUR, ...change } });
    expect(at({})).toBeNull();
    expect(unseen({ not_seen_when: blank("not_seen").not_seen_when })).toBe("no_interval");
    for (const mode of ["now", "ago"] as const) expect(at({ mode })).toBe("no_interval");
    expect(at({ start: "" })).toBe("unreadable");
    expect(at({ start: "2026-03-03T02:00" })).toBe("end_before_start");
    expect(unseen({ not_seen_when: { ...HOUR, mode: "undetermined" }, observer_place: NOWHERE })).toBeNull();
  });

  test("what could not be seen from when to when needs a position, of the device or in numbers", () => {
    expect(unseen({ observer_place: NOWHERE })).toBe("no_position");
    expect(unseen({ observer_place: typed("post 4") })).toBe("no_position");
    expect(unseen({ observer_place: NOWHERE, place: fix(47) })).toBeNull();
    expect(unseen({ observer_place: typed("47.05 -30.12 0 500") })).toBeNull();
  });

  test("a position that is awaited or cannot be is mended first; only four numbers are a position", () => {
    const at = (place: Place): ReturnType<typeof problem> => problem(report({ effect: "shot", place }), KYIV, NOW);
    expect(at({ ...NOWHERE, mode: "device" })).toBe("place_waiting");
    expect(at(fix(47, -30, 600_000))).toBe("place_wrong");
    expect(at(typed("147 -30 0 5"))).toBe("place_wrong");
    expect(at(typed("47 -30 0 -5"))).toBe("place_wrong");
    for (const words of ["36U VV 123 456", "147 -30", "147  -30 0 5", "0x93 1 2 3", "5 km N of Karsk"]) {
      expect(at(typed(words)), words).toBeNull();
    }
  });

  test("a distance is within its limits, where it is asked for", () => {
    const far = (change: Partial<Report>): Report => report({ effect: "shot", range_band: "own", ...change });
    for (const range_min_m of [-1, 100_001, Number.NaN]) expect(found(far({ range_min_m }))).toBe("range_limits");
    expect(problem(far({ effect: "jamming", range_min_m: 900, range_max_m: 300 }), KYIV, NOW)).toBeNull();
    expect(toFields(far({}), WHO, "i", KYIV).range_band).toBe("undetermined");
  });

  test("a thousand characters of any script fit, and more bytes than the server takes do not", () => {
    expect(problem(report({ narrative: "\u{1F4A5}".repeat(WORDS_MAX / 2) }), KYIV, NOW)).toBeNull();
    expect(problem(report({ narrative: "\u0639".repeat(WORDS_MAX) }), KYIV, NOW)).toBeNull();
    expect(problem(report({ narrative: "\u0639".repeat(2049) }), KYIV, NOW)).toBe("too_long");
  });

  test("a unit that nobody touched is the usual one, and undetermined is an answer", () => {
    const fields = (change: Partial<Report>): unknown =>
      toFields(report({ effect: "burst", count: 3, ...change }), WHO, "i", KYIV);
    expect(fields({})).toMatchObject({ unit: "bursts" });
    expect(fields({ unit: "undetermined" })).toMatchObject({ unit: "undetermined" });
  });

  test("names of files are as short as the server takes them, and keep their ending", () => {
    const name = shortName(`${"снимок".repeat(60)}.jpeg`);
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
    expect(name.endsWith(".jpeg")).toBe(true);
    expect(shortName("a.jpg")).toBe("a.jpg");
    expect(cut("аб", 3)).toBe("а");
  });
});
