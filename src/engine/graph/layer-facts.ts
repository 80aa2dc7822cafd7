/** What the table of kinds (`formats/layers/kinds`) says of a call of a layer. */
import type * as tfl from '@tensorflow/tfjs-layers';
import type { LayerRole } from '../../core/models/layer-role.ts';
import { type Shape, valuesIn } from '../../formats/layers/kinds/built-layer.ts';
import { dense, type InputWindow } from '../../formats/layers/kinds/input-window.ts';
import {
  type BuiltKind,
  type ChangeRule,
  copiesOfResult,
  type FloorEffect,
  never,
  noMacs,
  type ScoreEffect,
} from '../../formats/layers/kinds/layer-kind.ts';
import { layerKind } from '../../formats/layers/kinds/layer-kinds.ts';

export interface LayerFacts {
  readonly role: LayerRole;
  readonly scoreEffect: ScoreEffect;
  /** What becomes of values far below zero. */
  readonly floorEffect: FloorEffect;
  /** Which side of its input each side of the result is, from 1; null where values are laid out anew; absent where each is the same. */
  readonly sides?: readonly number[] | null;
  /** How many values its result has, for one image. */
  readonly values: number;
  /** What it costs for one image, in multiplications with an addition. */
  readonly macs: number;
  /** What it holds beside what goes in and what comes out, for one image. */
  readonly temporaryValues: number;
  /** Whether every channel of the result depends on the same channel of its single input alone. */
  readonly isChannelwise: boolean;
  /** For each input, the cells of it that a cell of the result depends on. */
  readonly inputWindows: readonly InputWindow[];
  /** How a change of some of its input reaches its result. */
  readonly change: ChangeRule;
  /** Whether it ends with an activation, and adds a bias before that. */
  readonly hasActivation: boolean;
  readonly hasBias: boolean;
  /** How many numbers its weights are. */
  readonly weightValues: number;
}

/** Of a node that computes nothing. */
export const NO_FACTS: Omit<LayerFacts, 'values'> = {
  role: 'other',
  scoreEffect: 'computed',
  floorEffect: 'mixed',
  macs: 0,
  temporaryValues: 0,
  isChannelwise: false,
  inputWindows: [],
  change: 'dense',
  hasActivation: false,
  hasBias: false,
  weightValues: 0,
};

/**
 * A layer that somebody wrote, in a model that was built elsewhere: nothing is known of it, so nothing is spared, and scores cannot be seen
 * through it. In models that are read from files there are none: the rules of their kinds let only what is known through.
 */
const UNKNOWN: BuiltKind = {
  role: 'other',
  isChannelwise: never,
  macs: noMacs,
  temporaryValues: copiesOfResult(2),
  inputWindow: dense,
  scoreEffect: () => 'squashed',
  change: () => 'dense',
};

/**
 * @param inputs the shapes of the layer's inputs, `[null, ...]`
 * @param output the shape of its result
 */
export function factsOf(layer: tfl.layers.Layer, inputs: readonly Shape[], output: Shape): LayerFacts {
  const kind = layerKind(layer.getClassName())?.built ?? UNKNOWN;
  const built = { config: layer.getConfig(), weights: layer.weights.map(({ shape }) => shape), inputs, output };
  return {
    role: kind.role,
    ...(kind.sides && { sides: kind.sides(built) }),
    scoreEffect: kind.scoreEffect(built),
    floorEffect: kind.floorEffect?.(built) ?? 'mixed',
    values: valuesIn(output),
    macs: kind.macs(built),
    temporaryValues: kind.temporaryValues(built),
    isChannelwise: inputs.length === 1 && kind.isChannelwise(built),
    inputWindows: inputs.map((_, input) => kind.inputWindow(built, input)),
    change: kind.change(built),
    hasActivation: (built.config.activation ?? 'linear') !== 'linear',
    hasBias: built.config.useBias === true,
    weightValues: built.weights.reduce((sum, shape) => sum + valuesIn(shape), 0),
  };
}
