/** Pooling of windows, and of whole maps. */
import { asItIs } from '../activation-rules.ts';
import { globalPooling } from '../convolution-rules.ts';
import { asPair } from './built-layer.ts';
import { dense, slidingWindow, spatialWindow } from './input-window.ts';
import { always, type BuiltKind, copiesOfResult, type LayerKind, noMacs, noWeights, sameOfSingleCell } from './layer-kind.ts';

const global: BuiltKind = {
  role: 'pooling',
  isChannelwise: always,
  macs: noMacs,
  temporaryValues: copiesOfResult(1),
  inputWindow: dense,
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

export const POOLING_KINDS = {
  AveragePooling2D: { rule: asItIs, weightNames: noWeights, built: ofWindows },
  GlobalAveragePooling2D: { rule: globalPooling, weightNames: noWeights, built: global },
  GlobalAveragePooling2DKeepDims: { rule: asItIs, weightNames: noWeights, built: global },
  GlobalMaxPooling2D: { rule: globalPooling, weightNames: noWeights, built: global },
  GlobalMaxPooling2DKeepDims: { rule: asItIs, weightNames: noWeights, built: global },
  MaxPooling2D: { rule: asItIs, weightNames: noWeights, built: ofWindows },
} satisfies Readonly<Record<string, LayerKind>>;
