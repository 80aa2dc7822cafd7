/** The part of the view that the address carries, so that a link reopens it. */

const ADDRESS_FIELDS = ['model', 'layer', 'class', 'score', 'versus', 'window', 'stride', 'value', 'methods', 'backend'] as const;

type AddressField = (typeof ADDRESS_FIELDS)[number];

/** Values as they stand in the address, unchecked; what is not there is null. */
export type AddressValues = Readonly<Record<AddressField, string | null>>;

export function parseAddress(search: string): AddressValues {
  const parameters = new URLSearchParams(search);
  return Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, parameters.get(field)])) as AddressValues;
}

/** The query with these values in place of the ones it had; parameters that are none of ours stay. */
export function formatAddress(search: string, values: AddressValues): string {
  const parameters = new URLSearchParams(search);
  for (const field of ADDRESS_FIELDS) {
    const value = values[field];
    if (value === null) parameters.delete(field);
    else parameters.set(field, value);
  }
  const query = parameters.toString();
  return query ? `?${query}` : '';
}

export function readAddress(): AddressValues {
  return parseAddress(location.search);
}

/** Writes the values without a new entry in the browser's history: the back button leaves the page, as people expect of a tool. */
export function writeAddress(values: AddressValues): void {
  const query = formatAddress(location.search, values);
  if (query !== location.search) history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
}
