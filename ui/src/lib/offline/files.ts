/** The files of a page that a worker keeps, and the worker. Over plain HTTP a browser has neither. */

/** Forgets the files of the page of that name. */
export async function forgetFiles(name: string): Promise<void> {
  if (!window.isSecureContext) return;
  for (const cache of await caches.keys()) if (cache.startsWith(`${name}-`)) await caches.delete(cache);
}

/** Dismisses the worker of the page that begins there. */
export async function dismiss(start: string): Promise<void> {
  if (!window.isSecureContext) return;
  for (const worker of await navigator.serviceWorker.getRegistrations()) {
    if (new URL(worker.scope).pathname === start) await worker.unregister();
  }
}
