/** torch's poolings as modules, held against those of a network here. */
import { withArticle } from '../../../core/with-article.ts';
import { asArray, type JsonObject } from '../../json.ts';
import type { PickleObject } from '../pickle/pickle-values.ts';
import { classNameOf, knownClassOf } from './known-classes.ts';
import { attributesOf } from './modules.ts';
import { difference, numbersOf, pairOf } from './pairs.ts';

type Kind = 'max' | 'average' | 'adaptive average' | 'other';

const THEIRS: ReadonlyMap<string, Kind> = new Map([
  ['MaxPool2d', 'max'],
  ['AvgPool2d', 'average'],
  ['AdaptiveAvgPool2d', 'adaptive average'],
  ['AdaptiveMaxPool2d', 'other'],
  ['LPPool2d', 'other'],
  ['FractionalMaxPool2d', 'other'],
]);

const OURS: ReadonlyMap<string, Kind> = new Map([
  ['MaxPooling2D', 'max'],
  ['PaddedMaxPooling2D', 'max'],
  ['AveragePooling2D', 'average'],
  ['PaddedAveragePooling2D', 'average'],
  ['GlobalAveragePooling2D', 'adaptive average'],
  ['AdaptiveAveragePooling2D', 'adaptive average'],
]);

export function isPooling(module: PickleObject): boolean {
  return THEIRS.has(knownClassOf(module) ?? '');
}

function isIdentity(module: PickleObject): boolean {
  const [size, stride] = ['kernel_size', 'stride'].map((name) => pairOf(attributesOf(module)?.get(name)));
  return [size, stride].every((pair) => pair?.every((side) => side === 1));
}

/** As many cells are all of a map that a network ends with. */
const LEAST_OF_LAST = 4;

/** A pooling that does nothing, or the one before the classes: of all cells, where its result is to be a vector. */
export function isLastPooling(module: PickleObject): boolean {
  const kind = THEIRS.get(knownClassOf(module) ?? '');
  const of = (name: string) => pairOf(attributesOf(module)?.get(name));
  if (kind === 'adaptive average') return of('output_size')?.every((cells) => cells === 1) ?? true;
  if (kind === 'average') return isIdentity(module) || (of('kernel_size')?.every((cells) => cells >= LEAST_OF_LAST) ?? true);
  return kind === 'max' && isIdentity(module);
}

/** Whether a layer here pools as the module does, as far as that says how. */
export function isSamePooling(module: PickleObject, layer: { readonly kind: string; readonly config: JsonObject }): boolean {
  return THEIRS.get(knownClassOf(module) ?? '') === OURS.get(layer.kind) && differenceOfPooling(module, layer) === null;
}

/** Rows and columns before and after, where both sides are alike; null where Keras' SAME decides. */
function paddingOf({ padding }: JsonObject): readonly number[] | null {
  if (padding === 'same') return null;
  return Array.isArray(padding) ? padding.map((sides) => numbersOf(sides)[0] ?? 0) : [0, 0];
}

/** @returns what differs, as it stands after the module's path; null where nothing does */
export function differenceOfPooling(
  module: PickleObject,
  layer: { readonly kind: string; readonly config: JsonObject } | null,
): string | null {
  const className = classNameOf(module);
  const [theirs, ours] = [THEIRS.get(knownClassOf(module) ?? ''), OURS.get(layer?.kind ?? '')];
  if (layer === null)
    return theirs === 'adaptive average' || isIdentity(module)
      ? null
      : `is ${withArticle(className)}, which the network does not have there`;
  // A layer that stands for what is around the pooling has its name.
  if (ours === undefined) return null;
  if (theirs !== ours) return `is ${withArticle(className)}, where ${ours === 'max' ? 'a max pooling' : 'an average pooling'} belongs`;
  const attributes = attributesOf(module);
  const of = (attribute: string) => pairOf(attributes?.get(attribute));
  const { config } = layer;
  const has = (found: string | null) => found && `has ${found}`;
  if (theirs === 'adaptive average')
    return has(
      difference('the output size', of('output_size'), layer.kind === 'GlobalAveragePooling2D' ? [1, 1] : numbersOf(config.output_size)),
    );
  const own =
    difference('the window', of('kernel_size'), numbersOf(config.pool_size)) ??
    difference('the stride', of('stride') ?? of('kernel_size'), numbersOf(config.strides)) ??
    difference('the padding', of('padding'), paddingOf(config)) ??
    difference('the dilation', of('dilation'), [1, 1]);
  if (own !== null) return has(own);
  const roundsUp = config.padding === 'same' || config.ceil_mode === true;
  if (typeof attributes?.get('ceil_mode') === 'boolean' && attributes.get('ceil_mode') !== roundsUp)
    return roundsUp ? 'rounds down where it should round up (ceil_mode)' : 'rounds up where it should round down (ceil_mode)';
  const isPadded = asArray(of('padding')).some((cells) => cells !== 0);
  // Keras' SAME leaves out what it pads.
  const counts = config.padding !== 'same' && config.count_include_pad !== false;
  if (theirs !== 'average' || !isPadded || (attributes?.get('count_include_pad') !== false) === counts) return null;
  return counts ? 'does not count what is padded' : 'counts what is padded';
}
