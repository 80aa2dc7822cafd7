/** What the network on screen says of an image in the strip, and whether that is so. */
import { memoize } from '../../core/memoize.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { numberedName } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { shownValues, topClasses } from '../../explain/target.ts';
import { labelOf } from '../../protocol/kept-set.ts';
import type { AppState } from '../app-state.ts';
import type { Results } from '../explanation/explanation-state.ts';
import type { ListedImage } from './image-state.ts';

export interface ImageVerdict {
  /** The best class, or the largest number. */
  readonly name: string;
  /** Its probability, or the number. */
  readonly value: number;
  /** Whether the value is a number, of a regression. */
  readonly isNumber: boolean;
  /** The class that the image shows, by name; null where nobody said, or the network knows no such class. */
  readonly truth: string | null;
  readonly isRight: boolean | null;
}

/** The class that an image shows: as its sample's label says, or the folder that it lies in. */
function truthOf({ sample, folder }: ListedImage, classNames: readonly string[]): string | null {
  return sample ? (classNames.find((name) => name === sample.label) ?? null) : labelOf(`${folder}/`, classNames);
}

interface Known {
  readonly reading: OutputReading;
  readonly classNames: readonly string[];
  readonly verdict: ImageVerdict;
}

/** By the logits: every thumbnail asks after every change of the state. */
const known = new WeakMap<Float32Array, Known>();

function verdictOf({ cache }: Results, card: ModelCard | null, image: ListedImage): ImageVerdict | null {
  const logits = card && cache.findLogits(card.id, image.id);
  if (!logits) return null;
  const { reading, classNames } = card;
  const former = known.get(logits);
  if (former?.reading === reading && former.classNames === classNames) return former.verdict;
  const [best = 0] = topClasses(logits, reading, 1);
  const isNumber = reading === 'number';
  const name = classNames[best] ?? numberedName(best, reading);
  const truth = isNumber ? null : truthOf(image, classNames);
  const value = shownValues(logits, reading)[best] ?? Number.NaN;
  const verdict = { name, value, isNumber, truth, isRight: truth === null ? null : truth === name };
  known.set(logits, { reading, classNames, verdict });
  return verdict;
}

/** Null until the network has run on the image. */
export function imageVerdict({ explanation, model }: AppState, image: ListedImage): ImageVerdict | null {
  return verdictOf(explanation.results, model.card, image);
}

const verdictsOf = memoize(
  (items: readonly ListedImage[], results: Results, card: ModelCard | null): readonly (ImageVerdict | null)[] =>
    items.map((image) => verdictOf(results, card, image)),
  1,
);

/** Of all images, in their order; the same list for the same state. */
export function imageVerdicts({ images, explanation, model }: AppState): readonly (ImageVerdict | null)[] {
  return verdictsOf(images.items, explanation.results, model.card);
}
