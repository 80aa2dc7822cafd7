/** A model that cannot be opened, and ways to come by one. */
import type { GivenFile } from '../../given-file.ts';

export interface BrokenCase {
  /** As it stands after "a model with": unique among all cases. */
  readonly what: string;
  readonly files: readonly GivenFile[];
  /** The file that the error must name. */
  readonly names: string;
}

/** A case of a single file. */
export function alone(what: string, name: string, bytes: Uint8Array<ArrayBuffer>): BrokenCase {
  return { what, files: [{ name, bytes }], names: name };
}

/** The file cut short, at this share of its length or, from 1 on, after so many bytes. */
export function cutAt(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, at < 1 ? Math.floor(bytes.length * at) : at);
}

/** The file after a change of a copy. */
export function changed(bytes: Uint8Array<ArrayBuffer>, change: (copy: Uint8Array<ArrayBuffer>) => void): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

/** Where this text stands in the file, for the n-th time. */
export function placeOf(bytes: Uint8Array, text: string, n = 0): number {
  let at = -1;
  // Every byte becomes one character, so places in the text are places in the file.
  const all = new TextDecoder('latin1').decode(bytes);
  for (let i = 0; i <= n; i++) {
    at = all.indexOf(text, at + 1);
    if (at < 0) throw new Error(`there is no ${text} number ${n}`);
  }
  return at;
}

/** Numbers without a pattern, the same on every run. */
export function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed * 2654435761 + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
