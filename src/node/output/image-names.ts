/** What the files of each image's maps are called after: images of one folder that differ in their endings alone must not share files. */
import { posix } from 'node:path';
import { exportName } from '../../core/reports/export-name.ts';

/**
 * A name for each path: its own, or one that ends in a number. The same list gives the same names, whoever does which part of it.
 *
 * @param paths sorted
 */
export function imageNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const path of paths) {
    const { base, name: stem, ext } = posix.parse(path);
    // Some disks do not tell large letters from small ones.
    const keyOf = (name: string) => `${posix.dirname(path)}/${exportName(name, '-', '-', '-', 'x')}`.toLowerCase();
    let name = base;
    for (let i = 2; taken.has(keyOf(name)); i++) name = `${stem}-${i}${ext}`;
    taken.add(keyOf(name));
    names.set(path, name);
  }
  return names;
}
