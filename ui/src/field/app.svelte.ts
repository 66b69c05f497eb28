/** What the form's parts share: the store, the enrolment, the items, and the sending of what waits. */
import { isLang, language, LANGUAGES, type Lang } from "./i18n/index.svelte";
import { due, next, nextDue, skew, draft as newDraft, type Item } from "./queue";
import { blank, FORM_VERSION, isBlank, toFields, type Report, type ReportKind } from "./report";
import { send } from "./send";
import { Store, type Enrolment } from "./store";
import { make, tried, type Lock } from "./vault";
import { Wire } from "./wire";

export type Theme = "auto" | "light" | "dark";
const WIPED = "wiped";
const RELOCKED = "relocked";
/** A page that nobody closes looks again this often, whatever the browser says of the network. */
const TICK_MS = 5000;

/** The appearance to show: at night dark, unless the observer has chosen; by day as the system has it. */
export function shownTheme(theme: Theme, hour: number, systemDark: boolean): "light" | "dark" {
  if (theme !== "auto") return theme;
  return systemDark || hour >= 18 || hour < 7 ? "dark" : "light";
}

/** The token of an enrolment link's hash; null if it is none. */
export function enrolToken(hash: string): string | null {
  const found = /^#enrol=([A-Za-z0-9._~+/=-]{8,512})$/.exec(hash);
  return found?.[1] ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

class Field {
  ready = $state(false);
  locked = $state<Lock | null>(null);
  hasPin = $state(false);
  enrolment = $state.raw<Enrolment | null>(null);
  offered = $state<string | null>(null);
  items = $state.raw<Item[]>([]);
  drafts = $state<Partial<Record<ReportKind, Item>>>({});
  progress = $state<Record<string, number>>({});
  online = $state(true);
  unknown = $state(false);
  skew_ms = $state<number | null>(null);
  trouble = $state<"full" | string | null>(null);
  durable = $state(false);
  used_bytes = $state(0);
  theme = $state<Theme>("auto");
  now_ms = $state(Date.now());
  private store: Store | null = null;
  private busy = false;
  private channel: BroadcastChannel | null = null;
  private saving: Promise<unknown> = Promise.resolve();

  /** The mission's civil zone; before the server named it, the device's own. */
  get zone(): string {
    return this.enrolment?.me?.zone || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  }

  get waiting(): Item[] {
    return this.items.filter((i) => i.state === "queued" || i.state === "sending");
  }

  get refused(): Item[] {
    return this.items.filter((i) => i.state === "refused");
  }

  get unsent(): number {
    return this.waiting.length + this.refused.length + this.items.filter((i) => i.state === "draft").length;
  }

  async start(): Promise<void> {
    this.online = navigator.onLine;
    this.offered = enrolToken(location.hash);
    // The token must not stay in the address bar, nor in what the browser remembers.
    if (location.hash) history.replaceState(null, "", location.pathname);
    this.store = await Store.open();
    await this.settings();
    this.listen();
    const lock = await this.store.lock();
    this.hasPin = lock !== null;
    if (lock) this.locked = lock;
    else await this.enter();
    this.ready = true;
  }

  private async settings(): Promise<void> {
    const lang = await this.store?.setting("lang");
    const wanted = lang && isLang(lang) ? lang : LANGUAGES.find((l) => navigator.languages.some((n) => n.split("-")[0] === l.code))?.code;
    await language.use(wanted ?? "en").catch(() => language.use("en"));
    const theme = await this.store?.setting("theme");
    if (theme === "light" || theme === "dark" || theme === "auto") this.theme = theme;
    this.paint();
  }

  paint(): void {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = shownTheme(this.theme, new Date().getHours(), dark);
  }

  async useTheme(theme: Theme): Promise<void> {
    this.theme = theme;
    this.paint();
    await this.store?.set("theme", theme);
  }

  async useLanguage(code: Lang): Promise<void> {
    await language.use(code);
    await this.store?.set("lang", code);
  }

  private listen(): void {
    const look = (): void => {
      this.online = navigator.onLine;
      // Perhaps the officer has put the enrolment right meanwhile.
      if (this.online && (this.unknown || !this.enrolment?.me)) void this.identify();
      void this.pump(this.online);
    };
    addEventListener("online", look);
    addEventListener("offline", look);
    document.addEventListener("visibilitychange", () => !document.hidden && look());
    setInterval(() => {
      this.now_ms = Date.now();
      this.paint();
      void this.pump();
    }, TICK_MS);
    this.channel = new BroadcastChannel("field");
    this.channel.onmessage = (e) => {
      if (e.data === WIPED) location.replace("about:blank");
      else if (e.data === RELOCKED) location.reload();
      else void this.reload();
    };
  }

  /** What follows once the store can be read. */
  private async enter(): Promise<void> {
    if (!this.store) return;
    this.enrolment = await this.store.enrolment();
    await this.reload();
    await this.mend();
    for (const kind of ["report", "access", "not_seen"] as const) this.openDraft(kind);
    if (this.offered && (!this.enrolment || this.enrolment.token === this.offered)) await this.enrol();
    this.durable = (await navigator.storage?.persisted?.()) ?? false;
    void this.identify();
    void this.pump(true);
  }

  /** What a page that was closed in the middle left behind. */
  private async mend(): Promise<void> {
    await navigator.locks.request("field-send", { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      for (const item of this.items) {
        if (item.state === "sending") await this.store?.put(next(item, { type: "interrupted" }), ["sending"]);
        if (item.state === "kept") await this.store?.forgetPhotos(item.id);
      }
    });
    await this.reload();
  }

  async reload(): Promise<void> {
    if (!this.store || this.locked) return;
    this.items = await this.store.items();
    this.used_bytes = (await navigator.storage?.estimate?.())?.usage ?? 0;
  }

  // Enrolment

  async enrol(): Promise<void> {
    if (!this.offered || !this.store) return;
    const same = this.enrolment?.token === this.offered;
    if (!same) {
      this.enrolment = { token: this.offered, me: null };
      await this.store.enrol(this.enrolment);
    }
    this.offered = null;
    this.unknown = false;
    this.durable = (await navigator.storage?.persist?.()) ?? false;
    void this.identify();
  }

  /** Asks the server who this device is, and looks at its clock. */
  async identify(): Promise<void> {
    const enrolment = this.enrolment;
    if (!enrolment || !this.store) return;
    const asked = Date.now();
    const outcome = await new Wire(enrolment.token).me();
    if (this.enrolment !== enrolment) return;
    if (!outcome.ok) {
      if (outcome.why === "unknown") this.unknown = true;
      return;
    }
    this.unknown = false;
    this.skew_ms = skew(outcome.value.server_time, asked, Date.now());
    this.enrolment = { token: enrolment.token, me: outcome.value };
    await this.store.enrol(this.enrolment);
    void this.pump(true);
  }

  get newer(): string | null {
    const version = this.enrolment?.me?.form_version;
    return version && version !== FORM_VERSION ? version : null;
  }

  // Drafts

  private openDraft(kind: ReportKind): void {
    const known = this.items.filter((i) => i.state === "draft" && i.report?.kind === kind).at(-1);
    this.drafts[kind] = known ? structuredClone(known) : newDraft(crypto.randomUUID(), blank(kind), Date.now());
  }

  /** Keeps a draft; saves follow each other in order. False if the device could not. */
  save(kind: ReportKind): Promise<boolean> {
    const item = this.drafts[kind];
    if (!item?.report) return Promise.resolve(true);
    const copy = $state.snapshot({ ...item, media: item.report.media }) as Item;
    const stored = this.items.some((i) => i.id === copy.id);
    if (!stored && copy.report && isBlank(copy.report)) return Promise.resolve(true);
    return this.keep(() => this.store?.put(copy, ["draft"]) ?? Promise.resolve(false));
  }

  private keep(write: () => Promise<unknown>): Promise<boolean> {
    const run = this.saving.then(async () => {
      try {
        await write();
        this.trouble = null;
        await this.reload();
        return true;
      } catch (error) {
        this.trouble = error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : messageOf(error);
        return false;
      }
    });
    this.saving = run;
    return run;
  }

  async addPhoto(kind: ReportKind, sha256: string, bytes: ArrayBuffer): Promise<boolean> {
    const id = this.drafts[kind]?.id;
    return id ? this.keep(() => this.store?.putPhoto(id, sha256, bytes) ?? Promise.resolve()) : false;
  }

  async photo(item: string, sha256: string): Promise<ArrayBuffer | null> {
    return (await this.store?.photo(item, sha256)) ?? null;
  }

  async removePhoto(item: string, sha256: string): Promise<void> {
    await this.keep(() => this.store?.removePhoto(item, sha256) ?? Promise.resolve());
  }

  /** Finishes the report. A second tap finds no draft of that id and changes nothing. */
  async finish(kind: ReportKind): Promise<boolean> {
    const item = this.drafts[kind];
    if (!item?.report) return false;
    const report = $state.snapshot(item.report) as Report;
    const me = this.enrolment?.me;
    const fields = toFields(report, { observer: me?.observer ?? "", team: me?.team ?? "" }, item.id, this.zone);
    const queued = next({ ...($state.snapshot(item) as Item), report }, { type: "submit", fields, now_ms: Date.now() });
    // The next report starts at once with an id of its own, so that no tap can send this one again.
    this.drafts[kind] = newDraft(crypto.randomUUID(), blank(kind), Date.now());
    if (!(await this.keep(() => this.store?.put(queued, ["draft"]) ?? Promise.resolve(false)))) {
      this.drafts[kind] = item;
      return false;
    }
    void this.pump(true);
    return true;
  }

  async discard(kind: ReportKind): Promise<void> {
    const id = this.drafts[kind]?.id;
    this.drafts[kind] = newDraft(crypto.randomUUID(), blank(kind), Date.now());
    if (id) await this.keep(() => this.store?.remove(id) ?? Promise.resolve());
  }

  /** Opens a refused report or another draft again. */
  async resume(item: Item): Promise<ReportKind | null> {
    const kind = item.report?.kind;
    if (!kind) return null;
    await this.save(kind);
    const again = item.state === "refused" ? next(item, { type: "correct" }) : item;
    if (again.state !== "draft") return null;
    await this.keep(() => this.store?.put(again, ["refused", "draft"]) ?? Promise.resolve());
    this.drafts[kind] = structuredClone(again);
    return kind;
  }

  /** Removes a refused report for good. */
  async drop(item: Item): Promise<void> {
    if (item.state === "refused") await this.keep(() => this.store?.remove(item.id) ?? Promise.resolve());
  }

  async clearReceipts(): Promise<void> {
    const kept = this.items.filter((i) => i.state === "kept");
    await this.keep(async () => {
      for (const item of kept) await this.store?.remove(item.id);
    });
  }

  // Sending

  /** Sends what is due; `all` sends what waits for its time too. Only one page of this device sends at a time. */
  async pump(all = false): Promise<void> {
    if (this.busy || !this.store || this.locked || !this.enrolment || this.unknown) return;
    const soon = nextDue(this.items);
    if (soon === null || !navigator.onLine || (!all && soon > Date.now())) return;
    this.busy = true;
    try {
      await navigator.locks.request("field-send", { ifAvailable: true }, (lock) => (lock ? this.drain(all) : undefined));
    } catch (error) {
      this.trouble = messageOf(error);
    } finally {
      this.busy = false;
    }
  }

  private async drain(all: boolean): Promise<void> {
    const store = this.store;
    const enrolment = this.enrolment;
    if (!store || !enrolment) return;
    const wire = new Wire(enrolment.token);
    const told = (item: Item, progress?: number): void => {
      this.items = this.items.map((i) => (i.id === item.id ? item : i));
      if (progress === undefined) delete this.progress[item.id];
      else this.progress[item.id] = progress;
    };
    for (const item of due(await store.items(), all ? Number.MAX_SAFE_INTEGER : Date.now())) {
      const ended = await send(item, { wire, shelf: store, now: Date.now, zone: this.zone, told });
      if (ended === "unknown") this.unknown = true;
      if (ended === "unknown" || ended === "again") break;
    }
    await this.reload();
    this.channel?.postMessage("changed");
    if (!this.enrolment?.me) void this.identify();
  }

  // Lock and wipe

  async unlock(pin: string): Promise<boolean> {
    if (!this.locked || !this.store) return false;
    const found = await tried(this.locked, pin);
    if (found === "duress") {
      await this.wipe();
      return true;
    }
    if (!found) return false;
    this.store.key = found;
    this.locked = null;
    await this.enter();
    return true;
  }

  async setPin(pin: string, duress: string): Promise<boolean> {
    const { lock, key } = await make(pin, duress);
    const done = await this.keep(() => this.exclusively(() => this.store?.relock(lock, key)));
    if (done) {
      this.hasPin = true;
      this.channel?.postMessage(RELOCKED);
    }
    return done;
  }

  async removePin(): Promise<void> {
    if (!(await this.keep(() => this.exclusively(() => this.store?.relock(null, null))))) return;
    this.hasPin = false;
    this.channel?.postMessage(RELOCKED);
  }

  /** Not while something is being sent: a step stored meanwhile would be undone. */
  private exclusively(run: () => Promise<void> | undefined): Promise<unknown> {
    return navigator.locks.request("field-send", async () => run());
  }

  /** Erases all that this page has put on the device, and leaves for an empty page. */
  async wipe(): Promise<void> {
    // First what matters most; what fails after it must not keep the rest from being erased.
    const steps: (() => Promise<unknown> | undefined)[] = [
      () => this.store?.wipe(),
      async () => { for (const name of await caches.keys()) if (name.startsWith("field-")) await caches.delete(name); },
      async () => { for (const r of await navigator.serviceWorker.getRegistrations()) if (new URL(r.scope).pathname === "/field") await r.unregister(); },
    ];
    for (const step of steps) {
      try {
        await step();
      } catch {
        continue;
      }
    }
    this.channel?.postMessage(WIPED);
    location.replace("about:blank");
  }
}

export const field = new Field();
