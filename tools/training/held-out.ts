/** Which images `tools/training/train_densenet169.py` holds out: every fifth one of a class, in natural order. */

export interface HeldOutImage {
  readonly path: string;
  readonly label: string;
}

/** Numbers count as numbers: `9.webp` before `10.webp`. */
function naturally(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (const [i, part] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    // Every second part is a number.
    if (i % 2 === 1 && Number(part) !== Number(other)) return Number(part) - Number(other);
    if (i % 2 === 0) return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

/**
 * @param paths of images, among others, each in a folder called after its class
 * @param classNames those that the network knows; images of others are left out
 */
export function heldOutPaths(paths: readonly string[], classNames: readonly string[]): HeldOutImage[] {
  const seen = new Map<string, number>();
  const heldOut: HeldOutImage[] = [];
  for (const path of paths.filter((path) => /\.(webp|jpe?g|png)$/i.test(path)).sort(naturally)) {
    const label = (path.split('/').at(-2) ?? '').trim().toLowerCase().replaceAll(' ', '_');
    if (!classNames.includes(label)) continue;
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    if (count % 5 === 0) heldOut.push({ path, label });
  }
  return heldOut;
}
