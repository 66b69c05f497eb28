/** What the form's parts share: the store, the enrolment, the items, and the sending of what waits. */
import { forgetWindows } from "../lib/offline/windows";
import { alone } from "../lib/offline/alone";
import { dismiss, forgetFiles } from "../lib/offline/files";
import { isLang, language, LANGUAGES, type Lang } from "./i18n/index.svelte";
import { beside, due, next, nextDue, skew, draft as newDraft, type Event, type Item } from "./queue";
import { blank, FORM_VERSION, isBlank, toFields, type MediaRef, type Report, type ReportKind } from "./report";
import { send } from "./send";
import { Store, type Enrolment } from "./store";
import { make, tried, type Lock } from "./vault";
import { Wire } from "./wire";

export type Theme = "auto" | "light" | "dark";
const LOCK = "field-send";
const WIPED = "wiped";
const RELOCKED = "relocked";
/** A page that nobody closes looks again this often, whatever the browser says of the network. */
const TICK_MS = 5000;
/** While the server does not accept the enrolment it is asked again after so many looks. */
const TICKS_UNKNOWN = 60;
const KINDS: readonly ReportKind[] = ["report", "access", "not_seen"];

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

type Added = "added" | "gone" | "failed";
type Erasure = "reports" | "files";

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
  /** Files of a draft that are being hashed, by the draft's id. */
  hashing = $state<Record<string, number>>({});
  /** Whether another tab has changed a draft that was open here, and something said here was not saved. */
  overtaken = $state(false);
  /** What could not be erased. */
  notErased = $state<Erasure[]>([]);
  private store: Store | null = null;
  private busy = false;
  private channel: BroadcastChannel | null = null;
  private saving: Promise<unknown> = Promise.resolve();
  private ticks = 0;
  /** The stored items' `rev`s as last read. */
  private stored = new Map<string, number>();
  /** Of each open draft: the `rev` it is based on, what was last written of it, how often another tab's replaced it. */
  private bases = new Map<string, { rev: number; text: string; turn: number }>();

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
      this.ticks += 1;
      if (this.unknown && navigator.onLine && this.ticks % TICKS_UNKNOWN === 0) void this.identify();
      void this.pump();
    }, TICK_MS);
    this.channel = new BroadcastChannel("field");
    this.channel.onmessage = (e) => {
      if (e.data === WIPED) location.replace("about:blank");
      else if (e.data === RELOCKED) location.reload();
      else void this.adopt();
    };
  }

  /** What follows once the store can be read. */
  private async enter(): Promise<void> {
    if (!this.store) return;
    this.enrolment = await this.store.enrolment();
    await this.reload();
    await this.mend();
    for (const kind of KINDS) this.openDraft(kind);
    if (this.offered && (!this.enrolment || this.enrolment.token === this.offered)) await this.enrol();
    this.durable = (await navigator.storage?.persisted?.()) ?? false;
    void this.identify();
    void this.pump(true);
  }

  /** What a page that was closed in the middle left behind. */
  private async mend(): Promise<void> {
    await alone(LOCK, async () => {
      await this.interrupted();
      for (const { item } of (await this.store?.items()) ?? []) {
        if (item.state === "kept") await this.store?.forgetPhotos(item.id);
      }
    });
    await this.reload();
  }

  /** Only alone: what is marked as being sent is then being sent by nobody. */
  private async interrupted(): Promise<void> {
    for (const { item } of (await this.store?.items()) ?? []) {
      if (item.state === "sending") await this.store?.put(next(item, { type: "interrupted" }), ["sending"]);
    }
  }

  async reload(): Promise<void> {
    if (!this.store || this.locked) return;
    const all = await this.store.items();
    this.items = all.map((s) => s.item);
    this.stored = new Map(all.map((s) => [s.item.id, s.rev]));
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
    // Not stored, the server is asked again the next time; what waits may go out now.
    await this.store.enrol(this.enrolment).catch((error: unknown) => (this.trouble = messageOf(error)));
    void this.pump(true);
  }

  get newer(): string | null {
    const version = this.enrolment?.me?.form_version;
    return version && version !== FORM_VERSION ? version : null;
  }

  // Drafts

  private openDraft(kind: ReportKind): void {
    const known = this.items.filter((i) => i.state === "draft" && i.report?.kind === kind).at(-1);
    if (known) this.open(kind, known);
    else this.drafts[kind] = newDraft(crypto.randomUUID(), blank(kind), Date.now());
  }

  /** Shows the stored draft, whatever was open. */
  private open(kind: ReportKind, known: Item): void {
    const turn = (this.bases.get(known.id)?.turn ?? 0) + 1;
    this.bases.set(known.id, { rev: this.stored.get(known.id) ?? 0, text: JSON.stringify(known.report), turn });
    this.drafts[kind] = structuredClone(known);
  }

  /** After another tab has written: drafts that it has changed are shown as it has left them. */
  private async adopt(): Promise<void> {
    const run = this.saving.then(async () => {
      await this.reload();
      for (const kind of KINDS) this.adoptDraft(kind);
    });
    this.saving = run.catch(() => undefined);
    await this.saving;
  }

  private adoptDraft(kind: ReportKind): void {
    const id = this.drafts[kind]?.id;
    if (!id || this.locked) return;
    const known = this.items.find((i) => i.id === id);
    const stored = known ? { rev: this.stored.get(id) ?? 0, state: known.state } : null;
    const is = beside(this.bases.get(id)?.rev ?? 0, stored);
    if (is === "older" && known) this.open(kind, known);
    if (is === "over") this.drafts[kind] = newDraft(crypto.randomUUID(), blank(kind), Date.now());
  }

  /** Keeps a draft; saves follow each other in order. False if the device could not. */
  save(kind: ReportKind): Promise<boolean> {
    const item = this.drafts[kind];
    if (!item?.report) return Promise.resolve(true);
    const copy = $state.snapshot({ ...item, media: item.report.media }) as Item;
    return this.keep(this.writing(copy, JSON.stringify(copy.report)));
  }

  /**
   * Writes a draft (`text`: what is said in it), or what became of it (`text` null), over the version that it is based
   * on. What another tab has written since stays, and the observer is told.
   */
  private writing(item: Item, text: string | null): () => Promise<boolean> {
    const turn = this.bases.get(item.id)?.turn ?? 0;
    return async () => {
      const base = this.bases.get(item.id) ?? { rev: 0, text: "", turn: 0 };
      const isMine = base.turn === turn;
      const isEmpty = base.rev === 0 && item.report !== null && isBlank(item.report);
      if (isMine && text !== null && (isEmpty || base.text === text)) return true;
      const rev = isMine ? await this.store?.save(item, base.rev) : null;
      if (rev != null) {
        this.bases.set(item.id, { rev, text: text ?? "", turn });
        return true;
      }
      this.overtaken = true;
      void this.adopt();
      return false;
    };
  }

  private keep(write: () => Promise<boolean | void> | undefined): Promise<boolean> {
    const run = this.saving.then(async () => {
      try {
        const done = await write();
        this.trouble = null;
        await this.reload();
        this.channel?.postMessage("changed");
        return done !== false;
      } catch (error) {
        this.trouble = error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : messageOf(error);
        return false;
      }
    });
    this.saving = run;
    return run;
  }

  /** Adds a hashed photo to the draft of that id, if that is still open: finished or discarded, it takes none. */
  async addPhoto(kind: ReportKind, id: string, medium: MediaRef, bytes: ArrayBuffer): Promise<Added> {
    const open = (): Report | null => (this.drafts[kind]?.id === id ? (this.drafts[kind]?.report ?? null) : null);
    if (!open()) return "gone";
    if (!(await this.keep(() => this.store?.putPhoto(id, medium.sha256, bytes)))) return "failed";
    const report = open();
    if (report) report.media.push(medium);
    else await this.removePhoto(id, medium.sha256);
    return report ? "added" : "gone";
  }

  /** How many files of a draft are being hashed: until none is, it is not finished. */
  hash(id: string, files: number): void {
    this.hashing[id] = (this.hashing[id] ?? 0) + files;
  }

  async photo(item: string, sha256: string): Promise<ArrayBuffer | null> {
    return (await this.store?.photo(item, sha256)) ?? null;
  }

  async removePhoto(item: string, sha256: string): Promise<void> {
    await this.keep(() => this.store?.removePhoto(item, sha256));
  }

  /** Finishes the report. A second tap finds no draft of that id and changes nothing. */
  async finish(kind: ReportKind): Promise<boolean> {
    const item = this.drafts[kind];
    if (!item?.report || this.hashing[item.id]) return false;
    const report = $state.snapshot(item.report) as Report;
    const me = this.enrolment?.me;
    const fields = toFields(report, { observer: me?.observer ?? "", team: me?.team ?? "" }, item.id, this.zone);
    const queued = next({ ...($state.snapshot(item) as Item), report }, { type: "submit", fields, now_ms: Date.now() });
    const writing = this.writing(queued, null);
    // The next report starts at once with an id of its own, so that no tap can send this one again.
    this.drafts[kind] = newDraft(crypto.randomUUID(), blank(kind), Date.now());
    if (!(await this.keep(writing))) {
      this.drafts[kind] = item;
      await this.adopt();
      return false;
    }
    void this.pump(true);
    return true;
  }

  async discard(kind: ReportKind): Promise<void> {
    const id = this.drafts[kind]?.id;
    this.drafts[kind] = newDraft(crypto.randomUUID(), blank(kind), Date.now());
    if (id) await this.keep(() => this.store?.remove(id, "draft"));
  }

  /** Opens a refused report or another draft again. */
  async resume(item: Item): Promise<ReportKind | null> {
    const kind = item.report?.kind;
    if (!kind) return null;
    await this.settled(kind);
    await this.save(kind);
    if (item.state === "refused") await this.happen(item.id, { type: "correct" });
    const again = this.items.find((i) => i.id === item.id && i.state === "draft");
    if (!again) return null;
    this.open(kind, again);
    return kind;
  }

  /** When no file of the open draft is being hashed any more. */
  private async settled(kind: ReportKind): Promise<void> {
    while (this.hashing[this.drafts[kind]?.id ?? ""]) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** Sends a report again that the server has, and of which it has refused a photo. */
  async retry(item: Item): Promise<void> {
    await this.happen(item.id, { type: "retry", now_ms: Date.now() });
    void this.pump(true);
  }

  /** Lets something happen to a stored item, as it is now: another tab may have changed it since the list was drawn. */
  private happen(id: string, event: Event): Promise<boolean> {
    const of = (known: Item | null): Item | null => (known ? next(known, event) : null);
    return this.keep(async () => void (await this.store?.change(id, of)));
  }

  /** Removes a refused report for good. */
  async drop(item: Item): Promise<void> {
    await this.keep(() => this.store?.remove(item.id, "refused"));
  }

  async clearReceipts(): Promise<void> {
    const kept = this.items.filter((i) => i.state === "kept");
    await this.keep(async () => {
      for (const item of kept) await this.store?.remove(item.id, "kept");
    });
  }

  // Sending

  /** Sends what is due; `all` sends what waits for its time too. Only one page of this device sends at a time. */
  async pump(all = false): Promise<void> {
    if (this.busy || !this.store || this.locked || !this.enrolment || this.unknown) return;
    // One that is marked as being sent while nobody sends was left so by a failure.
    const soon = this.items.some((i) => i.state === "sending") ? 0 : nextDue(this.items);
    if (soon === null || !navigator.onLine || (!all && soon > Date.now())) return;
    this.busy = true;
    try {
      await alone(LOCK, () => this.drain(all));
    } catch (error) {
      this.trouble = messageOf(error);
    } finally {
      await this.reload().catch(() => undefined);
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
    await this.interrupted();
    const items = (await store.items()).map((s) => s.item);
    for (const item of due(items, all ? Number.MAX_SAFE_INTEGER : Date.now())) {
      const ended = await send(item, { wire, shelf: store, now: Date.now, zone: this.zone, told });
      if (ended === "unknown") this.unknown = true;
      if (ended === "unknown" || ended === "again") break;
    }
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
    this.store.use(this.locked, found);
    this.locked = null;
    await this.enter();
    return true;
  }

  async setPin(pin: string, duress: string): Promise<boolean> {
    const { lock, key } = await make(pin, duress);
    const done = await this.keep(() => this.relock(lock, key));
    if (done) {
      this.hasPin = true;
      this.channel?.postMessage(RELOCKED);
    }
    return done;
  }

  async removePin(): Promise<void> {
    if (!(await this.keep(() => this.relock(null, null)))) return;
    this.hasPin = false;
    this.channel?.postMessage(RELOCKED);
  }

  /** Not while something is being sent: a step stored meanwhile would be undone. Every item then has the next `rev`. */
  private async relock(lock: Lock | null, key: CryptoKey | null): Promise<void> {
    await alone(LOCK, async () => this.store?.relock(lock, key), true);
    for (const base of this.bases.values()) base.rev += base.rev ? 1 : 0;
  }

  /** Erases all that this page has put on the device, and leaves for an empty page; says so if any is left. */
  async wipe(): Promise<void> {
    // First what matters most; what fails after it must not keep the rest from being erased.
    const steps: [Erasure, () => Promise<unknown> | undefined][] = [
      ["reports", () => this.store?.wipe()], ["reports", forgetWindows], ["files", () => forgetFiles("field")], ["files", () => dismiss("/field")],
    ];
    const left = new Set<Erasure>();
    for (const [what, step] of steps) {
      try {
        await step();
      } catch {
        left.add(what);
      }
    }
    this.channel?.postMessage(WIPED);
    this.items = [];
    this.drafts = {};
    this.enrolment = null;
    this.notErased = [...left];
    if (left.size === 0) location.replace("about:blank");
  }
}

export const field = new Field();
