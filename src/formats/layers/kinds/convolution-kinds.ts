/** Convolutions and the matrix product: every value of the result takes one product per weight that leads to it. */

import { asItIs } from '../activation-rules.ts';
import { groupedConvolution, ungroupedConvolution } from '../convolution-rules.ts';
import { copiesOfActivation, hasChannelwiseActivation } from './activations-inside.ts';
import { asPair, type BuiltLayer, type Shape, valuesIn } from './built-layer.ts';
import { transposedSideOf, windowOf } from './convolution-geometry.ts';
import { sameCell, slidingWindow, spatialWindow } from './input-window.ts';
import { type BuiltKind, changes, computed, type LayerKind, never, unless } from './layer-kind.ts';

function weightAt({ weights }: BuiltLayer, place: number): Shape {
  return weights[place] ?? [];
}

/** What is made on the way to the result, bias and activation. @param before that, in values */
function withBiasAndActivation(before: (layer: BuiltLayer) => number): BuiltKind['temporaryValues'] {
  return (layer) => valuesIn(layer.output) * (1 + copiesOfActivation(layer)) + before(layer);
}

const filterOverInput: BuiltKind['inputWindow'] = (layer, input) => {
  const { kernelSize, strides, dilationRate, padding } = layer.config;
  return spatialWindow(layer, input, (side, inputLength, outputLength) =>
    slidingWindow(
      windowOf(asPair(kernelSize)[side], asPair(dilationRate)[side]),
      asPair(strides)[side],
      padding,
      inputLength,
      outputLength,
    ),
  );
};

/** What the taps of a transposed convolution reach, before it is cut to its size. */
function reached({ config, inputs, output }: BuiltLayer): number {
  const [, rows, columns] = inputs[0] ?? [];
  return transposedSideOf(config, rows ?? 1, 0).whole * transposedSideOf(config, columns ?? 1, 1).whole * (output.at(-1) ?? 1);
}

export const CONVOLUTION_KINDS = {
  Conv2D: {
    rule: groupedConvolution,
    weightNames: (config) => ['kernel', ...unless(config, 'use_bias', 'bias')],
    built: {
      role: 'convolution',
      isChannelwise: (layer) => {
        const { groups, filters } = layer.config;
        // One filter for every channel; tf.js' own layers have no groups.
        return Number(groups ?? 1) > 1 && groups === filters && weightAt(layer, 0)[2] === 1 && hasChannelwiseActivation(layer);
      },
      macs: (layer) => valuesIn(layer.output) * valuesIn(weightAt(layer, 0).slice(0, 3)),
      temporaryValues: withBiasAndActivation(({ config, inputs }) => {
        const groups = Number(config.groups ?? 1);
        return groups === 1 ? 0 : valuesIn(inputs[0] ?? []) / groups;
      }),
      inputWindow: filterOverInput,
      change: ({ config: { groups } }) => (Number(groups ?? 1) > 1 ? 'filtered-whole' : 'filtered'),
      scoreEffect: computed,
    },
  },
  Conv2DTranspose: {
    rule: ungroupedConvolution,
    weightNames: (config) => ['kernel', ...unless(config, 'use_bias', 'bias')],
    built: {
      role: 'convolution',
      isChannelwise: never,
      change: changes('spread'),
      scoreEffect: computed,
      macs: (layer) => valuesIn((layer.inputs[0] ?? []).slice(0, -1)) * valuesIn(weightAt(layer, 0)),
      temporaryValues: withBiasAndActivation((layer) => 3 * (reached(layer) + valuesIn(layer.output))),
      inputWindow: (layer, input) => {
        const { kernelSize, strides, dilationRate } = layer.config;
        return spatialWindow(layer, input, (side, inputLength) => {
          const size = windowOf(asPair(kernelSize)[side], asPair(dilationRate)[side]);
          const { before } = transposedSideOf(layer.config, inputLength, side);
          return { first: before - size + 1, size, stride: 1, spacing: asPair(strides)[side] };
        });
      },
    },
  },
  Dense: {
    rule: asItIs,
    weightNames: (config) => ['kernel', ...unless(config, 'use_bias', 'bias')],
    built: {
      role: 'dense',
      isChannelwise: never,
      macs: (layer) => valuesIn(layer.output) * (weightAt(layer, 0)[0] ?? 1),
      temporaryValues: withBiasAndActivation(() => 0),
      inputWindow: sameCell,
      change: ({ output }) => (output.length === 4 ? 'by-cell' : 'dense'),
      scoreEffect: computed,
    },
  },
  DepthwiseConv2D: {
    rule: ungroupedConvolution,
    weightNames: (config) => ['depthwise_kernel', ...unless(config, 'use_bias', 'bias')],
    built: {
      role: 'convolution',
      isChannelwise: (layer) => layer.config.depthMultiplier === 1 && hasChannelwiseActivation(layer),
      macs: (layer) => valuesIn(layer.output) * valuesIn(weightAt(layer, 0).slice(0, 2)),
      temporaryValues: withBiasAndActivation(() => 0),
      inputWindow: filterOverInput,
      change: (layer) => (hasChannelwiseActivation(layer) ? 'filtered-apart' : 'filtered-whole'),
      scoreEffect: computed,
    },
  },
  SeparableConv2D: {
    rule: ungroupedConvolution,
    weightNames: (config) => ['depthwise_kernel', 'pointwise_kernel', ...unless(config, 'use_bias', 'bias')],
    built: {
      role: 'convolution',
      isChannelwise: never,
      macs: (layer) => valuesIn(layer.output.slice(0, -1)) * (valuesIn(weightAt(layer, 0)) + valuesIn(weightAt(layer, 1))),
      // tf.js does not say the multiplier; the kernel is `[rows, columns, channels, multiplier]`.
      temporaryValues: withBiasAndActivation((layer) => valuesIn(layer.output.slice(0, -1)) * valuesIn(weightAt(layer, 0).slice(2))),
      inputWindow: filterOverInput,
      change: changes('filtered-whole'),
      scoreEffect: computed,
    },
  },
} satisfies Readonly<Record<string, LayerKind>>;
