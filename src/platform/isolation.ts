/**
 * WASM threads need a cross-origin isolated page, and that needs two headers that static hosts do not send. A service worker can add them
 * to what it passes on: it is installed here once, and the page is loaded again through it.
 */

const RELOADED = 'reloaded-for-isolation';

function hasReloaded(): boolean {
  try {
    return sessionStorage.getItem(RELOADED) !== null;
  } catch {
    // Without storage there is no telling, and a page that reloads for ever is worse than one without threads.
    return true;
  }
}

/** @returns whether the page is about to be loaded again, so that nothing else need start */
export async function isolatePage(): Promise<boolean> {
  if (crossOriginIsolated || !isSecureContext || !('serviceWorker' in navigator) || hasReloaded()) return false;
  try {
    await navigator.serviceWorker.register(new URL('isolation-worker.js', document.baseURI));
    await navigator.serviceWorker.ready;
    sessionStorage.setItem(RELOADED, 'yes');
    location.reload();
    return true;
  } catch {
    return false;
  }
}
