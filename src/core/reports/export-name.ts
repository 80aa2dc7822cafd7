/** `<image>_<class>_<layer>_<method>.<extension>`, with every character gone that some file system forbids. */

/** File systems take 255 bytes; whoever tells names apart puts a number at the end. */
const MOST_BYTES = 240;
/** So much of a part stays that is cut. */
const LEAST_BYTES = 40;

function safe(part: string): string {
  const kept = part.normalize('NFC').replace(/[^\p{Letter}\p{Number}.\-_()+ ]+/gu, '-');
  return (
    kept
      .trim()
      .replace(/ +/g, '-')
      .replace(/^[.-]+|[.-]+$/g, '') || 'unnamed'
  );
}

/** In UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += 1 + [0x7f, 0x7ff, 0xffff].filter((most) => code > most).length;
  }
  return bytes;
}

/** Its beginning, in whole characters. */
function cut(text: string, bytes: number): string {
  let [kept, size] = ['', 0];
  for (const character of text) {
    size += bytesOf(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}

/** The first ones are cut first, where all together are too long. */
function fitted(parts: readonly string[], most: number): readonly string[] {
  let excess = parts.reduce((sum, part) => sum + bytesOf(part), 0) - most;
  return parts.map((part) => {
    const bytes = bytesOf(part);
    if (excess <= 0 || bytes <= LEAST_BYTES) return part;
    const kept = safe(cut(part, Math.max(LEAST_BYTES, bytes - excess)));
    excess -= bytes - bytesOf(kept);
    return kept;
  });
}

/** @param image the image's file name; its own extension is dropped @param explained the class, or what else the map is of */
export function exportName(image: string, explained: string, layer: string, method: string, extension: string): string {
  const stem = image.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  const parts = [stem, explained, layer, method].map(safe);
  const around = parts.length - 1 + bytesOf(`.${extension}`);
  return `${fitted(parts, MOST_BYTES - around).join('_')}.${extension}`;
}
