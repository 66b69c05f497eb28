// Keeps one page's own files so that it opens without a network. What people write, and the API, never pass through here.
const NAME = "__NAME__";
const START = "__START__";
const VERSION = "__VERSION__";
const FILES = __FILES__;
const CACHE = `${NAME}-${VERSION}`;

self.addEventListener("install", (event) => {
  // All or nothing: a page of which a part is missing must not take the place of a whole one.
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name.startsWith(`${NAME}-`) && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const starts = event.request.mode === "navigate" && (url.pathname === START || url.pathname.startsWith(`${START}/`));
  const path = starts ? START : url.pathname;
  if (!FILES.includes(path)) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(path)).then((found) => found ?? fetch(event.request)));
});
