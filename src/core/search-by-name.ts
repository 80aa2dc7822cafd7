/** Finds entries of a list by a part of their name. */

/** Lower is better; null: no match. A whole name beats a beginning, which beats a part. */
function rank(name: string, query: string): number | null {
  const text = name.toLowerCase();
  if (text === query) return 0;
  if (text.startsWith(query)) return 1;
  return text.includes(query) ? 2 : null;
}

/** The entries whose name has `query` in it, best first; all of them, as they are, for an empty query. */
export function searchByName<Entry>(entries: readonly Entry[], nameOf: (entry: Entry) => string, query: string): Entry[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return [...entries];
  return entries
    .flatMap((entry) => {
      const place = rank(nameOf(entry), wanted);
      return place === null ? [] : [{ entry, place }];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}
