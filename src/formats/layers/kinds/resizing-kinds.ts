/** Layers that give images another size. */

import { asItIs } from '../activation-rules.ts';
import { centerCrop, resizing, upSampling } from '../resizing-rules.ts';
import { asPair, valuesIn } from './built-layer.ts';
import { dense, repeated, spatialWindow } from './input-window.ts';
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

const resized: BuiltKind = {
  role: 'other',
  isChannelwise: always,
  macs: noMacs,
  // Resized one way, what bars are taken off and put on, and the weights of both.
  temporaryValues: ({ inputs: [input = []], output }) =>
    2 * (valuesIn(output) + valuesIn(input)) + (output[1] ?? 1) * (input[1] ?? 1) + (output[2] ?? 1) * (input[2] ?? 1),
  inputWindow: dense,
  change: changes('dense'),
  scoreEffect: combined,
};

export const RESIZING_KINDS = {
  CenterCrop: { rule: centerCrop, weightNames: noWeights, preparation: () => 'size', built: resized },
  Resizing: {
    rule: resizing,
    preparation: () => 'size',
    weightNames: noWeights,
    built: {
      ...resized,
      // A product with a matrix along the rows, then along the columns.
      macs: ({ inputs: [input = []], output }) => valuesIn([output[1] ?? 1, ...input]) + valuesIn(output) * (input[2] ?? 1),
    },
  },
  SmoothUpSampling2D: {
    rule: asItIs,
    weightNames: noWeights,
    built: {
      ...resized,
      // Enlarged one way, and the weights of both.
      temporaryValues: ({ config, inputs: [input = []], output }) => {
        const [down, across] = asPair(config.size);
        return valuesIn(output) + valuesIn(input) + (down + across) * Math.max(input[1] ?? 1, input[2] ?? 1) ** 2;
      },
    },
  },
  UpSampling2D: {
    rule: upSampling,
    weightNames: noWeights,
    built: {
      ...resized,
      temporaryValues: copiesOfResult(1),
      change: changes('spread-apart'),
      scoreEffect: sameOfSingleCell,
      inputWindow: (layer, input) => spatialWindow(layer, input, (side) => repeated(asPair(layer.config.size)[side])),
    },
  },
} satisfies Readonly<Record<string, LayerKind>>;
