/** The name that somebody meant who mistyped it. */

/** How many letters must be added, left out, changed, or swapped with their neighbours. */
function distance(a: string, b: string): number {
  let [before, above]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min((above?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above?.[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, above] = [above ?? [], row];
  }
  return above?.[b.length] ?? 0;
}

/** @returns null where none of them is near */
export function nearest(given: string, known: readonly string[]): string | null {
  const wanted = given.toLowerCase();
  const begun = known.filter((name) => wanted.length >= 3 && (name.startsWith(wanted) || wanted.startsWith(name)));
  const ranked = [...known].map((name) => ({ name, far: distance(wanted, name.toLowerCase()) })).sort((a, b) => a.far - b.far);
  const [best] = ranked;
  if (best && best.far <= Math.max(1, Math.floor(wanted.length / 3))) return best.name;
  return begun.length === 1 ? (begun[0] ?? null) : null;
}
