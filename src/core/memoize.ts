/** Keeps the last `count` results of a pure function by the identity of its arguments. */
export function memoize<Arguments extends unknown[], Result>(
  compute: (...args: Arguments) => Result,
  count = 8,
): (...args: Arguments) => Result {
  let recent: { readonly args: Arguments; readonly result: Result }[] = [];
  return (...args) => {
    const found = recent.find(
      (entry) => entry.args.length === args.length && entry.args.every((argument, i) => Object.is(argument, args[i])),
    );
    if (found) return found.result;
    const result = compute(...args);
    recent = [{ args, result }, ...recent].slice(0, count);
    return result;
  };
}

/**
 * Keeps the last `count` results for each first argument by itself, and as long as that is there: however many of them are asked about in
 * turn, each is answered with the same object again.
 */
export function memoizePer<Owner extends object, Arguments extends unknown[], Result>(
  compute: (owner: Owner, ...args: Arguments) => Result,
  count = 4,
): (owner: Owner, ...args: Arguments) => Result {
  const kept = new WeakMap<Owner, (...args: Arguments) => Result>();
  return (owner, ...args) => {
    const own = kept.get(owner) ?? memoize((...rest: Arguments) => compute(owner, ...rest), count);
    kept.set(owner, own);
    return own(...args);
  };
}
