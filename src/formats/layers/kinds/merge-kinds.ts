/** Layers that join what several branches computed. */
import type { LayerRole } from '../../../core/models/layer-role.ts';
import { asItIs } from '../activation-rules.ts';
import { lambda, scaledSum } from '../scaled-sum.ts';
import { isAlongChannels, valuesIn } from './built-layer.ts';
import { dense, sameCell } from './input-window.ts';
import { type BuiltKind, combined, copiesOfResult, type LayerKind, never, noMacs, noWeights } from './layer-kind.ts';

/** Value by value, one input after the other; an average knows the number of them. */
function valueByValue(role: LayerRole): BuiltKind {
  return {
    role,
    isChannelwise: never,
    macs: noMacs,
    temporaryValues: ({ inputs, output }) => valuesIn(output) * inputs.length + 1,
    inputWindow: sameCell,
    scoreEffect: combined,
  };
}

/** Of two inputs. */
function ofTwo(role: LayerRole): BuiltKind {
  return { ...valueByValue(role), temporaryValues: copiesOfResult(1) };
}

export const MERGE_KINDS = {
  Add: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge') },
  Average: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge') },
  Concatenate: {
    rule: asItIs,
    weightNames: noWeights,
    built: {
      ...ofTwo('merge'),
      inputWindow: (layer, input) => (isAlongChannels(layer) ? sameCell(layer, input) : dense()),
      floorEffect: (layer) => (isAlongChannels(layer) ? 'joined' : 'mixed'),
    },
  },
  CustomScaleLayer: { rule: ({ config }) => scaledSum(config), weightNames: noWeights, built: ofTwo('merge') },
  Divide: { rule: asItIs, weightNames: noWeights, built: ofTwo('other') },
  Lambda: { rule: lambda, weightNames: noWeights, built: null },
  Maximum: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge') },
  Minimum: { rule: asItIs, weightNames: noWeights, built: valueByValue('other') },
  Multiply: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge') },
  Subtract: { rule: asItIs, weightNames: noWeights, built: ofTwo('other') },
} satisfies Readonly<Record<string, LayerKind>>;
