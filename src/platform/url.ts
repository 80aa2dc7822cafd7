/** The part of the view that the URL carries, so that a link reopens it. */

const URL_FIELDS = [
  ...['model', 'image', 'layer', 'class', 'score', 'versus', 'window', 'stride', 'value', 'channels'],
  ...['patch', 'patch-stride', 'patch-value', 'masks', 'seed', 'methods', 'backend', 'exact'],
] as const;

type UrlField = (typeof URL_FIELDS)[number];

/** Values as they stand in the URL, unchecked; what is not there is null. */
export type UrlValues = Readonly<Record<UrlField, string | null>>;

export function parseUrl(search: string): UrlValues {
  const parameters = new URLSearchParams(search);
  return Object.fromEntries(URL_FIELDS.map((field) => [field, parameters.get(field)])) as UrlValues;
}

/** The query with these values in place of the ones it had; parameters that are none of ours stay. */
export function formatUrl(search: string, values: UrlValues): string {
  const parameters = new URLSearchParams(search);
  for (const field of URL_FIELDS) {
    const value = values[field];
    if (value === null) parameters.delete(field);
    else parameters.set(field, value);
  }
  const query = parameters.toString();
  return query ? `?${query}` : '';
}

export function readUrl(): UrlValues {
  return parseUrl(location.search);
}

/** Writes the values without a new entry in the browser's history: the back button leaves the page, as people expect of a tool. */
export function writeUrl(values: UrlValues): void {
  const query = formatUrl(location.search, values);
  if (query !== location.search) history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
}
