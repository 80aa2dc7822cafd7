/** What smaller weights cost: the network as it was in its file and as it was written, asked about the same images. */
import { AppError } from '../../core/app-error.ts';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import { topClasses } from '../../explain/target.ts';
import type { FoundImage } from '../images/find-images.ts';
import { readPixels } from '../images/read-pixels.ts';
import type { Network } from './network.ts';

export interface Comparison {
  readonly images: number;
  /** Of how many images both name the same class first. */
  readonly agreed: number;
  readonly largestChange: number;
  /** Of a logit's size, over all classes and images. */
  readonly meanChange: number;
  /** How many images lie in a folder that is named like a class, and how many of them each network gets right. */
  readonly labelled: number;
  readonly rightBefore: number;
  readonly rightAfter: number;
}

/** @throws AppError `image-unreadable` where no image could be read; one that cannot is told to `onUnreadable` and left out */
export async function compare(
  before: Network,
  after: Network,
  preprocessing: Preprocessing,
  files: readonly FoundImage[],
  onUnreadable: (sentence: string) => void,
): Promise<Comparison> {
  const { classNames, reading, units } = before.info;
  let [images, agreed, largestChange, sum, labelled, rightBefore, rightAfter] = [0, 0, 0, 0, 0, 0, 0];
  for (const { path, file } of files) {
    const pixels = await readPixels(file).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      onUnreadable(error.message);
    });
    if (!pixels) continue;
    const own = await before.logits(pixels, preprocessing);
    const other = await after.logits(pixels, preprocessing);
    const [first = 0] = topClasses(own, reading, 1);
    const [firstAfter = 0] = topClasses(other, reading, 1);
    images++;
    if (first === firstAfter) agreed++;
    for (const [i, logit] of own.entries()) {
      const change = Math.abs(logit - (other[i] ?? Number.NaN));
      largestChange = Math.max(largestChange, change);
      sum += change;
    }
    const label = path.split('/').at(-2) ?? '';
    if (!classNames.includes(label)) continue;
    labelled++;
    if (classNames[first] === label) rightBefore++;
    if (classNames[firstAfter] === label) rightAfter++;
  }
  if (images === 0)
    throw new AppError('image-unreadable', 'None of the images could be read, so nothing was measured; please name others.');
  return { images, agreed, largestChange, meanChange: sum / images / units, labelled, rightBefore, rightAfter };
}

function percent(count: number, total: number): string {
  return `${((100 * count) / total).toFixed(1)} %`;
}

/** The comparison in words. */
export function describeComparison({ images, agreed, largestChange, meanChange, labelled, rightBefore, rightAfter }: Comparison): string {
  const lines = [
    `On ${images} ${images === 1 ? 'image' : 'images'}, the network as it was in the file and as it was written:`,
    `  name the same class first for ${percent(agreed, images)} (${agreed})`,
    `  differ in a logit by ${largestChange.toPrecision(3)} at most, and by ${meanChange.toPrecision(3)} on average`,
  ];
  if (labelled === 0) return [...lines, '  No folder is named like a class, so that it is not known which answers are right.'].join('\n');
  const points = (100 * (rightAfter - rightBefore)) / labelled;
  const right = `${percent(rightBefore, labelled)} (${rightBefore}) and ${percent(rightAfter, labelled)} (${rightAfter})`;
  return [
    ...lines,
    `  are right for ${right} of ${labelled} with a known class: ${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)} points`,
  ].join('\n');
}
