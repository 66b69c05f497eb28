/** What the page's parts share: what is known of the windows, what waits to be sent, and the asking and sending. */
import { ActError } from "../lib/cases/api";
import type { ActDone, ActSent, May } from "../lib/cases/types";
import { told } from "../lib/cases/zone.svelte";
import type { WindowView } from "../lib/board/types";
import { alone } from "../lib/offline/alone";
import { CHANNEL, forgetWindows, WIPED } from "../lib/offline/windows";
import { leave } from "../lib/push/browser";
import { age, isFresh, type Known, known, shown, type Shown } from "./known";
import { type Act, act, due, type Event, next } from "./queue";
import { Store } from "./store";
import { Wire } from "./wire";

/** How often the desk is asked while the page is seen. */
const EVERY_MS = 5_000;
const LOCK = "board-window-send";
/** How long a form waits for the desk's word before it says that the act is kept here. */
const PATIENCE_MS = 8_000;
/** This device's clock is told apart from the desk's from here on. */
const SKEW_MS = 60_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
/** What somebody was told last of an act of theirs. */
export interface Word { key: string; deed: string; how: "taken" | "kept" }

class Phone {
  ready = $state(false);
  known = $state.raw<Known | null>(null);
  acts = $state.raw<Act[]>([]);
  online = $state(true);
  /** Whether the last question had no answer. */
  failed = $state(false);
  signedOut = $state(false);
  /** What the desk says where it shows nothing at all. */
  denied = $state<string | null>(null);
  trouble = $state<string | null>(null);
  word = $state.raw<Word | null>(null);
  now_ms = $state(Date.now());
  /** Nothing is shown and nothing is kept any more. */
  erased = $state(false);
  /** It is still being taken off the device, or the session ended. */
  leaving = $state(false);
  notErased = $state<string | null>(null);
  sessionStays = $state(false);
  private store: Store | null = null;
  private readonly wire = new Wire();
  private channel: BroadcastChannel | null = null;
  private asking: Promise<void> | null = null;
  private sending = false;
  private waiting = new Map<string, (ended: Act | null) => void>();
  private done = new Map<string, ActDone>();

  fresh = $derived(this.known !== null && !this.signedOut && isFresh(this.known, this.now_ms, this.failed));
  age_ms = $derived(this.known ? age(this.known, this.now_ms) : null);
  /** The desk's time, as far as it is known here. */
  desk_ms = $derived(this.now_ms + (this.known?.ahead_ms ?? 0));
  person = $derived(this.known?.seen.person ?? "");
  own = $derived(this.acts.filter((a) => a.person === this.person));
  /** What waits of others who used this device. */
  others = $derived(this.acts.filter((a) => a.person !== this.person));
  skew_ms = $derived(this.known && Math.abs(this.known.ahead_ms) > SKEW_MS ? Math.abs(this.known.ahead_ms) : null);

  get zone(): string {
    return this.known?.seen.zone ?? "UTC";
  }

  get may(): readonly May[] {
    return this.known?.seen.may ?? [];
  }

  shown(of: WindowView): Shown {
    const from = this.known;
    return from ? shown(of, from, this.now_ms, this.fresh) : { state: of.state, isSure: false, until_ms: null, left_ms: null };
  }

  async start(): Promise<void> {
    this.online = navigator.onLine;
    try {
      this.store = await Store.open();
      this.show(await this.store.known(Date.now()));
      await alone(LOCK, () => this.interrupted());
      await this.reload();
    } catch (error) {
      this.trouble = messageOf(error);
    }
    this.listen();
    this.ready = true;
    await this.look();
  }

  private show(of: Known | null): void {
    this.known = of;
    if (of) told.zone = of.seen.zone;
  }

  private listen(): void {
    addEventListener("online", () => void this.look(true));
    addEventListener("offline", () => {
      this.online = false;
      this.failed = true;
    });
    document.addEventListener("visibilitychange", () => document.hidden || void this.look());
    setInterval(() => (this.now_ms = Date.now()), 1_000);
    setInterval(() => document.hidden || void this.look(), EVERY_MS);
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = (e) => {
      if (e.data === WIPED) this.forget();
      else void this.reload();
    };
  }

  /** Sends what is due, then asks. What is done before is told of by what is asked after. */
  async look(all = false): Promise<void> {
    this.now_ms = Date.now();
    this.online = navigator.onLine;
    if (this.erased) return;
    await this.pump(all);
    await this.ask();
  }

  private async reload(): Promise<void> {
    if (this.store) this.acts = await this.store.acts();
  }

  /** Only alone: what is marked as being sent is then being sent by nobody. */
  private async interrupted(): Promise<void> {
    for (const of of (await this.store?.acts()) ?? []) if (of.state === "sending") await this.happen(of, { type: "interrupted" });
  }

  private async happen(of: Act, event: Event): Promise<Act | null> {
    const after = await this.store?.change(of.n ?? -1, (now) => next(now, event));
    await this.reload();
    this.channel?.postMessage("changed");
    return after ?? null;
  }

  // Asking

  ask(): Promise<void> {
    this.asking ??= this.askNow().finally(() => (this.asking = null));
    return this.asking;
  }

  private async askNow(): Promise<void> {
    const asked_ms = Date.now();
    const outcome = await this.wire.windows();
    this.now_ms = Date.now();
    if (this.erased) return;
    this.failed = !outcome.ok && outcome.why === "again";
    this.signedOut = !outcome.ok && outcome.why === "signed-out";
    this.denied = !outcome.ok && outcome.why === "refused" ? outcome.reason : null;
    if (!outcome.ok) return void (outcome.why === "refused" && (await this.lose()));
    if (outcome.value) this.show(known(outcome.value, asked_ms, this.now_ms));
    // The same as before: heard again just now. The clock's difference stays as it was measured.
    else if (this.known) this.show({ ...this.known, heard_ms: this.now_ms });
    else return this.wire.anew();
    if (this.known) await this.store?.keep(this.known).catch((error: unknown) => (this.trouble = messageOf(error)));
    if (this.own.some((a) => a.state === "waiting")) void this.pump();
  }

  /** Whoever is signed in is shown nothing: what is known here is another person's. */
  private async lose(): Promise<void> {
    this.show(null);
    this.wire.anew();
    await this.store?.forgetKnown();
  }

  // Doing

  /**
   * Keeps an act on the device, then sends it if it can. It is answered when the desk has taken it, or, without the desk's
   * word, when it is kept here; what the desk refuses is refused to whoever did it.
   */
  async send(sent: ActSent): Promise<ActDone> {
    const person = this.person;
    if (!this.store || !person) throw new ActError(401, "signed-out", "");
    try {
      await this.store.add(act(sent, person, Date.now(), this.fresh ? null : this.zone));
    } catch (error) {
      this.trouble = messageOf(error);
      throw new ActError(0, "other", this.trouble);
    }
    await this.reload();
    this.channel?.postMessage("changed");
    if (!this.fresh) return this.keeps(sent);
    const ended = new Promise<Act | null>((resolve) => this.waiting.set(sent.key, resolve));
    void this.pump(true);
    const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), PATIENCE_MS));
    const end = await Promise.race([ended, late]);
    this.waiting.delete(sent.key);
    if (end === "late") return this.keeps(sent);
    if (end === null) return this.done.get(sent.key) ?? { on: "", already: false, seq: 0 };
    if (end.state !== "refused") return this.keeps(sent);
    throw new ActError(409, end.kind, end.reason, end.faults);
  }

  private keeps(sent: ActSent): ActDone {
    this.word = { key: sent.key, deed: sent.deed.deed, how: "kept" };
    return { on: "", already: false, seq: 0 };
  }

  /** Sends what waits, in order; `all`: also what waits for its time. Only one page of this device sends at a time. */
  async pump(all = false): Promise<void> {
    const person = this.person;
    if (this.sending || !this.store || !person || !navigator.onLine) return;
    if (!this.acts.some((a) => a.person === person && a.state !== "refused")) return;
    this.sending = true;
    try {
      await alone(LOCK, () => this.drain(person, all));
    } catch (error) {
      this.trouble = messageOf(error);
    } finally {
      this.sending = false;
      await this.reload().catch(() => undefined);
    }
  }

  private async drain(person: string, all: boolean): Promise<void> {
    await this.interrupted();
    const acts = (await this.store?.acts()) ?? [];
    for (const of of due(acts, person, all ? Number.MAX_SAFE_INTEGER : Date.now())) if (!(await this.one(of))) break;
  }

  /** Takes one act as far as it goes now; whether the next may follow. */
  private async one(of: Act): Promise<boolean> {
    const begun = await this.happen(of, { type: "start", now_ms: Date.now(), zone: this.zone });
    if (begun?.state !== "sending") return this.ended(of, begun);
    const outcome = await this.wire.act(begun);
    if (outcome.ok) {
      this.done.set(of.key, outcome.value);
      this.word = { key: of.key, deed: of.deed.deed, how: "taken" };
      return this.ended(of, await this.happen(begun, { type: "taken" }));
    }
    if (outcome.why === "refused") return this.ended(of, await this.happen(begun, { type: "refused", ...outcome }));
    this.signedOut = outcome.why === "signed-out";
    this.failed = outcome.why === "again";
    const [reason, retry_after_ms] = outcome.why === "again" ? [outcome.reason, outcome.retry_after_ms] : ["signed-out", null];
    const waits = await this.happen(begun, { type: "failed", now_ms: Date.now(), reason, retry_after_ms });
    this.waiting.get(of.key)?.(waits);
    return false;
  }

  private ended(of: Act, end: Act | null): boolean {
    this.waiting.get(of.key)?.(end);
    return true;
  }

  /** Takes an act off this device: one that was refused, or that is not to be sent. What is being sent stays. */
  async drop(of: Act): Promise<void> {
    await this.store?.change(of.n ?? -1, (now) => (now.state === "sending" ? now : null));
    if (this.word?.key === of.key) this.word = null;
    await this.reload();
    this.channel?.postMessage("changed");
  }

  async dropOthers(): Promise<void> {
    for (const of of this.others) await this.drop(of);
  }

  // Leaving

  private forget(): void {
    this.erased = true;
    this.show(null);
    this.acts = [];
    this.word = null;
    this.store = null;
  }

  /** Ends the session and erases all that this page has put on the device; says so if any is left. */
  async leave(): Promise<void> {
    this.leaving = true;
    this.forget();
    try {
      await forgetWindows();
    } catch (error) {
      this.notErased = messageOf(error);
    }
    // Whoever signs out here is not told of warnings here any more; only before the session ends can the desk be told so.
    await leave().catch(() => undefined);
    this.sessionStays = !(await this.wire.signOut());
    this.leaving = false;
  }
}

export const phone = new Phone();
