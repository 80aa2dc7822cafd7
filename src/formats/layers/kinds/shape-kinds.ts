/** Layers that lay out values anew, take some of them, or put zeros around them. */
import { asArray } from '../../json.ts';
import { asItIs } from '../activation-rules.ts';
import { interleavedGroups, padding } from '../convolution-rules.ts';
import { type BuiltLayer, valuesIn } from './built-layer.ts';
import { dense, sameCell, shiftedBy, spatialWindow } from './input-window.ts';
import {
  always,
  type BuiltKind,
  changes,
  combined,
  computed,
  copiesOfResult,
  type LayerKind,
  never,
  noMacs,
  noWeights,
  same,
  sameOfSingleCell,
} from './layer-kind.ts';

const laidOut: BuiltKind = {
  role: 'other',
  isChannelwise: never,
  macs: noMacs,
  temporaryValues: copiesOfResult(1),
  inputWindow: dense,
  change: changes('dense'),
  scoreEffect: same,
};

const laidOutAnew: BuiltKind = { ...laidOut, sides: () => null };

/** The cells before the first row and column, of a setting such as `[[top, bottom], [left, right]]`. */
function before(setting: unknown, side: 0 | 1 | 2): number {
  const each: unknown = Array.isArray(setting) ? setting[side] : setting;
  return Number(Array.isArray(each) ? each[0] : each);
}

function after(setting: unknown, side: 0 | 1 | 2): number {
  const each: unknown = Array.isArray(setting) ? setting[side] : setting;
  return Number(Array.isArray(each) ? each[1] : each);
}

/** @param cellsBefore by how much the input begins after the result */
function shifted(cellsBefore: (config: BuiltLayer['config'], side: 0 | 1) => number): BuiltKind {
  return {
    ...laidOut,
    isChannelwise: always,
    change: changes('filtered-apart'),
    scoreEffect: sameOfSingleCell,
    inputWindow: (layer, input) => spatialWindow(layer, input, (side) => shiftedBy(cellsBefore(layer.config, side))),
  };
}

/** Whether no channels are added. */
function hasOwnChannels({ config }: BuiltLayer): boolean {
  return before(config.padding, 2) === 0 && after(config.padding, 2) === 0;
}

export const SHAPE_KINDS = {
  Cropping2D: {
    rule: asItIs,
    weightNames: noWeights,
    built: { ...shifted(({ cropping }, side) => -before(cropping, side)), temporaryValues: ({ inputs }) => valuesIn(inputs[0] ?? []) },
  },
  Flatten: { rule: asItIs, weightNames: noWeights, built: laidOutAnew },
  InputLayer: {
    rule: asItIs,
    weightNames: noWeights,
    built: { ...laidOut, role: 'input', scoreEffect: computed, temporaryValues: () => 0 },
  },
  InterleavedGroups: {
    rule: interleavedGroups,
    weightNames: noWeights,
    built: { ...laidOut, inputWindow: sameCell, change: changes('by-cell'), scoreEffect: combined, temporaryValues: copiesOfResult(2) },
  },
  Padding: {
    rule: padding,
    weightNames: noWeights,
    built: {
      ...laidOut,
      isChannelwise: hasOwnChannels,
      change: (layer) => (layer.config.mode === 'constant' && hasOwnChannels(layer) ? 'filtered-apart' : 'dense'),
      inputWindow: (layer, input) =>
        layer.config.mode === 'constant' ? spatialWindow(layer, input, (side) => shiftedBy(before(layer.config.padding, side))) : dense(),
      scoreEffect: combined,
      temporaryValues: copiesOfResult(3),
    },
  },
  Permute: {
    rule: asItIs,
    weightNames: noWeights,
    built: { ...laidOut, sides: ({ config: { dims } }) => (Array.isArray(dims) ? dims.map(Number) : null) },
  },
  Reshape: { rule: asItIs, weightNames: noWeights, built: laidOutAnew },
  Slice: {
    rule: asItIs,
    weightNames: noWeights,
    // Channels the other way round: red and blue change places.
    preparation: ({ slices }) => (asArray(asArray(slices).at(-1))[2] === -1 ? 'colours' : null),
    built: { ...laidOut, scoreEffect: combined },
  },
  ZeroPadding2D: { rule: asItIs, weightNames: noWeights, built: shifted(({ padding }, side) => before(padding, side)) },
} satisfies Readonly<Record<string, LayerKind>>;
