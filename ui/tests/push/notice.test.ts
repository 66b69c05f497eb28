import { describe, expect, test } from "vitest";
import { isDesk } from "../../src/lib/addresses";
import { noticeEn } from "../../src/lib/i18n/push/en";
import { LANGUAGES } from "../../src/lib/i18n/index.svelte";
import { addressOf, HOME, KINDS, LEVELS, NOTICE_WORDS, noticeOf, plain, readTold, worded } from "../../src/lib/push/notice";

const CODES = Object.keys(NOTICE_WORDS);
const message = { v: 1, tag: "W-3", id: "m-1", kind: "alert", level: "warning", language: "en", path: "/watch/W-3" };
const sent = (change: object = {}): string => JSON.stringify({ ...message, ...change }).padEnd(2000);
const of = (change: object = {}) => noticeOf(sent(change), ["en"]);

describe("the words", () => {
  test("are there in every language of the desk", () => {
    expect(CODES.sort()).toEqual(LANGUAGES.map((l) => l.code).sort());
  });
  test.each(CODES)("in %s none is missing, empty or English, and each asks for what the English asks for", (code) => {
    const words = NOTICE_WORDS[code] ?? noticeEn;
    expect(Object.keys(words).sort()).toEqual(Object.keys(noticeEn).sort());
    for (const [key, text] of Object.entries(words)) {
      const english = noticeEn[key as keyof typeof noticeEn];
      expect(text.trim(), key).not.toBe("");
      expect(text.includes("{level}"), key).toBe(english.includes("{level}"));
      if (code !== "en" && english !== "Truceline" && english !== "{level}") expect(text, key).not.toBe(english);
    }
  });
});

describe.each(CODES)("in %s", (language) => {
  const words = NOTICE_WORDS[language] ?? noticeEn;
  test.each(KINDS.flatMap((kind) => LEVELS.map((level) => [kind, level] as const)))("%s of %s says its level, and whether it stands, changed, ended or is none", (kind, level) => {
    const { title, options } = of({ kind, level, language });
    expect(title).toContain(words[`level.${level}`]);
    expect(title).not.toContain("{");
    expect(options.body).toBe(words[`${kind}.body`]);
    expect(options).toMatchObject({ lang: language, dir: language === "ar" ? "rtl" : "ltr", tag: "W-3", data: { path: "/watch/W-3", id: "m-1" } });
    expect(options.renotify).toBe(kind === "alert" || kind === "update");
    expect(options.requireInteraction).toBe(level === "warning");
  });
  test("no two kinds of one level can be taken for each other", () => {
    expect(new Set(KINDS.map((kind) => of({ kind, language }).title)).size).toBe(KINDS.length);
  });
});

describe("a headline", () => {
  test("is shown where the desk sends one, and only there", () => {
    expect(of({ headline: "Stay off the northern road." }).options.body).toBe("Stay off the northern road.");
    expect(of().options.body).not.toContain("road");
  });
  test("never hides that it has ended or is an exercise", () => {
    for (const kind of ["cancel", "exercise"] as const) {
      expect(of({ kind, headline: "Stay off." }).options.body).toBe(`${noticeEn[`${kind}.body`]}\nStay off.`);
    }
  });
  test("of any length and kind breaks nothing", () => {
    expect(of({ headline: "x".repeat(9000) }).options.body).toHaveLength(300);
    expect(of({ headline: 7 }).options.body).toBe(noticeEn["alert.body"]);
  });
});

describe("what is not understood", () => {
  const BAD: [string, string | null][] = [
    ["nothing", null], ["empty", ""], ["spaces", "   "], ["no JSON", "not json"], ["half of it", sent().slice(0, 30)], ["null", "null"], ["a list", "[]"], ["a number", "7"], ["a text", '"x"'],
    ["another version", sent({ v: 2 })], ["no version", sent({ v: undefined })], ["a version in words", sent({ v: "1" })], ["an unknown kind", sent({ kind: "all-clear" })],
    ["an inherited kind", sent({ kind: "toString" })], ["an unknown level", sent({ level: "calm" })], ["no thread", sent({ tag: "" })], ["a thread that is no text", sent({ tag: 3 })],
  ];
  test.each(BAD)("%s: a neutral notification, for there must be one", (_, text) => {
    expect(readTold(text)).toBeNull();
    const { title, options } = noticeOf(text, ["uk-UA", "en"]);
    expect([title, options.body]).toEqual(["Truceline", NOTICE_WORDS.uk?.["neutral.body"]]);
    expect(options).toMatchObject({ lang: "uk", data: { path: HOME } });
    // A browser refuses one that renotifies without a tag.
    expect(options.tag).not.toBe("");
  });
  test("an unknown language is English, a region is its language", () => {
    expect(of({ language: "xx" }).options.lang).toBe("en");
    expect(of({ language: undefined }).options.lang).toBe("en");
    expect(of({ language: "fr-CH" }).options.lang).toBe("fr");
    expect(worded(["constructor", "ar-u-nu-latn"])).toBe("ar");
    expect(worded(["ru-RU"])).toBe("ru");
  });
  test("that nothing comes any more stays on the screen", () => {
    expect(plain("lost", ["fr"])).toMatchObject({ title: NOTICE_WORDS.fr?.["lost.title"], options: { requireInteraction: true, data: { path: HOME } } });
  });
});

describe("what a press opens", () => {
  const ORIGIN = "https://desk.example";
  test.each(["/watch", "/watch/W-3", "/watch/W%2F3?x=1#y", "/", "/board/window"])("%s is of the desk", (path) => {
    expect(addressOf(path, ORIGIN)).toBe(ORIGIN + path);
  });
  test.each([
    "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "https://evil.example/", "http://desk.example/", "javascript:alert(1)", "data:text/html,x",
    "watch", "", " /watch", "/watch /x", "/x\\y", "/..//evil.example", "/.//evil.example", "/watch/..//evil.example", "/%2e%2e//evil.example", "/\u0000", null, undefined, 7, {}, ["/watch"],
  ])("%j is not", (path) => {
    expect(addressOf(path, ORIGIN)).toBeNull();
  });
  test("only tabs of the desk itself are asked to go there", () => {
    for (const path of ["/", "/watch", "/cases/X", "/board", "/board/windows", "/fields"]) expect(isDesk(ORIGIN + path, ORIGIN), path).toBe(true);
    for (const path of ["/field", "/board/window/WIN-1", "/reports/daily/x", "/api/v1/me"]) expect(isDesk(ORIGIN + path, ORIGIN), path).toBe(false);
    expect(isDesk("https://evil.example/watch", ORIGIN)).toBe(false);
  });
});
