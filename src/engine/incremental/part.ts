/** What becomes of a node's activation in a batch of copies, in parts: ranges of channels that changed alike. */
import type { Window } from './window.ts';

/** Channels, from the first on, up to but without the last. */
export interface Channels {
  readonly from: number;
  readonly to: number;
}

/** As in the kept pass. */
interface Unchanged extends Channels {
  readonly kind: 'unchanged';
}

/** Changed anywhere: `x` is the activation of every copy. */
export interface Dense<T> extends Channels {
  readonly kind: 'dense';
  readonly x: T;
}

/** Changed inside a window: `x` is what stands there in every copy, and `base` in the kept pass. */
export interface Windowed<T> extends Channels {
  readonly kind: 'window';
  readonly window: Window;
  readonly x: T;
  readonly base: T;
}

/** The same, known as the difference of the two alone. */
interface Difference<T> extends Channels {
  readonly kind: 'difference';
  readonly window: Window;
  readonly difference: T;
}

export type Part<T> = Unchanged | Dense<T> | Windowed<T> | Difference<T>;

/** Parts of all channels, in order. Vectors have one part, dense or unchanged. */
export type Value<T> = readonly Part<T>[];

export function countOf({ from, to }: Channels): number {
  return to - from;
}

export function isChanged<T>(part: Part<T>): part is Exclude<Part<T>, Unchanged> {
  return part.kind !== 'unchanged';
}

/** The windows that changes lie in; null where one is dense. */
export function windowsOf<T>(parts: Value<T>): Window[] | null {
  const changed = parts.filter(isChanged);
  return changed.some(({ kind }) => kind === 'dense') ? null : changed.flatMap((part) => ('window' in part ? part.window : []));
}

export function tensorsOf<T>(part: Part<T>): T[] {
  if (part.kind === 'dense') return [part.x];
  if (part.kind === 'window') return [part.x, part.base];
  return part.kind === 'difference' ? [part.difference] : [];
}
