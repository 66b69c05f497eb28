import { describe, expect, test } from "vitest";
import { civil, civilDate, civilWithZone, fromInput, interval, offsetName, ticks, toInput, usableZone, zoneName } from "../src/lib/time";

const KYIV = "Europe/Kyiv";
const plain = (text: string): string => text.replace(/[\u2066\u2069]/g, "");

describe("times for people", () => {
  test("are in the mission's zone, not the reader's", () => {
    expect(plain(civilWithZone("2026-03-03T22:30:00.000Z", KYIV, "en-GB"))).toBe("4 Mar 2026, 00:30 UTC+2");
    expect(plain(civilWithZone("2026-07-03T22:30:00.000Z", KYIV, "en-GB"))).toBe("4 Jul 2026, 01:30 UTC+3");
  });

  test("name a zone of a fixed offset by its offset, with the sign people expect", () => {
    expect(offsetName(0, "Etc/GMT-2")).toBe("UTC+2");
    expect(zoneName(0, "Etc/GMT-2")).toBe("Etc/GMT-2, UTC+2");
    expect(offsetName(0, "America/St_Johns")).toBe("UTC−3:30");
    expect(zoneName(0, "UTC")).toBe("UTC");
  });

  test("fall back to UTC, and say so, when the browser does not know the zone", () => {
    expect(usableZone("Mars/Olympus")).toBe("UTC");
    expect(plain(civilWithZone("2026-03-03T22:30:00.000Z", "Mars/Olympus", "en-GB"))).toBe("3 Mar 2026, 22:30 UTC");
  });

  test("are never more exact than the source", () => {
    const day = (precision: string) => plain(interval("2026-03-02T22:00:00.000Z", "2026-03-03T22:00:00.000Z", precision, KYIV, "en-GB"));
    expect(day("day")).toBe("3 Mar 2026");
    expect(plain(interval("2026-03-02T22:00:00.000Z", "2026-03-05T22:00:00.000Z", "coarser", KYIV, "en-GB"))).toBe("3 Mar 2026 – 5 Mar 2026");
    expect(plain(interval("2026-03-03T10:00:00.000Z", "2026-03-03T11:00:00.000Z", "hour", KYIV, "en-GB"))).toBe("3 Mar 2026, 12:00 – 13:00 UTC+2");
    expect(plain(interval("2026-03-03T10:05:00.000Z", "2026-03-03T10:06:00.000Z", "minute", KYIV, "en-GB"))).toBe("3 Mar 2026, 12:05 UTC+2");
    expect(plain(interval("2026-03-03T10:05:07.000Z", "2026-03-03T10:05:07.000Z", "second", KYIV, "en-GB"))).toBe("3 Mar 2026, 12:05:07 UTC+2");
  });

  test("show what came when it is no time at all", () => {
    expect(civil("soon", KYIV, "en-GB")).toBe("soon");
  });
});

describe("times typed by people", () => {
  test("come back as the same instant", () => {
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 47 * 3_600_000) {
      const iso = new Date(ms).toISOString();
      expect(fromInput(toInput(iso, KYIV), KYIV)).toBe(iso);
    }
  });

  test("in the hour that does not exist mean the later side of the gap, and never another day", () => {
    expect(fromInput("2026-03-29T03:30", KYIV)).toBe("2026-03-29T01:30:00.000Z");
  });

  test("in the hour that comes twice mean the first", () => {
    expect(fromInput("2026-10-25T03:30", KYIV)).toBe("2026-10-25T00:30:00.000Z");
  });

  test("are refused when they are no time", () => {
    expect(fromInput("", KYIV)).toBeNull();
    expect(fromInput("2026-13-01T00:00", KYIV)).toBeNull();
  });

  test("a civil date is the mission's date", () => {
    expect(civilDate("2026-03-03T22:30:00.000Z", KYIV)).toBe("2026-03-04");
  });
});

describe("ticks of an axis", () => {
  test("stand at civil midnights, inside the axis, in order", () => {
    const from = Date.parse("2026-03-20T05:00:00Z");
    const to = Date.parse("2026-04-05T05:00:00Z");
    const marks = ticks(from, to, KYIV, "en-GB", 8);
    expect(marks.length).toBeGreaterThan(3);
    for (const mark of marks) {
      expect(mark.ms).toBeGreaterThanOrEqual(from);
      expect(mark.ms).toBeLessThanOrEqual(to);
      expect(toInput(new Date(mark.ms).toISOString(), KYIV).slice(11)).toBe("00:00");
    }
    expect(marks.map((m) => m.ms)).toEqual([...marks.map((m) => m.ms)].sort((a, b) => a - b));
  });

  test("are few, whatever the span", () => {
    for (const days of [0.1, 1, 9, 40, 400, 4000, 40000]) {
      const marks = ticks(Date.UTC(2000, 0, 1), Date.UTC(2000, 0, 1) + days * 86_400_000, "UTC", "en-GB", 8);
      expect(marks.length).toBeLessThanOrEqual(12);
    }
  });
});
