/**
 * What a network still says once every pixel of an image is replaced. Deletion and insertion are about what lies between the image and
 * that, so that they say nothing where it is as good as the image: a blurred pollen grain is still a pollen grain.
 */
import { REPLACEMENTS, type ReplacementKind } from './replacement.ts';

/** Enough of the probability is gone: what remains of it is hardly evidence any more. */
const MOST_IS_GONE = 0.1;
/** More than this share of the probability is left: measures by removal say little. */
const MUCH_IS_LEFT = 0.5;

/** The followed score of an image, and of its replacements alone. */
export interface RemovedScores {
  readonly intact: number;
  /** The score is a number, of which no share can be left. */
  readonly isNumber: boolean;
  readonly removed: Readonly<Partial<Record<ReplacementKind, number>>>;
}

/** With what the pixels of an image are replaced, and what else was tried. */
export interface Removal extends RemovedScores {
  readonly replacement: ReplacementKind;
  /** Whether it was chosen here, rather than by a person. */
  readonly isAutomatic: boolean;
}

/** The share of the probability that is left under a replacement; null where that was not tried, or there was none to begin with. */
export function leftShare({ intact, removed, isNumber }: RemovedScores, kind: ReplacementKind): number | null {
  const left = removed[kind];
  return left === undefined || isNumber || !(intact > 0) ? null : left / intact;
}

/** The mean share of some images; null where none has one. */
export function meanLeft(images: readonly RemovedScores[], kind: ReplacementKind): number | null {
  // More than all is no less gone than all.
  const shares = images.map((image) => leftShare(image, kind)).flatMap((share) => (share === null ? [] : Math.min(1, share)));
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/**
 * The mildest replacement that takes nearly all of the probability away, on the mean over the images; where none does, the one that leaves
 * least; and the mildest of all where there are no shares to judge by. Milder ones are more like images that the network knows, so that it
 * is rather the evidence that it misses.
 */
export function chooseReplacement(images: readonly RemovedScores[]): ReplacementKind {
  const tried = REPLACEMENTS.map((kind) => ({ kind, left: meanLeft(images, kind) ?? Number.POSITIVE_INFINITY }));
  const enough = tried.find(({ left }) => left <= MOST_IS_GONE);
  const least = tried.reduce((best, other) => (other.left < best.left ? other : best));
  return (enough ?? least).kind;
}

/** How many images of a set tell what removes its evidence. */
const SAMPLED = 10;

/** Some of them, taken evenly: the first ones of a folder are often of one class. */
export function sampled<Entry>(entries: readonly Entry[]): readonly Entry[] {
  const count = Math.min(SAMPLED, entries.length);
  return Array.from({ length: count }, (_, i) => entries[Math.floor(((i + 0.5) * entries.length) / count)]).filter(
    (entry) => entry !== undefined,
  );
}

/** Whether so much is left that measures by removal say little. */
export function isMuchLeft(share: number | null): boolean {
  return share !== null && share > MUCH_IS_LEFT;
}
