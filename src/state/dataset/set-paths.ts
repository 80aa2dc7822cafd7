/** What the paths of a set's images say: what it is called, and their order. */
import type { SetResult } from '../../metrics/set-result.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';

/** The folder that all paths begin with; empty where there is none. */
function rootOf(images: readonly SetImage[]): string {
  const [root = ''] = images[0]?.path.split('/') ?? [];
  return images.every(({ path }) => path.startsWith(`${root}/`)) ? root : '';
}

/** What a set of these is called. */
export function nameOf(images: readonly SetImage[]): string {
  return rootOf(images) || `${images.length} images`;
}

/** As the images lie in their folder, whichever was measured first. */
export function inOrderOf({ paths }: KeptSet, results: readonly SetResult[]): SetResult[] {
  const places = new Map(paths.map((path, place) => [path, place]));
  return results.toSorted((a, b) => (places.get(a.path) ?? 0) - (places.get(b.path) ?? 0));
}
