/** A kept model as the browser's database gives it back. */
import * as v from 'valibot';
import { currentCard, type FormerCard, type KeptModel, type ModelCard } from '../../core/models/model-card.ts';
import type { NameSource } from '../../core/models/output-names.ts';
import { Count, Names, oneOf, PreprocessingRecord, Reading } from '../../sets/stored-values.ts';

const Choice = v.object({
  id: v.string(),
  title: v.string(),
  options: v.pipe(v.array(v.object({ id: v.string(), label: v.string() })), v.nonEmpty()),
  chosen: v.string(),
});

const SHARED = {
  id: v.string(),
  title: v.string(),
  description: v.optional(v.string(), ''),
  input: v.object({ width: Count, height: Count }),
  takesAnySize: v.optional(v.boolean(), false),
  preprocessing: PreprocessingRecord,
  classNames: Names,
  copies: v.exactOptional(v.nullable(v.object({ names: Names, chosen: v.string() }))),
  choices: v.exactOptional(v.nullable(v.array(Choice))),
  revision: v.exactOptional(v.string()),
  toCheck: v.optional(v.string(), ''),
} satisfies Record<keyof Omit<FormerCard, 'outputActivation'>, v.GenericSchema>;

/** What today's cards say of outputs. A card with some of it and not all is damaged, and none of a former version. */
const TODAY = {
  output: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  reading: Reading,
  givenNames: Names,
  nameSource: oneOf<NameSource>({ given: true, none: true, imagenet: true, 'imagenet-darknet': true, 'imagenet-background': true }),
} satisfies Record<Exclude<keyof ModelCard, keyof FormerCard>, v.GenericSchema>;

const Card = v.union([
  v.object({ ...SHARED, ...TODAY }),
  v.pipe(
    v.object({ ...SHARED, outputActivation: v.picklist(['softmax', 'sigmoid']), reading: v.optional(v.undefined()) }),
    v.transform(({ reading: _none, ...card }) => currentCard(card)),
  ),
]);

const Model = v.object({
  card: Card,
  bytes: v.pipe(v.number(), v.minValue(0)),
  origin: v.optional(v.string(), ''),
} satisfies Record<keyof KeptModel, v.GenericSchema>);

/** In today's form; null for what is damaged. */
export function asKeptModel(stored: unknown): KeptModel | null {
  const { success, output } = v.safeParse(Model, stored);
  return success ? output : null;
}

/** What a damaged record calls its model, else what it is kept under. */
export function titleOfDamaged(stored: unknown, id: string): string {
  const { success, output } = v.safeParse(v.object({ card: v.object({ title: v.pipe(v.string(), v.nonEmpty()) }) }), stored);
  return success ? output.card.title : id;
}

/** Null for what is damaged. */
export function asFiles(stored: unknown): readonly File[] | null {
  const { success, output } = v.safeParse(v.pipe(v.array(v.instance(File)), v.nonEmpty()), stored);
  return success ? output : null;
}
