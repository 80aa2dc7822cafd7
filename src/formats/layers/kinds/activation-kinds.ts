/** Layers that only apply a function. */
import { asItIs, elu, leakyRelu, relu, softmax } from '../activation-rules.ts';
import { copiesOfActivation, floorEffectOfActivation, hasChannelwiseActivation } from './activations-inside.ts';
import { isAlongChannels, valuesIn } from './built-layer.ts';
import { dense, sameCell } from './input-window.ts';
import { always, type BuiltKind, changes, copiesOfResult, keptShares, type LayerKind, never, noMacs, noWeights } from './layer-kind.ts';

/** @param copies of the result, made on the way */
function elementwise(copies: number): BuiltKind {
  return {
    role: 'other',
    isChannelwise: always,
    macs: noMacs,
    temporaryValues: copiesOfResult(copies),
    inputWindow: sameCell,
    change: changes('by-value'),
    scoreEffect: keptShares,
  };
}

export const ACTIVATION_KINDS = {
  Activation: {
    rule: asItIs,
    weightNames: noWeights,
    built: {
      ...elementwise(1),
      isChannelwise: hasChannelwiseActivation,
      change: (layer) => (hasChannelwiseActivation(layer) ? 'by-value' : 'by-cell'),
      scoreEffect: ({ config }) => (config.activation === 'linear' ? 'same' : 'activated'),
      floorEffect: floorEffectOfActivation,
      temporaryValues: (layer) => valuesIn(layer.output) * Math.max(1, copiesOfActivation(layer)),
    },
  },
  ELU: { rule: elu, weightNames: noWeights, built: elementwise(1) },
  LeakyReLU: { rule: leakyRelu, weightNames: noWeights, built: elementwise(1) },
  PReLU: {
    rule: asItIs,
    weightNames: () => ['alpha'],
    built: {
      ...elementwise(3),
      // Slopes that cells share are the same wherever a cell lies.
      change: ({ weights: [slopes = []] }) => (slopes.length === 3 && slopes[0] === 1 && slopes[1] === 1 ? 'by-channel' : 'dense'),
    },
  },
  ReLU: {
    rule: relu,
    weightNames: noWeights,
    built: {
      ...elementwise(1),
      scoreEffect: ({ config: { maxValue } }) =>
        maxValue === null || maxValue === undefined || Number(maxValue) >= 1 ? 'kept-shares' : 'squashed',
      floorEffect: () => 'zeroed',
    },
  },
  Softmax: {
    rule: softmax,
    weightNames: noWeights,
    built: {
      ...elementwise(2),
      isChannelwise: never,
      change: (layer) => (isAlongChannels(layer) ? 'by-cell' : 'dense'),
      scoreEffect: () => 'softmaxed',
      inputWindow: (layer, input) => (isAlongChannels(layer) ? sameCell(layer, input) : dense()),
    },
  },
  ThresholdedReLU: {
    rule: asItIs,
    weightNames: noWeights,
    built: {
      ...elementwise(2),
      scoreEffect: ({ config }) => (Number(config.theta) === 0 ? 'kept-shares' : 'squashed'),
      floorEffect: () => 'zeroed',
    },
  },
} satisfies Readonly<Record<string, LayerKind>>;
