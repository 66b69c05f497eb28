// The worker that shows what a push service brings. It has no `fetch`: pages, and the workers of the field form and of the windows,
// are none of its business. Built into one file, `push-sw.js`, with the words of all languages (`vite.workers.ts`).
import { addressOf, HOME, type Notice, noticeOf, plain } from "../lib/push/notice";
import { isDesk } from "../lib/addresses";
import { API, browserOf, idOf, oneOf, serverKey, subscribed } from "../lib/push/keys";
import { OPEN, type Open } from "../lib/push/open";
import type { Browser, Offer } from "../lib/push/types";

declare const self: ServiceWorkerGlobalScope;

/** How long a tab has to say that it goes there; a sleeping one does not answer. */
const PATIENCE_MS = 1000;

// Nothing is kept between versions: the newest words are the right ones at once.
self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(noticeOf(event.data?.text() ?? null, navigator.languages))));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as { path?: unknown } | null)?.path));
});

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(anew(event)));

function show({ title, options }: Notice): Promise<void> {
  return self.registration.showNotification(title, options);
}

/** Goes there in a tab of the desk; where none is open, or none can be left now, in a new one. */
async function open(path: unknown): Promise<void> {
  const { origin } = self.location;
  const address = addressOf(path, origin) ?? new URL(HOME, origin).href;
  const tabs = (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).filter((tab) => isDesk(tab.url, origin));
  for (const tab of tabs) {
    if (!(await goes(tab, address))) continue;
    await tab.focus();
    return;
  }
  await self.clients.openWindow(address);
}

/** Asks a tab to go there. It does not where something is being typed: that would be lost. */
function goes(tab: WindowClient, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => resolve(false), PATIENCE_MS);
    port1.onmessage = (event) => {
      clearTimeout(late);
      resolve(event.data === true);
    };
    const { pathname, search, hash } = new URL(address);
    tab.postMessage({ type: OPEN, path: pathname + search + hash } satisfies Open, [port2]);
  });
}

/** The browser has ended or replaced the subscription: the desk is given the new one, or the person is told that nothing comes any more. */
async function anew(event: PushSubscriptionChangeEvent): Promise<void> {
  try {
    const offer = (await ask("GET", API)) as Offer;
    const key = offer.key === null ? null : serverKey(offer.key);
    const old = event.oldSubscription ? await idOf(event.oldSubscription.endpoint) : null;
    const before = offer.browsers.find((b) => (old === null ? isAlike(b) : b.id === old));
    // Whose it was is not who is signed in now: nobody is subscribed without having asked for it.
    if (!offer.offered || !key || !before) throw new Error("it is not for whoever is signed in");
    const fresh = event.newSubscription ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
    await ask("POST", API, subscribed(fresh, before.name, before.language));
    if (old !== null && old !== (await idOf(fresh.endpoint))) await ask("DELETE", oneOf(old)).catch(() => null);
  } catch {
    if (Notification.permission === "granted") await show(plain("lost", navigator.languages));
  }
}

/** Not every browser says what it ended: then the name must do. */
function isAlike(of: Browser): boolean {
  const { browser, system } = browserOf(navigator.userAgent);
  return of.name.includes(browser) && of.name.includes(system);
}

async function ask(method: string, url: string, body?: unknown): Promise<unknown> {
  const headers = { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const response = await fetch(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  if (!response.ok) throw new Error(String(response.status));
  return response.status === 204 ? null : response.json();
}
