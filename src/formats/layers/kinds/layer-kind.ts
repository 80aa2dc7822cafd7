/** What is known of a kind of layer, and what several kinds have in common. */
import type { LayerRole } from '../../../core/models/layer-role.ts';
import type { JsonObject } from '../../json.ts';
import type { Rule } from '../layer-rule.ts';
import { type BuiltLayer, valuesIn } from './built-layer.ts';
import type { InputWindow } from './input-window.ts';

/**
 * What becomes of scores that go in, which says whether the activation that made them can be taken off:
 * - `same`: the very values, at most laid out otherwise;
 * - `activated`: its activation is all that it does;
 * - `softmaxed`: the same, of a softmax;
 * - `kept-shares`: what lies between 0 and 1 stays as it is, though not scores;
 * - `squashed`: a function that cannot be undone;
 * - `combined`: put together without anything learnt, so that they are still of the kind that went in;
 * - `computed`: something else.
 */
export type ScoreEffect = 'same' | 'activated' | 'softmaxed' | 'kept-shares' | 'squashed' | 'combined' | 'computed';

/**
 * What becomes of values that are far below zero, which says what ablating them "after the next ReLU" means:
 * - `zeroed`: nothing, by ReLU and whatever else tends to zero there;
 * - `passed-on`: each by itself, at its own cell and channel;
 * - `joined`: the same, beside other channels;
 * - `mixed`: anything else.
 */
export type FloorEffect = 'zeroed' | 'passed-on' | 'joined' | 'mixed';

/**
 * How a change of some of what a layer takes reaches what it gives: what exact incremental evaluation (`engine/incremental`) goes by. A wrong
 * rule gives wrong maps; one that says less than is known only costs time.
 *
 * - `dense`: each value may change every other;
 * - `by-value`: each value by itself, by one function for all cells and channels;
 * - `by-channel`: the same, but for every channel its own function;
 * - `scaled`: the same, where that function multiplies and adds;
 * - `by-cell`: each cell by itself, all of its channels together;
 * - `joined`: the channels of its inputs, one after the other;
 * - `summed`: value by value of inputs of one shape, so that the result's difference is that of the differences;
 * - `merged`: value by value of its inputs, in any other way;
 * - `filtered`: what a convolution does: linear in the cells of a window, and filters may be cut into ranges of the channels that go in;
 * - `filtered-whole`: the same, where they may not;
 * - `filtered-apart`: linear in the cells of a window, every channel by itself;
 * - `spread`, `spread-apart`: the same as `filtered` and `filtered-apart`, of a layer that spreads each cell over a window;
 * - `maximum`: the maximum of a window, every channel by itself;
 * - `mean`: the mean of all cells, every channel by itself.
 */
export type ChangeRule =
  | 'dense'
  | 'by-value'
  | 'by-channel'
  | 'scaled'
  | 'by-cell'
  | 'joined'
  | 'summed'
  | 'merged'
  | 'filtered'
  | 'filtered-whole'
  | 'filtered-apart'
  | 'spread'
  | 'spread-apart'
  | 'maximum'
  | 'mean';

export type ChangeRuleOf = (layer: BuiltLayer) => ChangeRule;

/** The same for every layer of a kind. */
export function changes(rule: ChangeRule): ChangeRuleOf {
  return () => rule;
}

/** How a layer behaves where it runs. */
export interface BuiltKind {
  readonly role: LayerRole;
  /** Whether every channel of the result depends on the same channel of its single input alone. */
  readonly isChannelwise: (layer: BuiltLayer) => boolean;
  /**
   * Multiplications with an addition, for one image. Convolutions and matrix products are counted; what only passes over its values once
   * (normalising, adding, pooling) is not: it is a matter of memory, not of arithmetic.
   */
  readonly macs: (layer: BuiltLayer) => number;
  /**
   * What is held for a moment beside what goes in and what comes out, in values for one image: upper bounds, which `layer-grid` holds against
   * what is measured. The batch of a sweep is as large as memory allows, so what is left out here is taken beyond what was allowed.
   */
  readonly temporaryValues: (layer: BuiltLayer) => number;
  /** The cells of its input of this number that a cell of the result depends on. */
  readonly inputWindow: (layer: BuiltLayer, input: number) => InputWindow;
  /** How a change of some of its input reaches its result. */
  readonly change: ChangeRuleOf;
  readonly scoreEffect: (layer: BuiltLayer) => ScoreEffect;
  /**
   * Which side of its input each side of the result is, from 1, as the batch is 0; null where values are laid out anew. Absent where each is
   * the same.
   */
  readonly sides?: (layer: BuiltLayer) => readonly number[] | null;
  /** Absent where it mixes values. */
  readonly floorEffect?: (layer: BuiltLayer) => FloorEffect;
}

/** A kind of layer, by the name of its Keras class: all that is asked of it anywhere, but for what is computed otherwise than tf.js does. */
export interface LayerKind {
  /** Checks its settings, or says what takes its place; throws `Unsupported` for what cannot be run. */
  readonly rule: Rule;
  /** Its weights in Keras' order, by their own names in tf.js. What trails the list in a file (counters, seeds) is of no use here. */
  readonly weightNames: (config: JsonObject) => readonly string[];
  /**
   * What it does to images where it stands before the first layer with a kernel: prepares their colours, or gives them a size. Absent for
   * kinds that do neither.
   */
  readonly preparation?: (config: JsonObject) => 'colours' | 'size' | null;
  /** Null where other kinds always take its place. */
  readonly built: BuiltKind | null;
}

export const noWeights: LayerKind['weightNames'] = () => [];

/** The weight's name, unless a setting says that there is none. */
export function unless(config: JsonObject, setting: string, name: string): readonly string[] {
  return config[setting] === false ? [] : [name];
}

export const always = (): boolean => true;
export const never = (): boolean => false;
export const same = (): ScoreEffect => 'same';
export const keptShares = (): ScoreEffect => 'kept-shares';
export const combined = (): ScoreEffect => 'combined';
export const computed = (): ScoreEffect => 'computed';

/** The very values of a map of a single cell, unless cells are added to it. */
export function sameOfSingleCell({ inputs: [input = []], output }: BuiltLayer): ScoreEffect {
  return input.length === 4 && valuesIn(input) === input[3] && valuesIn(output) === valuesIn(input) ? 'same' : 'combined';
}

export const noMacs = (): number => 0;

/** So many copies of its result. */
export function copiesOfResult(count: number): BuiltKind['temporaryValues'] {
  return ({ output }) => count * valuesIn(output);
}
