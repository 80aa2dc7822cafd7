/** Layers that join what several branches computed. */
import type { LayerRole } from '../../../core/models/layer-role.ts';
import { asItIs } from '../activation-rules.ts';
import { lambda, scaledSum } from '../scaled-sum.ts';
import { isAlongChannels, valuesIn } from './built-layer.ts';
import { dense, sameCell } from './input-window.ts';
import {
  type BuiltKind,
  type ChangeRule,
  changes,
  combined,
  copiesOfResult,
  type LayerKind,
  never,
  noMacs,
  noWeights,
} from './layer-kind.ts';

/** Value by value, one input after the other; an average knows the number of them. */
function valueByValue(role: LayerRole, change: ChangeRule): BuiltKind {
  return {
    role,
    isChannelwise: never,
    macs: noMacs,
    temporaryValues: ({ inputs, output }) => valuesIn(output) * inputs.length + 1,
    inputWindow: sameCell,
    change: changes(change),
    scoreEffect: combined,
  };
}

/** Of two inputs. */
function ofTwo(role: LayerRole, change: ChangeRule): BuiltKind {
  return { ...valueByValue(role, change), temporaryValues: copiesOfResult(1) };
}

export const MERGE_KINDS = {
  Add: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge', 'summed') },
  Average: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge', 'summed') },
  Concatenate: {
    rule: asItIs,
    weightNames: noWeights,
    built: {
      ...ofTwo('merge', 'joined'),
      change: (layer) => (isAlongChannels(layer) ? 'joined' : 'dense'),
      inputWindow: (layer, input) => (isAlongChannels(layer) ? sameCell(layer, input) : dense()),
      floorEffect: (layer) => (isAlongChannels(layer) ? 'joined' : 'mixed'),
    },
  },
  CustomScaleLayer: { rule: ({ config }) => scaledSum(config), weightNames: noWeights, built: ofTwo('merge', 'summed') },
  Divide: { rule: asItIs, weightNames: noWeights, built: ofTwo('other', 'merged') },
  Lambda: { rule: lambda, weightNames: noWeights, built: null },
  Maximum: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge', 'merged') },
  Minimum: { rule: asItIs, weightNames: noWeights, built: valueByValue('other', 'merged') },
  Multiply: { rule: asItIs, weightNames: noWeights, built: valueByValue('merge', 'merged') },
  Subtract: { rule: asItIs, weightNames: noWeights, built: ofTwo('other', 'summed') },
} satisfies Readonly<Record<string, LayerKind>>;
