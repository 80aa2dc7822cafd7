import type { CutName } from '../../core/reports/cut-names.ts';

/** Blocks are numbered, so that what tells one from the next stands at the end of its name. */
export function cutBlockName(name: string): CutName {
  const [tail = ''] = /[^\p{L}]*\d+$/u.exec(name) ?? [];
  return { head: name.slice(0, name.length - tail.length), tail };
}
