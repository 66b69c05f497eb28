/** What the card “in this browser” knows and does: the desk's offer, what is found in the browser, and one act at a time. */
import { ApiError, isAbort } from "../api";
import { apart } from "../cases/words";
import { type Lang, language, LANGUAGES, t } from "../i18n/index.svelte";
import { pushApi } from "./api";
import { look, NotSubscribed, subscribe, subscription, unsubscribe } from "./browser";
import { browserOf, type Found, idOf, sameKey, stateOf, subscribed } from "./keys";
import type { Browser, Offer } from "./types";

/** What came of an act, in words that follow the language. */
interface Outcome {
  isBad: boolean;
  say: () => string;
}

/** A server that has no such address, or does not know who asks, offers nothing: there is no card then. */
const SILENT = [401, 403, 404, 405];
const nameOf = (code: string): string => LANGUAGES.find((l) => l.code === code)?.name ?? code;

/** Why something failed, as far as anybody can say. */
function whyOf(error: unknown): string {
  if (error instanceof NotSubscribed) return error.isRefused ? t("push.not_allowed") : t("push.no_service", { why: error.message });
  if (error instanceof ApiError) return error.status === 0 ? t("error.network") : error.message;
  return error instanceof Error ? error.message : String(error);
}

export class Card {
  offer = $state.raw<Offer | null>(null);
  found = $state.raw<Found | null>(null);
  error = $state.raw<unknown>(null);
  outcome = $state.raw<Outcome | null>(null);
  busy = $state(false);

  browsers = $derived(this.offer?.browsers ?? []);
  state = $derived(this.found ? stateOf(this.found, this.browsers) : null);
  here = $derived(this.browsers.find((b) => b.id === this.found?.id) ?? null);
  others = $derived(this.browsers.filter((b) => b.id !== this.found?.id));

  /** Looks, and looks again when the person has changed what the browser allows. The result ends it. */
  follow(): () => void {
    const abort = new AbortController();
    const again = (): void => void this.look(abort.signal);
    void this.begin(abort.signal);
    const asked = (navigator.permissions as Permissions | undefined)?.query({ name: "notifications" });
    asked?.then((status) => status.addEventListener("change", again, { signal: abort.signal })).catch(() => undefined);
    return () => abort.abort();
  }

  private async begin(signal: AbortSignal): Promise<void> {
    await this.look(signal);
    if (signal.aborted || this.state !== "on" || !this.offer?.key) return;
    if (!sameKey((await subscription())?.options.applicationServerKey, this.offer.key)) await this.changeKey();
  }

  async look(signal?: AbortSignal): Promise<void> {
    try {
      const [offer, found] = await Promise.all([pushApi.offer(signal), look()]);
      if (signal?.aborted) return;
      [this.offer, this.found, this.error] = [offer, found, null];
    } catch (error) {
      if (isAbort(error) || signal?.aborted) return;
      this.error = error instanceof ApiError && SILENT.includes(error.status) ? null : error;
      this.offer = null;
    }
  }

  /** One thing at a time; whatever comes of it is said, and looked at again. */
  private async act(work: () => Promise<Outcome["say"]>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.outcome = null;
    let outcome: Outcome;
    try {
      outcome = { isBad: false, say: await work() };
    } catch (error) {
      outcome = { isBad: true, say: () => t("push.failed", { why: whyOf(error) }) };
    }
    await this.look();
    [this.outcome, this.busy] = [outcome, false];
  }

  /** Subscribes anew and gives it to the desk; what the desk does not take does not stay in the browser. */
  private async give(name: string, speaks: string): Promise<Browser> {
    const made = await subscribe(this.offer?.key ?? "");
    try {
      const browser = await pushApi.add(subscribed(made, name, speaks));
      if (!browser) throw new Error("the desk answered nothing");
      return browser;
    } catch (error) {
      await unsubscribe().catch(() => undefined);
      throw error;
    }
  }

  switchOn(): Promise<void> {
    return this.act(async () => {
      await this.give(t("push.browser_on", browserOf(navigator.userAgent)), language.code);
      return () => t("push.did_on");
    });
  }

  /** Here first: nothing comes then, whether or not the desk hears of it. */
  switchOff(): Promise<void> {
    return this.act(async () => {
      const there = await subscription();
      const id = there ? await idOf(there.endpoint) : null;
      await unsubscribe();
      const isOwn = this.browsers.some((b) => b.id === id);
      const knows = id === null || !isOwn || (await pushApi.remove(id).then(() => true, (error: unknown) => error instanceof ApiError && error.status === 404));
      return () => t(knows ? "push.did_off" : "push.did_half");
    });
  }

  private changeKey(): Promise<void> {
    return this.act(async () => {
      const before = this.here;
      if (!before) return () => "";
      const made = await this.give(before.name, before.language);
      // The old one is dead; should this fail, the desk learns so when it next sends.
      if (made.id !== before.id) await pushApi.remove(before.id).catch(() => undefined);
      return () => t("push.did_anew");
    });
  }

  test(): Promise<void> {
    return this.act(async () => {
      const said = await pushApi.test(this.here?.id ?? "");
      return () => [t("push.did_test"), said?.says ? t("push.says", { what: apart(said.says) }) : ""].filter(Boolean).join(" ");
    });
  }

  /** What comes here is worded in that language from now on. */
  speak(code: Lang): Promise<void> {
    return this.act(async () => {
      const there = await subscription();
      if (there) await pushApi.add(subscribed(there, this.here?.name ?? "", code));
      return () => t("push.did_language", { language: nameOf(code) });
    });
  }

  remove(of: Browser): Promise<void> {
    return this.act(async () => {
      await pushApi.remove(of.id);
      return () => t("push.did_remove", { name: apart(of.name) });
    });
  }
}
