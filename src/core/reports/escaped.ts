/** Text as it may stand in HTML and XML, whatever it holds: names of files and classes are anybody's. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** No XML file may hold these, escaped or not. */
const FORBIDDEN = /\p{Surrogate}|\p{Control}|[\uFFFE\uFFFF]/gu;

export function escaped(text: string): string {
  const allowed = text.replace(FORBIDDEN, (letter) => ('\t\n\r'.includes(letter) ? letter : '\uFFFD'));
  return allowed.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter);
}
