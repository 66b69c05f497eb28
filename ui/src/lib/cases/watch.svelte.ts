/** Follows one address: asks every few seconds while the page is seen, and lets nothing change under somebody who is typing. */
import { ApiError, isAbort, SIGNED_OUT } from "../api";
import { getTagged } from "./api";
import type { Queue } from "./types";
import { told } from "./zone.svelte";

const EVERY_MS = 3_000;

export class Watch<T> {
  /** What the page shows. */
  value = $state.raw<T | null>(null);
  /** What has come since, while a form was open. */
  latest = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  /** When `value` was fetched, by this machine's steady clock: what was left then is counted down from it. */
  fetched_ms = $state(0);
  /** How many forms are open. */
  private open = 0;
  /** Whether the next answer is shown in any case: the reader asked for it. */
  private fresh = false;
  private etag: string | null = null;
  private asking: AbortController | null = null;
  private url = "";
  private readonly same: (a: T, b: T) => boolean;

  /** `same`: whether two answers say the same to a reader, though a clock in them has gone on. */
  constructor(same: (a: T, b: T) => boolean = (a, b) => JSON.stringify(a) === JSON.stringify(b)) {
    this.same = same;
  }

  /** Whether something newer waits until the reader asks for it. */
  get waits(): boolean {
    return this.latest !== null;
  }

  /** Follows an address until the result is called. */
  follow(url: string): () => void {
    if (url !== this.url) {
      // What was asked for before stands until the new has come; then it is shown, whatever is open.
      this.latest = null;
      this.etag = null;
      this.fresh = true;
    }
    this.url = url;
    this.error = null;
    void this.ask();
    // A slow server is waited for: the next question does not cut off the one before.
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && this.asking === null) void this.ask();
    }, EVERY_MS);
    const seen = (): void => void (document.visibilityState === "visible" && this.ask());
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      this.asking?.abort();
    };
  }

  /** Fetches an address once, and again only when asked. */
  once(url: string): () => void {
    this.url = url;
    void this.ask();
    return () => this.asking?.abort();
  }

  /** Asks now. */
  async ask(): Promise<void> {
    this.asking?.abort();
    const abort = (this.asking = new AbortController());
    try {
      const came = await getTagged<T>(this.url, this.etag, abort.signal);
      if (abort.signal.aborted) return;
      this.error = null;
      const wanted = this.fresh;
      this.fresh = false;
      if (!came) return;
      this.etag = came.etag;
      if (wanted || this.open <= 0 || this.value === null) this.show(came.value);
      else if (!this.same(came.value, this.latest ?? this.value)) this.latest = came.value;
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.error = error;
      if (error instanceof ApiError && error.status === 401) dispatchEvent(new Event(SIGNED_OUT));
    } finally {
      if (this.asking === abort) this.asking = null;
    }
  }

  protected show(value: T): void {
    this.value = value;
    this.latest = null;
    this.fetched_ms = performance.now();
  }

  /** Shows what has come; what is being typed stays. */
  lookAgain(): void {
    if (this.latest !== null) this.show(this.latest);
  }

  /** After an act of one's own: everything again, whatever is open. */
  async refresh(): Promise<void> {
    this.fresh = true;
    await this.ask();
    this.lookAgain();
  }

  /** A form is open until the result is called. */
  hold(): () => void {
    this.open += 1;
    return () => {
      this.open -= 1;
      if (this.open <= 0) this.lookAgain();
    };
  }
}

/** The docket, which also tells in which zone the mission lives: parties do not read the mission itself. */
export class QueueWatch extends Watch<Queue> {
  protected override show(value: Queue): void {
    told.zone = value.zone;
    super.show(value);
  }
}

/** A moment that moves every second while somebody looks. */
class Now {
  ms = $state(performance.now());

  run(): () => void {
    const timer = setInterval(() => (this.ms = performance.now()), 1_000);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
