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
