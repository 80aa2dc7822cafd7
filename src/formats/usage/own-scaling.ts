/** What a network's first layers do to the values of its images, which tells what values they were made for. */
import { type ChannelCount, type Normalisation, type NormalisationId, normalisationsFor } from '../../core/images/preprocessing.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';
import { plainKind } from '../layers/kind-names.ts';
import { numbersIn } from '../layers/layer-rule.ts';
import { type ModelArtifacts, sizeOfShape } from '../network/artifacts.ts';

/** The values of a weight; null where there is no such weight. */
export type WeightOf = (name: string) => readonly number[] | null;

/** Those of the first layers are few. */
export function weightsIn({ weights, data }: ModelArtifacts): WeightOf {
  return (name) => {
    let at = 0;
    for (const weight of weights) {
      const size = sizeOfShape(weight.shape);
      if (weight.name === name) return [...new Float32Array(data, at * 4, size)];
      at += size;
    }
    return null;
  };
}

/** `value * scale + offset` of each channel, or of all. */
type Scaling = readonly (readonly [scale: number, offset: number])[];

const AS_IT_IS: Scaling = [[1, 0]];

function after(before: Scaling, own: Scaling): Scaling {
  return Array.from({ length: Math.max(before.length, own.length) }, (_, i) => {
    const [scale = 1, offset = 0] = before[i % before.length] ?? [];
    const [ownScale = 1, ownOffset = 0] = own[i % own.length] ?? [];
    return [scale * ownScale, offset * ownScale + ownOffset] as const;
  });
}

function paired(scales: readonly number[], offsets: readonly number[]): Scaling {
  const length = Math.max(1, scales.length, offsets.length);
  return Array.from({ length }, (_, i) => [scales[i % scales.length] ?? 1, offsets[i % offsets.length] ?? 0] as const);
}

function nameOf(layer: JsonObject): string {
  return String(asObject(layer.config)?.name ?? layer.name);
}

/** What a layer takes, by its first call. */
function takenBy({ inbound_nodes: calls }: JsonObject): string[] {
  return asArray(asArray(calls)[0]).map((input) => String(asArray(input)[0]));
}

/** Null for a layer that does something else to values. */
function ownScaling(layer: JsonObject, weightOf: WeightOf): Scaling | null {
  const config = asObject(layer.config) ?? {};
  const kind = plainKind(String(layer.class_name));
  if (kind === 'Rescaling') return paired(numbersIn(config.scale), numbersIn(config.offset));
  if (kind !== 'Normalization') return AS_IT_IS;
  const statistic = (name: string) => weightOf(`${nameOf(layer)}/${name}`) ?? numbersIn(config[name]);
  const [mean, variance] = [statistic('mean'), statistic('variance')];
  const stds = variance.map(Math.sqrt);
  const isKnown = mean.length === variance.length && stds.every((std) => std > 0) && config.invert !== true;
  return isKnown
    ? paired(
        stds.map((std) => 1 / std),
        mean.map((value, i) => -value / (stds[i] ?? 1)),
      )
    : null;
}

/** What all of the layers do together, which stand before the first one with a kernel. */
function scalingOf(first: readonly JsonObject[], weightOf: WeightOf): Scaling | null {
  const known = new Map<string, Scaling>();
  let last: Scaling = AS_IT_IS;
  for (const layer of first) {
    const own = ownScaling(layer, weightOf);
    if (!own) return null;
    const taken = takenBy(layer).flatMap((name) => known.get(name) ?? []);
    // What stands in a model inside takes what came before.
    const before = taken.length === 0 ? last : taken;
    last = after(before, own);
    known.set(nameOf(layer), last);
  }
  return last;
}

type Range = readonly [low: number, high: number];

/** What a network's values may be, on average over the channels, once they are prepared. */
const USUAL: readonly Range[] = [
  [0, 1],
  [-1, 1],
  [-0.5, 0.5],
  // Less ImageNet's mean, over its std.
  [-1.99, 2.44],
  [-115, 140],
  [-128, 127],
  [0, 255],
];

/** The range that values from 0 to 255 become. */
function rangeAfter({ scale, mean, std }: Normalisation, scaling: Scaling): Range {
  const ends = mean.map((middle, i) => {
    const [own = 1, offset = 0] = scaling[i % scaling.length] ?? [];
    const end = (value: number) => ((value * scale - middle) / (std[i] ?? 1)) * own + offset;
    return [end(0), end(255)] as const;
  });
  const average = (place: 0 | 1) => ends.reduce((sum, end) => sum + end[place], 0) / ends.length;
  return [average(0), average(1)];
}

function isUsual([low, high]: Range): boolean {
  return USUAL.some(([least, most]) => Math.abs(low - least) + Math.abs(high - most) < 0.15 * (most - least));
}

/** The likeliest first. */
const LIKELY: readonly NormalisationId[] = ['none', 'unit', 'torch', 'tensorflow'];

/** What values the first layers were made for: those that they make usual ones of. Values from 0 to 255 where nothing tells. */
export function valuesTaken(first: readonly JsonObject[], count: ChannelCount, weightOf: WeightOf): NormalisationId {
  const scaling = scalingOf(first, weightOf);
  if (!scaling) return 'none';
  const ranges = LIKELY.flatMap((id) => {
    const known = normalisationsFor(count).find((normalisation) => normalisation.id === id);
    return known ? [{ id, range: rangeAfter(known, scaling) }] : [];
  });
  const usual = ranges.find(({ range }) => isUsual(range));
  // Such as a division by the std alone.
  const plausible = ranges.find(({ range: [low, high] }) => high - low > 0.4 && high - low < 6);
  return (usual ?? plausible)?.id ?? 'none';
}

/** The std of values from 0 to 1 of everyday images, in each of the usual ways. */
const STDS: readonly (readonly [NormalisationId, number])[] = [
  ['none', 69],
  ['torch', 1.2],
  ['tensorflow', 0.54],
  ['unit', 0.27],
];

const PASSING: ReadonlySet<string> = new Set(['InputLayer', 'Permute', 'Resizing', 'ZeroPadding2D']);

/** What values the network was trained with, where it begins with a batch normalisation: it holds their variance. Null where none is first. */
export function valuesTrainedWith(first: readonly JsonObject[], weightOf: WeightOf): NormalisationId | null {
  const layer = first.find(({ class_name: kind }) => !PASSING.has(String(kind)));
  if (!layer || plainKind(String(layer.class_name)) !== 'BatchNormalization') return null;
  const [mean, variance] = [weightOf(`${nameOf(layer)}/moving_mean`), weightOf(`${nameOf(layer)}/moving_variance`)];
  const isTrained =
    variance?.every((value) => value > 0) && !(mean?.every((value) => value === 0) && variance.every((value) => value === 1));
  if (!variance || !isTrained) return null;
  const std = Math.exp(variance.reduce((sum, value) => sum + Math.log(value) / 2, 0) / variance.length);
  const off = (known: number) => Math.abs(Math.log(std / known));
  const [nearest] = STDS.toSorted(([, a], [, b]) => off(a) - off(b));
  return nearest && off(nearest[1]) < Math.log(2.5) ? nearest[0] : null;
}
