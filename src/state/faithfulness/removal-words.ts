/** What is said of the pixels that measures remove: what they become, why, and how much that tells. */
import type { ReplacementChoice } from '../../metrics/measures.ts';
import { isMuchLeft, leftShare, type Removal } from '../../metrics/removal.ts';
import { REPLACEMENTS, type ReplacementKind } from '../../metrics/replacement.ts';
import { muchLeftOf, type SetResult } from '../../metrics/set-result.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';

export const REPLACEMENT_TITLES: Readonly<Record<ReplacementChoice, string>> = {
  auto: 'Automatic',
  blur: 'Blurred',
  'strong-blur': 'Strongly blurred',
  mean: 'Mean colour',
  black: 'Black',
};

/** What a removed pixel is called. */
const BECOME: Readonly<Record<ReplacementKind, string>> = {
  blur: 'blurred',
  'strong-blur': 'strongly blurred',
  mean: 'the mean colour',
  black: 'black',
};

/** `61 %`, `0.7 %`. */
function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

/**
 * `Removed pixels become black, which leaves 0.7 % of the probability once all are removed (blurred: 61 %, …).`
 *
 * @param shareOf the share that a replacement leaves; null where it was not tried
 */
export function removalWords(
  replacement: ReplacementKind,
  isAutomatic: boolean,
  shareOf: (kind: ReplacementKind) => number | null,
): string {
  const become = `Removed pixels become ${BECOME[replacement]}`;
  const own = shareOf(replacement);
  if (own === null) return `${become}.`;
  const others = REPLACEMENTS.flatMap((kind) => {
    const share = kind === replacement ? null : shareOf(kind);
    return share === null ? [] : [`${BECOME[kind]}: ${percent(share)}`];
  });
  const compared = isAutomatic && others.length > 0 ? ` (${others.join(', ')})` : '';
  return `${become}, which leaves ${percent(own)} of the probability once all are removed${compared}.`;
}

/** The same for one image. */
export function imageRemovalWords(removal: Removal): string {
  return removalWords(removal.replacement, removal.isAutomatic, (kind) => leftShare(removal, kind));
}

/** Why measures by removal say little of this image; empty where they may say something. */
export function removalWarning(removal: Removal): string {
  const share = leftShare(removal, removal.replacement);
  if (share === null || !isMuchLeft(share)) return '';
  return `Even without any of its pixels the image keeps ${percent(share)} of its probability, so deletion and insertion say little about these maps.`;
}

/** The same for a set, which has one replacement for all of its images; empty until that is known. */
export function setRemovalWords({ settings, chosen }: Pick<KeptSet, 'settings' | 'chosen'>): string {
  if (settings.replacement !== 'auto') return `Removed pixels become ${BECOME[settings.replacement]}.`;
  if (!chosen) return '';
  const words = removalWords(chosen.replacement, true, (kind) => chosen.left[kind] ?? null);
  return `${words} Chosen for the whole set, by the means over ${chosen.images} of its images.`;
}

/** Of how many images measures by removal say little; empty where there is none. */
export function setRemovalWarning(results: readonly SetResult[]): string {
  const count = muchLeftOf(results);
  if (count === 0) return '';
  const which = count === 1 ? 'One image keeps' : `${count} of ${results.length} images keep`;
  return `${which} over half of the probability without any pixels, so deletion and insertion say little there.`;
}
