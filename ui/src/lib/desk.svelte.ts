/** What every page shares: the mission, the head of the journal, the live stream, the appearance. */
import type { Mission } from "../api/types";
import { api, isAbort } from "./api";

export type Theme = "system" | "light" | "dark";

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage may be forbidden; the desk works without it.
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

/** Many heads may come within a second while evidence is read in; one look afterwards is enough. */
const SETTLE_MS = 1_500;
const RECONNECT_MS = 5_000;

class Desk {
  mission = $state.raw<Mission | null>(null);
  error = $state.raw<unknown>(null);
  live = $state<"live" | "offline" | "paused">("offline");
  /** A newer state of the record than the one shown. */
  private latest = $state.raw<Mission | null>(null);
  /** Grows when everything on the page should be fetched again. */
  tick = $state(0);
  theme = $state<Theme>("system");
  systemDark = $state(false);
  singleKeys = $state(true);
  private attempt = 0;

  /** What has come since the reader looked, if anything has. */
  news = $derived.by(() => {
    if (!this.latest || !this.mission || this.latest.head.seq <= this.mission.head.seq) return null;
    return {
      entries: this.latest.head.seq - this.mission.head.seq,
      incidents: this.latest.totals.incidents - this.mission.totals.incidents,
    };
  });

  dark = $derived(this.theme === "dark" || (this.theme === "system" && this.systemDark));

  /** Fetches the mission as known at an instant, or now. */
  load(asKnownAt: string | null): () => void {
    const abort = new AbortController();
    const mine = ++this.attempt;
    api.mission(asKnownAt, abort.signal).then(
      (mission) => {
        if (mine !== this.attempt) return;
        this.mission = mission;
        this.latest = null;
        this.error = null;
      },
      (error: unknown) => {
        if (mine === this.attempt && !isAbort(error)) this.error = error;
      },
    );
    return () => abort.abort();
  }

  /** Forgets what was read: whoever is there now may not. */
  forget(): void {
    this.attempt += 1;
    this.mission = null;
    this.latest = null;
    this.error = null;
  }

  /** Shows what has come. */
  show(): void {
    if (this.latest) this.mission = this.latest;
    this.latest = null;
    this.tick += 1;
  }

  /** Follows the head of the journal until the result is called. */
  follow(): () => void {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        api.mission(null).then((m) => (this.latest = m), () => undefined);
      }, SETTLE_MS);
    };
    const connect = (): void => {
      source = new EventSource("/api/v1/stream");
      source.onopen = () => (this.live = "live");
      source.addEventListener("head", (event) => {
        this.live = "live";
        const head = readHead((event as MessageEvent<string>).data);
        if (this.mission && head !== null && head > this.mission.head.seq) look();
      });
      source.onerror = () => {
        this.live = "offline";
        // The browser retries by itself unless the server refused outright.
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(connect, RECONNECT_MS);
      };
    };
    connect();
    return () => {
      source?.close();
      clearTimeout(timer);
      clearTimeout(again);
      this.live = "paused";
    };
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    store("truceline.theme", theme);
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    store("truceline.keys", on ? "on" : "off");
  }

  /** Reads what this browser remembers. */
  remember(): void {
    const theme = stored("truceline.theme");
    if (theme === "light" || theme === "dark") this.theme = theme;
    this.singleKeys = stored("truceline.keys") !== "off";
    const media = matchMedia("(prefers-color-scheme: dark)");
    this.systemDark = media.matches;
    media.addEventListener("change", (e) => (this.systemDark = e.matches));
  }
}

function readHead(data: string): number | null {
  try {
    const head = JSON.parse(data) as { seq?: unknown };
    return typeof head.seq === "number" ? head.seq : null;
  } catch {
    return null;
  }
}

export const desk = new Desk();
export const rememberedLanguage = (): string | null => stored("truceline.lang");
export const rememberLanguage = (code: string): void => store("truceline.lang", code);

/** The mission's civil zone. */
export function zone(): string {
  return desk.mission?.zone ?? "UTC";
}

export function lessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
