/**
 * Which way of running copies was found to be quicker on a device, for the next visit as well. It depends on the device and on the shapes of
 * what runs: another network of the same shapes need not be timed again.
 */

export type Way = 'incremental' | 'dense';

export interface KnownWays {
  get(what: string): Way | undefined;
  set(what: string, way: Way): void;
}

const CACHE_NAME = 'quicker-ways';

/** So many, the newest: a few bytes for every layer and setting that somebody swept. */
export const MOST_WAYS = 1000;

/** Null where the browser offers none (private windows, insecure origins, Node). */
async function openCache(): Promise<Cache | null> {
  if (typeof caches === 'undefined') return null;
  return caches.open(CACHE_NAME).catch(() => null);
}

/** Whatever is stored: what is no way of ours is passed over. */
function readWays(stored: unknown): Map<string, Way> {
  const entries = Array.isArray(stored) ? stored : [];
  return new Map(
    entries.flatMap((entry: unknown): [string, Way][] => {
      const [what, way] = Array.isArray(entry) ? (entry as unknown[]) : [];
      return typeof what === 'string' && (way === 'incremental' || way === 'dense') ? [[what, way]] : [];
    }),
  );
}

/** As long as the page is open. */
export function waysInMemory(): KnownWays {
  return new Map<string, Way>();
}

/** @param adapter the device, by name */
export async function knownWaysOf(adapter: string): Promise<KnownWays> {
  const cache = await openCache();
  const key = `/${CACHE_NAME}?${new URLSearchParams({ adapter })}`;
  const stored: unknown = await cache
    ?.match(key)
    .then((response) => response?.json())
    .catch(() => null);
  const ways = readWays(stored);
  return {
    get: (what) => ways.get(what),
    set(what, way) {
      ways.delete(what);
      ways.set(what, way);
      const newest = [...ways].slice(-MOST_WAYS);
      // Nothing is lost but a short measurement.
      void cache?.put(key, new Response(JSON.stringify(newest))).catch(() => {});
    },
  };
}
