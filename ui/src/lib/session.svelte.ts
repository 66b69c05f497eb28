/** Who is signed in, as every page may know. */
import type { Me } from "../api/types";
import { api, ApiError, isAbort, sendJson, SIGNED_OUT } from "./api";
import { forms } from "./cases/open";
import { desk } from "./desk.svelte";
import { leave } from "./push/browser";

const TOLD = ["liaison", "guarantor", "planner"];
const OPEN: Me = { accounts: false, person: null, staff: false, sign_on: null };

class Session {
  /** Null until the desk has said who asks. */
  me = $state.raw<Me | null>(null);

  /** Whether the record may be read: by staff, and by everybody while the mission has no accounts. */
  reads = $derived(this.me !== null && (!this.me.accounts || this.me.staff));
  /** Whether nothing can be shown before somebody signs in. */
  must = $derived(this.me !== null && this.me.accounts && this.me.person === null);
  /** Whether the docket shows this person something: to staff all, to parties, guarantors and planners what concerns them. */
  docket = $derived(this.reads || (this.me?.person?.grants.some((g) => TOLD.includes(g.role)) ?? false));
  /** Whether there is anything that this person might do on it. */
  acts = $derived((this.me?.person?.grants.length ?? 0) > 0);
  manages = $derived(this.me?.person?.grants.some((g) => g.role === "administrator") ?? false);

  constructor() {
    addEventListener(SIGNED_OUT, () => {
      // A session that ended while the page was open; a refused sign-in is told where it was asked.
      // What is being typed stays: its form tells that the session has ended.
      if (this.me?.person && forms.open === 0) void this.refresh();
    });
  }

  /** Asks who is signed in. The result cancels it. */
  load(): () => void {
    const abort = new AbortController();
    void this.refresh(abort.signal);
    return () => abort.abort();
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    try {
      this.take(await api.me(signal));
    } catch (error) {
      if (isAbort(error)) return;
      // A server that does not answer is told by what is asked of it next; one that knows no accounts has none.
      if (error instanceof ApiError) this.take(this.me ?? OPEN);
    }
  }

  /** Takes what the desk said, and forgets what may not be seen any more. */
  private take(me: Me): void {
    const person = me.person?.id ?? null;
    if (person !== null && person !== this.me?.person?.id) void import("./offline/windows").then((w) => w.keepFor(person)).catch(() => undefined);
    this.me = me;
    if (me.accounts && !me.staff) desk.forget();
  }

  async signIn(id: string, password: string, code: string): Promise<void> {
    const me = await sendJson<Me>("POST", "/api/v1/session", { id, password, code });
    if (me) this.take(me);
  }

  /** `ask`: whether what waits on this device may be lost; said before it is. */
  async signOut(ask: (unsent: number) => boolean = () => true): Promise<void> {
    const windows = await import("./offline/windows");
    const waits = await windows.unsent().catch(() => 0);
    if (waits > 0 && !ask(waits)) return;
    // This browser first: only within the session can the desk be told that it is not to be reached any more. Whoever leaves the
    // page meanwhile is signed out all the same.
    const last = (): void => void fetch("/api/v1/session", { method: "DELETE", keepalive: true }).catch(() => undefined);
    addEventListener("pagehide", last);
    await leave().catch(() => undefined);
    removeEventListener("pagehide", last);
    // The session next: whoever leaves the page now is signed out. Whether it has ended is asked in any case.
    const ended = sendJson("DELETE", "/api/v1/session").catch(() => undefined);
    // What the page of windows keeps is of whoever was signed in.
    await windows.forgetWindows().catch(() => undefined);
    await ended;
    await this.refresh();
  }
}

export const session = new Session();
