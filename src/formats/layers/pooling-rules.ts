/** Pooling that can be run here. */

import type { Json } from '../network/artifacts.ts';
import { asItIs } from './activation-rules.ts';
import { numbersIn, type Rule, Unsupported } from './layer-rule.ts';

export const globalPooling: Rule = ({ kind, config }) => {
  if (config.keepdims !== true && config.keep_dims !== true) return [{ kind, config }];
  const { keepdims: _new, keep_dims: _old, ...rest } = config;
  return [{ kind: `${kind}KeepDims`, config: rest }];
};

function isPair(json: Json | undefined, least: number): boolean {
  const numbers = numbersIn(json);
  return [1, 2].includes(numbers.length) && numbers.every((number) => Number.isInteger(number) && number >= least);
}

/** More than any network pads. */
const MAX_PADDING = 1024;

/** Padded on every side by itself: `[[top, bottom], [left, right]]`. */
export const paddedPooling: Rule = (subject) => {
  const { pool_size: size, strides, padding } = subject.config;
  const ends = numbersIn(padding);
  const isPadded = ends.length === 4 && ends.every((cells) => Number.isInteger(cells) && cells >= 0 && cells <= MAX_PADDING);
  if (!isPair(size, 1) || !isPair(strides, 1) || !isPadded)
    throw new Unsupported('has windows, strides or padding that do not fit together; please save the model again');
  return asItIs(subject);
};

export const adaptivePooling: Rule = (subject) => {
  if (!isPair(subject.config.output_size, 1)) throw new Unsupported('does not say how many cells it gives; please save the model again');
  return asItIs(subject);
};

const REDUCTIONS = ['max', 'mean', 'min', 'sum'];

/** Axes are counted with the batch, which stays, or from the end. */
export const reduction: Rule = ({ kind, config }) => {
  const axes = numbersIn(config.axes);
  const isKnown = REDUCTIONS.some((name) => name === config.function) && axes.length > 0;
  if (!isKnown || !axes.every((axis) => Number.isInteger(axis) && axis !== 0))
    throw new Unsupported('does not say which values it takes together, or how; please save the model again');
  return [{ kind, config: { ...config, axes } }];
};
