import type { Size } from '../images/geometry.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import type { ModelManifest } from './manifest.ts';
import { classNamesFor, type NameSource } from './output-names.ts';
import type { OutputReading } from './output-reading.ts';

/** The copies of its weights that a file holds, such as those of the last step and their moving average. */
export interface WeightCopies {
  /** What the file calls them, the one that is opened at first in front. */
  readonly names: readonly string[];
  readonly chosen: string;
}

/** What a file leaves open about its network, where there are several readings. */
export interface ModelChoice {
  readonly id: string;
  readonly title: string;
  /** The one that is assumed in front. */
  readonly options: readonly { readonly id: string; readonly label: string }[];
  /** The id of an option. */
  readonly chosen: string;
}

/** What a person said, by the ids of choices and of their options. */
export type ChosenOptions = Readonly<Record<string, string>>;

export function chosenOptions(choices: readonly ModelChoice[] | null | undefined): ChosenOptions {
  return Object.fromEntries((choices ?? []).map(({ id, chosen }) => [id, chosen]));
}

/** What is known of a model without loading it: enough to show a finished explanation, and to open it the same way again. */
export interface ModelCard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly input: Size;
  readonly takesAnySize: boolean;
  readonly preprocessing: Preprocessing;
  /** Which of several outputs is explained, by its number in the model; null: the first classifier. */
  readonly output: number | null;
  /** What the units of the output mean. */
  readonly reading: OutputReading;
  /** Names as they were given or assumed, which outlive a change of the reading; empty for none. */
  readonly givenNames: readonly string[];
  readonly nameSource: NameSource;
  /** One for each class or number, under the reading. */
  readonly classNames: readonly string[];
  /** Left out where there is one. */
  readonly copies?: WeightCopies | null;
  /** Left out where its file leaves nothing open. */
  readonly choices?: readonly ModelChoice[] | null;
  /** Another one for other files: what was found out by one of them outlives a visit only with that. Left out where nobody can say. */
  readonly revision?: string;
  /** What was guessed about how it is used, as sentences, until somebody has looked at it; else empty. */
  readonly toCheck: string;
}

/** A model that a person gave, as the browser keeps it. */
export interface KeptModel {
  readonly card: ModelCard;
  /** All files together. */
  readonly bytes: number;
  /** The same files, or the same URL, give the same origin. */
  readonly origin: string;
}

/** The card of a model that is known by its manifest alone. */
export function cardOfManifest(id: string, manifest: ModelManifest): ModelCard {
  const { title, description, input, preprocessing, classNames: givenNames } = manifest;
  const reading = manifest.outputReading ?? 'softmax';
  const classNames = classNamesFor(givenNames, reading === 'binary' ? 1 : givenNames.length, reading);
  const nameSource = givenNames.length > 0 ? 'given' : 'none';
  return {
    id,
    title,
    description,
    input,
    takesAnySize: false,
    preprocessing,
    output: null,
    reading,
    givenNames,
    nameSource,
    classNames,
    revision: manifest.files.map(({ sha256 }) => sha256).join(' '),
    toCheck: '',
  };
}

/** A card as a former version kept it: one class for each unit, and the activation of all. */
export interface FormerCard extends Omit<ModelCard, 'output' | 'reading' | 'givenNames' | 'nameSource'> {
  readonly outputActivation: 'softmax' | 'sigmoid';
}

const SOURCES: readonly (readonly [NameSource, (names: readonly string[]) => boolean])[] = [
  ['none', (names) => names.every((name, index) => name === `class ${index}`)],
  ['imagenet', (names) => names.length === 1000 && names[0] === 'tench' && names[999] === 'toilet tissue'],
];

/** The card in today's form. What it says of a single unit is put right once the model is loaded. */
export function currentCard(card: ModelCard | FormerCard): ModelCard {
  if ('reading' in card) return card;
  const { outputActivation, ...rest } = card;
  const nameSource = SOURCES.find(([, isOf]) => isOf(card.classNames))?.[0] ?? 'given';
  const givenNames = nameSource === 'none' ? [] : card.classNames;
  return { ...rest, output: null, reading: outputActivation === 'sigmoid' ? 'independent' : 'softmax', givenNames, nameSource };
}
