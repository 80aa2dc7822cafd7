/** From CMYK to RGB in Pillow's integers, and browsers': without a profile, as the file's own values say. */

/**
 * One colour.
 *
 * @param ink cyan, magenta or yellow, 0 to 255
 * @param key black, likewise
 */
export function withoutInk(ink: number, key: number): number {
  const paper = 255 - key;
  const product = ink * paper + 128;
  return paper - (((product >> 8) + product) >> 8);
}

/** @param cmyk four values for each pixel @returns opaque RGBA, row-major */
export function rgbaOfCmyk(cmyk: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(cmyk.length);
  for (let at = 0; at + 3 < cmyk.length; at += 4) {
    const key = cmyk[at + 3] ?? 0;
    for (let channel = at; channel < at + 3; channel++) rgba[channel] = withoutInk(cmyk[channel] ?? 0, key);
    rgba[at + 3] = 255;
  }
  return rgba;
}
