/** Normalisations. */
import type { JsonObject } from '../../json.ts';
import { asItIs } from '../activation-rules.ts';
import {
  batchNormalization,
  groupNormalization,
  layerNormalization,
  layerScale,
  localResponseNormalization,
  normalization,
  rescaling,
} from '../normalization-rules.ts';
import { isAlongChannels, valuesIn } from './built-layer.ts';
import { dense, sameCell } from './input-window.ts';
import {
  always,
  type BuiltKind,
  changes,
  combined,
  copiesOfResult,
  type LayerKind,
  never,
  noMacs,
  noWeights,
  unless,
} from './layer-kind.ts';

function scaleAndShift(config: JsonObject): readonly string[] {
  return [...unless(config, 'scale', 'gamma'), ...unless(config, 'center', 'beta')];
}

/** @param copies of the result, made on the way */
function byStatistics(copies: number): BuiltKind {
  return {
    role: 'other',
    isChannelwise: never,
    macs: noMacs,
    temporaryValues: copiesOfResult(copies),
    scoreEffect: combined,
    change: (layer) => (isAlongChannels(layer) ? 'by-cell' : 'dense'),
    inputWindow: (layer, input) => (isAlongChannels(layer) ? sameCell(layer, input) : dense()),
  };
}

export const NORMALIZATION_KINDS = {
  BatchNormalization: {
    rule: batchNormalization,
    weightNames: (config) => [...scaleAndShift(config), 'moving_mean', 'moving_variance'],
    // Its statistics are fixed: a value depends on nothing but the same value before.
    built: {
      ...byStatistics(1),
      isChannelwise: isAlongChannels,
      change: (layer) => (isAlongChannels(layer) ? 'scaled' : 'dense'),
      inputWindow: sameCell,
      floorEffect: (layer) => (isAlongChannels(layer) ? 'passed-on' : 'mixed'),
    },
  },
  GroupNormalization: {
    rule: groupNormalization,
    weightNames: scaleAndShift,
    built: { ...byStatistics(5), inputWindow: dense, change: changes('dense') },
  },
  LayerNormalization: { rule: layerNormalization, weightNames: scaleAndShift, built: byStatistics(6) },
  LayerScale: { rule: layerScale, weightNames: () => ['gamma'], built: null },
  LocalResponseNormalization: {
    rule: localResponseNormalization,
    weightNames: noWeights,
    built: {
      ...byStatistics(5),
      inputWindow: sameCell,
      change: changes('by-cell'),
      macs: ({ output }) => valuesIn(output) * (output.at(-1) ?? 1),
      // And which channels count for which.
      temporaryValues: ({ output }) => 5 * valuesIn(output) + (output.at(-1) ?? 1) ** 2,
    },
  },
  Normalization: {
    rule: normalization,
    preparation: () => 'colours',
    // Given as constants they are in the configuration instead.
    weightNames: ({ mean }) => (mean === null || mean === undefined ? ['mean', 'variance'] : []),
    built: null,
  },
  Rescaling: {
    rule: rescaling,
    preparation: () => 'colours',
    weightNames: noWeights,
    built: {
      ...byStatistics(2),
      isChannelwise: always,
      change: changes('by-value'),
      inputWindow: sameCell,
      floorEffect: () => 'passed-on',
      scoreEffect: ({ config: { scale, offset } }) => (Number(scale ?? 1) === 1 && Number(offset ?? 0) === 0 ? 'same' : 'combined'),
    },
  },
  UnitNormalization: { rule: asItIs, weightNames: noWeights, built: byStatistics(3) },
} satisfies Readonly<Record<string, LayerKind>>;
