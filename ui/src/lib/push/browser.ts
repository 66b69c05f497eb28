/** This browser and its push service. Its worker is here only while the browser is switched on. */
import { type Found, idOf, oneOf, serverKey } from "./keys";

export const WORKER = "/push-sw.js";
const SCOPE = "/";
/** How long a sign-out waits for the push service and for the desk. */
const PATIENCE_MS = 3000;

const canPush = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** The worker of push messages, if it is here. A narrower one (the field form's) is not it. */
async function own(): Promise<ServiceWorkerRegistration | null> {
  if (!canPush()) return null;
  const all = await navigator.serviceWorker.getRegistrations();
  return all.find((r) => new URL(r.scope).pathname === SCOPE) ?? null;
}

export async function subscription(): Promise<PushSubscription | null> {
  return (await (await own())?.pushManager.getSubscription()) ?? null;
}

/** What can be told of this browser without asking anybody. */
export async function look(): Promise<Found> {
  const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
  const found = { isSecure: window.isSecureContext, canPush: canPush(), needsHome: apple && !matchMedia("(display-mode: standalone)").matches };
  if (!found.canPush) return { ...found, permission: "default", id: null };
  const there = await subscription();
  return { ...found, permission: Notification.permission, id: there ? await idOf(there.endpoint) : null };
}

/** Why a browser could not be subscribed: the person did not allow it, or no push service answered. */
export class NotSubscribed extends Error {
  readonly isRefused: boolean;

  constructor(isRefused: boolean, detail: string) {
    super(detail);
    this.name = "NotSubscribed";
    this.isRefused = isRefused;
  }
}

/** Subscribes this browser for the server's key, anew. What was there before has no claim on what comes. */
export async function subscribe(key: string): Promise<PushSubscription> {
  const applicationServerKey = serverKey(key);
  if (!applicationServerKey) throw new Error("the desk's key is not a point of P-256");
  if (Notification.permission !== "granted" && (await Notification.requestPermission()) !== "granted") throw new NotSubscribed(true, "");
  await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  const registration = await active();
  try {
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  } catch (error) {
    const said = error instanceof Error ? error : new Error(String(error));
    throw new NotSubscribed(said.name === "NotAllowedError", said.message);
  }
}

/** The worker once it runs; `navigator.serviceWorker.ready` would wait for a narrower one where this page has it. */
async function active(): Promise<ServiceWorkerRegistration> {
  const registration = await own();
  if (!registration) throw new Error("the worker of push messages is not there");
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker && worker.state !== "activated") {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (worker.state === "activated") resolve();
        else if (worker.state === "redundant") reject(new Error("the worker of push messages did not start"));
      };
      worker.addEventListener("statechange", look);
      look();
    });
  }
  return registration;
}

/** Ends it here: no message comes any more, what is shown goes from the screen, and so does the worker. */
export async function unsubscribe(): Promise<void> {
  const registration = await own();
  if (!registration) return;
  const there = await registration.pushManager.getSubscription();
  for (const shown of await registration.getNotifications()) shown.close();
  // Without its worker a browser shows nothing, whatever its push service still takes.
  await Promise.allSettled([there?.unsubscribe()]);
  await registration.unregister();
}

/**
 * Whoever signs out here is not told here any more. To be done before the session ends, for the desk must know whose browser it is.
 * It takes no longer than patience lasts: a desk that could not be told learns it when it next sends.
 */
export async function leave(): Promise<void> {
  if (!(await own())) return;
  const there = await subscription();
  // Also when the page is left meanwhile.
  const asked: RequestInit = { method: "DELETE", keepalive: true, signal: AbortSignal.timeout(PATIENCE_MS) };
  const told = there ? fetch(oneOf(await idOf(there.endpoint)), asked) : null;
  const away = Promise.allSettled([told, unsubscribe()]);
  await Promise.race([away, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
