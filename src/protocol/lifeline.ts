/**
 * Browsers tell nobody that a worker is gone that they ended, or that a script did: it answers no more, and whoever asked it waits for ever.
 * So a worker holds a lock for as long as it lives, and the page waits for the same one.
 */

function locks(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

/**
 * Takes a lock, in the worker, and keeps it. Where the browser has none, or gives none to this page, nobody is told.
 *
 * @param onHeld told its name
 */
export function holdLifeline(onHeld: (name: string) => void): void {
  const manager = locks();
  if (!manager) return;
  const name = `worker ${crypto.randomUUID()}`;
  const held = manager.request(name, () => {
    onHeld(name);
    return new Promise(() => {});
  });
  held.catch(() => {});
}

/** Calls back once whoever holds the lock is gone. */
export function whenGone(name: string, onGone: () => void): void {
  locks()
    ?.request(name, onGone)
    .catch(() => {});
}
