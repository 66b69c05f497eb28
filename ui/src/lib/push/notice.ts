/** What a message that a push service brought says on the screen. Knows no page and no worker: both use it. */
import { noticeAr } from "../i18n/push/ar";
import { noticeEn, type NoticeWords } from "../i18n/push/en";
import { noticeFr } from "../i18n/push/fr";
import { noticeRu } from "../i18n/push/ru";
import { noticeUk } from "../i18n/push/uk";

export const VERSION = 1;
export const KINDS = ["alert", "update", "cancel", "exercise"] as const;
export const LEVELS = ["advisory", "watch", "warning"] as const;
export type Kind = (typeof KINDS)[number];
export type Level = (typeof LEVELS)[number];

export const NOTICE_WORDS: Readonly<Record<string, NoticeWords>> = { en: noticeEn, uk: noticeUk, ru: noticeRu, fr: noticeFr, ar: noticeAr };
/** Longest headline that is shown, characters; a screen shows less. */
const HEADLINE_MAX = 300;
/** PNG: not every system draws an SVG there. */
const ICON = "/field-icon-192.png";
/** Where the desk opens when a message does not say, or says something that is not of the desk. */
export const HOME = "/watch";
/** What takes the place of what, where a message has no thread. */
const NO_THREAD = "truceline";

/** A message as the server sends it, after every check. */
export interface Told {
  /** The thread: what is told later of the same takes its place. */
  tag: string;
  id: string;
  kind: Kind;
  level: Level;
  language: string;
  headline: string | null;
  path: string;
}

/** What `showNotification` is given. */
export interface Notice {
  title: string;
  options: {
    body: string; lang: string; dir: "ltr" | "rtl"; tag: string; renotify: boolean; requireInteraction: boolean; icon: string;
    data: { path: string; id: string };
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const oneOf = <T extends string>(list: readonly T[], value: unknown): T | null => list.find((one) => one === value) ?? null;

/** The language of which the words are at hand, by the first two letters of what is wanted. */
export function worded(wanted: readonly unknown[]): string {
  return wanted.filter(isText).map((code) => code.slice(0, 2).toLowerCase()).find((code) => Object.hasOwn(NOTICE_WORDS, code)) ?? "en";
}

/** Reads a message; null where it is not one that this version understands. */
export function readTold(text: string | null): Told | null {
  let sent: Record<string, unknown> | null;
  try {
    sent = JSON.parse(text ?? "") as Record<string, unknown> | null;
  } catch {
    return null;
  }
  if (sent === null || typeof sent !== "object" || sent.v !== VERSION || !isText(sent.tag)) return null;
  const kind = oneOf(KINDS, sent.kind);
  const level = oneOf(LEVELS, sent.level);
  if (kind === null || level === null) return null;
  return {
    tag: sent.tag, kind, level, id: isText(sent.id) ? sent.id : "", language: worded([sent.language]),
    headline: isText(sent.headline) ? sent.headline.slice(0, HEADLINE_MAX) : null, path: isText(sent.path) ? sent.path : HOME,
  };
}

/** The notification for what came: browsers demand one for everything that comes, also for what is not understood. */
export function noticeOf(text: string | null, wanted: readonly string[]): Notice {
  const told = readTold(text);
  return told ? ofTold(told) : plain("neutral", wanted);
}

/** A notification that tells of no warning. `lost`: that none come any more. */
export function plain(what: "neutral" | "lost", wanted: readonly string[]): Notice {
  const language = worded(wanted);
  const words = NOTICE_WORDS[language] ?? noticeEn;
  return {
    title: words[`${what}.title`],
    options: {
      body: words[`${what}.body`], ...spoken(language), tag: what === "lost" ? `${NO_THREAD}-lost` : NO_THREAD, renotify: true,
      requireInteraction: what === "lost", icon: ICON, data: { path: HOME, id: "" },
    },
  };
}

const spoken = (language: string): { lang: string; dir: "ltr" | "rtl" } => ({ lang: language, dir: language === "ar" ? "rtl" : "ltr" });

function ofTold(told: Told): Notice {
  const words = NOTICE_WORDS[told.language] ?? noticeEn;
  const own = words[`${told.kind}.body`];
  // That it has ended, and that it is an exercise, is never left to the headline.
  const says = told.headline === null ? [own] : told.kind === "alert" || told.kind === "update" ? [told.headline] : [own, told.headline];
  return {
    title: words[`${told.kind}.title`].replace("{level}", words[`level.${told.level}`]),
    options: {
      body: says.join("\n"), ...spoken(told.language), tag: told.tag, renotify: told.kind === "alert" || told.kind === "update",
      requireInteraction: told.level === "warning", icon: ICON, data: { path: told.path, id: told.id },
    },
  };
}

/**
 * The whole address for a path of the desk; null for anything else. What begins with one `/` may still lead elsewhere: browsers
 * drop tabs and line ends, take `\` for `/`, and resolve `/..//name` to a path that another base would read as a host.
 */
export function addressOf(path: unknown, origin: string): string | null {
  if (!isText(path) || !/^\/(?![/\\])[^\s\\\u0000-\u001f\u007f]*$/.test(path)) return null;
  const url = new URL(path, origin);
  return url.origin === origin && !url.pathname.startsWith("//") ? url.href : null;
}
