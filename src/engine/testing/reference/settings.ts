/** Settings of Keras layers as they stand in a file. */

import { numbersIn } from '../../../formats/layers/layer-rule.ts';
import type { Json } from '../../../formats/network/artifacts.ts';
import { type Shape, type Values, zeros } from './values.ts';

export type Settings = { readonly [setting: string]: Json };

/** The weights of a layer by their own names. */
export type Weights = ReadonlyMap<string, Values>;

/** A kind of layer, written down from its definition. */
export interface ReferenceLayer {
  /** The shapes of its weights by their own names, in Keras' order. */
  weights?(settings: Settings, input: Shape): Readonly<Record<string, Shape>>;
  run(settings: Settings, inputs: readonly Values[], weights: Weights): Values;
}

export function pairOf(setting: Json | undefined, otherwise = 1): [number, number] {
  const [rows = otherwise, columns = rows] = numbersIn(setting);
  return [rows, columns];
}

function isOff(settings: Settings, name: string): boolean {
  return settings[name] === false;
}

export function weightOf(weights: Weights, name: string): Values {
  const found = weights.get(name);
  if (!found) throw new Error(`the weight ${name} is missing`);
  return found;
}

export function only(inputs: readonly Values[]): Values {
  return inputs[0] ?? zeros([0]);
}

/** One weight for a setting that is on, as a bias is by default. */
export function unlessOff(settings: Settings, setting: string, name: string, shape: Shape): Record<string, Shape> {
  return isOff(settings, setting) ? {} : { [name]: shape };
}
