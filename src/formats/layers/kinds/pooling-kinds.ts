/** Pooling of windows, and of whole maps. */
import { asItIs } from '../activation-rules.ts';
import { adaptivePooling, globalPooling, paddedPooling, reduction } from '../pooling-rules.ts';
import { asPair, axesIn, type BuiltLayer, valuesIn } from './built-layer.ts';
import { dense, sameCell, slidingWindow, spatialWindow } from './input-window.ts';
import {
  always,
  type BuiltKind,
  changes,
  combined,
  copiesOfResult,
  type LayerKind,
  noMacs,
  noWeights,
  sameOfSingleCell,
} from './layer-kind.ts';
import { pooledSide } from './pooling-geometry.ts';

const global: BuiltKind = {
  role: 'pooling',
  isChannelwise: always,
  macs: noMacs,
  temporaryValues: copiesOfResult(1),
  inputWindow: dense,
  change: changes('dense'),
  scoreEffect: sameOfSingleCell,
};

const ofWindows: BuiltKind = {
  ...global,
  inputWindow: (layer, input) => {
    const { poolSize, strides, padding } = layer.config;
    return spatialWindow(layer, input, (side, inputLength, outputLength) =>
      slidingWindow(asPair(poolSize)[side], asPair(strides)[side], padding, inputLength, outputLength),
    );
  },
};

const padded: BuiltKind = {
  ...global,
  inputWindow: (layer, input) =>
    spatialWindow(layer, input, (side, inputLength) => {
      const { window: size, stride, before } = pooledSide(layer.config, inputLength, side);
      return { first: 0 - before, size, stride, spacing: 1 };
    }),
};

/** The input with what is padded. */
function paddedValues({ config, inputs: [input = []] }: BuiltLayer): number {
  const sides = ([0, 1] as const).map((side) => {
    const { before, after } = pooledSide(config, input[side + 1] ?? 1, side);
    return before + (input[side + 1] ?? 1) + after;
  });
  return (sides[0] ?? 1) * (sides[1] ?? 1) * (input[3] ?? 1);
}

/** Along the last axis, alone or with others: the rows and columns of a result that has them are the input's then. */
function reducesChannels({ config, inputs: [input = []] }: BuiltLayer): boolean {
  return axesIn(config.axes, input.length).includes(input.length - 1);
}

export const POOLING_KINDS = {
  AdaptiveAveragePooling2D: {
    rule: adaptivePooling,
    weightNames: noWeights,
    built: {
      ...global,
      change: ({ output }) => (output[1] === 1 && output[2] === 1 ? 'mean' : 'dense'),
      // What is averaged along the columns alone, and the two matrices.
      temporaryValues: ({ inputs: [input = []], output }) => {
        const [, rows, columns, channels] = input.map((side) => side ?? 1);
        const [, down, across] = output.map((side) => side ?? 1);
        return (
          valuesIn(output) + (down ?? 1) * (columns ?? 1) * (channels ?? 1) + (down ?? 1) * (rows ?? 1) + (across ?? 1) * (columns ?? 1)
        );
      },
    },
  },
  AveragePooling2D: { rule: asItIs, weightNames: noWeights, built: { ...ofWindows, change: changes('filtered-apart') } },
  GlobalAveragePooling2D: { rule: globalPooling, weightNames: noWeights, built: { ...global, change: changes('mean') } },
  GlobalAveragePooling2DKeepDims: { rule: asItIs, weightNames: noWeights, built: { ...global, change: changes('mean') } },
  GlobalMaxPooling2D: { rule: globalPooling, weightNames: noWeights, built: global },
  GlobalMaxPooling2DKeepDims: { rule: asItIs, weightNames: noWeights, built: global },
  MaxPooling2D: { rule: asItIs, weightNames: noWeights, built: { ...ofWindows, change: changes('maximum') } },
  PaddedAveragePooling2D: {
    rule: paddedPooling,
    weightNames: noWeights,
    built: { ...padded, change: changes('filtered-apart'), temporaryValues: (layer) => paddedValues(layer) + 3 * valuesIn(layer.output) },
  },
  PaddedMaxPooling2D: { rule: paddedPooling, weightNames: noWeights, built: { ...padded, change: changes('maximum') } },
  Reduction: {
    rule: reduction,
    weightNames: noWeights,
    built: {
      ...global,
      role: 'other',
      isChannelwise: (layer) => !reducesChannels(layer),
      change: ({ config, inputs: [input = []] }) =>
        config.function === 'mean' && input.length === 4 && axesIn(config.axes, 4).sort().join() === '1,2' ? 'mean' : 'dense',
      inputWindow: (layer, input) => (reducesChannels(layer) ? sameCell(layer, input) : dense()),
      scoreEffect: combined,
      // What is put in order first, and the maxima again where they are asked for a gradient.
      temporaryValues: ({ inputs: [input = []] }) => 3 * valuesIn(input),
    },
  },
} satisfies Readonly<Record<string, LayerKind>>;
