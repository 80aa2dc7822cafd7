/** As few of so many are found by looking at each once; more are worth sorting all for. */
const FEW = 16;

/**
 * The first `count` of the numbers from 0 to `length - 1` in an order; those that come equally early in the order of numbers. Of tens of
 * thousands, such as the classes of a large network, a few are found a hundred times sooner than all are sorted.
 *
 * @param compare below 0 where the first comes before the second
 */
export function firstFew(length: number, count: number, compare: (a: number, b: number) => number): number[] {
  if (count > FEW) {
    return Array.from({ length }, (_, index) => index)
      .sort(compare)
      .slice(0, count);
  }
  const first: number[] = [];
  for (let index = 0; index < length; index++) {
    const last = first.at(-1);
    if (first.length === count && (last === undefined || !(compare(index, last) < 0))) continue;
    const before = first.findIndex((other) => compare(index, other) < 0);
    first.splice(before < 0 ? first.length : before, 0, index);
    if (first.length > count) first.pop();
  }
  return first;
}
