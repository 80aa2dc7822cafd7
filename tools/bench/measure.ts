/** Timing that can be trusted on a noisy machine: medians, and both sides of a comparison in turn. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export async function timeMs(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** As `medianTimes`, of contestants that say themselves how many milliseconds they took. */
export async function mediansOf<Name extends string>(
  contestants: Partial<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const all = Object.entries(contestants) as [Name, () => Promise<number>][];
  const times = new Map<Name, number[]>(all.map(([name]) => [name, []]));
  if (rounds > 1) for (const [, run] of all) await run();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of all) times.get(name)?.push(await run());
  }
  return Object.fromEntries(all.map(([name]) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

/**
 * The median time of each contestant, in milliseconds. Every round runs all of them once, so that whatever else the machine does meanwhile
 * falls on all alike. An untimed round before them warms up caches and compiles kernels, unless a single round is all that there is time for.
 */
export function medianTimes<Name extends string>(
  contestants: Record<Name, () => Promise<unknown>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const timed = (Object.entries(contestants) as [Name, () => Promise<unknown>][]).map(([name, run]) => [name, () => timeMs(run)]);
  return mediansOf<Name>(Object.fromEntries(timed), rounds);
}
