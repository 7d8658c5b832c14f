// sw.js - says that there is no connection. It keeps one page without anything personal, its style sheet and its icons; answers of the vault are never kept.

/** @type {ServiceWorkerGlobalScope} */
const worker = /** @type {any} */ (self);
const PAGE = '/offline';
const KEPT = [PAGE, '/assets/app.css', '/assets/icons.svg', '/assets/favicon.svg'];
const CACHE = `offline ${KEPT.join(' ')}`;

worker.addEventListener('install', (e) => {
  e.waitUntil(caches.open(CACHE).then((c) => c.addAll(KEPT)).then(() => worker.skipWaiting()));
});
worker.addEventListener('activate', (e) => {
  e.waitUntil(caches.keys().then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n)))));
});
worker.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method === 'GET' && e.request.mode === 'navigate') {
    e.respondWith(fetch(e.request).catch(async () => (await caches.match(PAGE)) ?? Response.error()));
  } else if (KEPT.includes(url.pathname) && url.pathname !== PAGE) {
    e.respondWith(fetch(e.request).catch(async () => (await caches.match(e.request)) ?? Response.error()));
  }
});
