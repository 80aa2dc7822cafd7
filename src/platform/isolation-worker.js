// Adds the two headers that make a page cross-origin isolated to everything it passes on, and its policy to each worker's script. See
// src/platform/isolation.ts and tools/hosting/content-security-policy.ts, which fills in the policies.

const WORKERS = /* WORKERS */ [];

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // A request that may only be answered from the cache cannot be passed on from here.
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  if (new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(isolated(request));
});

async function isolated(request) {
  const response = await fetch(request);
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  const { pathname } = new URL(request.url);
  const worker = WORKERS.find(({ script }) => new RegExp(script).test(pathname));
  if (worker) headers.set('Content-Security-Policy', worker.policy);
  const { status, statusText } = response;
  // These answers have no body, and a Response with one must not be made of them.
  const body = [204, 205, 304].includes(status) ? null : response.body;
  return new Response(body, { status, statusText, headers });
}
