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

/**
 * The median time of each contestant, in milliseconds. Every round runs all of them once, so that whatever else the machine does meanwhile
 * falls on all alike. An untimed round before them warms up caches and compiles kernels, unless a single round is all that there is time for.
 */
export async function medianTimes<Name extends string>(
  contestants: Record<Name, () => Promise<unknown>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  if (rounds > 1) for (const name of names) await contestants[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times.get(name)?.push(await timeMs(contestants[name]));
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}
