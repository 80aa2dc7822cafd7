/**
 * What float32 can tell from nothing: one rule for all methods.
 *
 * Values of maps are differences, or sums of numbers of both signs. What such a difference is worth depends on how large the numbers were
 * that it was made from: that is the map's *scale*, in the map's own unit. What is no further from zero than a few roundings of the scale
 * is zero.
 *
 * | map | scale |
 * | --- | --- |
 * | drops of a logit (FastAblationCAM) | the largest logit: they come out of one sum |
 * | drops of a number | the number itself: others have units of their own |
 * | drops of a probability | 1: probabilities are shares of it, and near 0 or 1 nothing changes them |
 * | shares of a score times activations (Ablation-CAM) | the score's scale as a share of the score, times the largest `sum_k |A_k|` of a
 * cell |
 * | softmax weights times activations (Score-CAM) | the largest `sum_k w_k |A_k|` of a cell, times the score's scale where that is above 1:
 * what is added to a score becomes a factor of its weight |
 * | mean scores behind masks (RISE) | the score's scale, by the share of the image that masks show |
 * | gradients times activations (Grad-CAM and its kin) | the largest `sum_k |g_k| |A_k|` of a cell, for a score that changes as fast as a
 * logit |
 *
 * A probability of 1 − 1e-31 has a gradient of 1e-31, which draws as fine a map as others do, and drops that are zero everywhere: by their
 * scales both are nothing.
 */
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { type ClassScore, scoreGradient, scoreOf } from './target.ts';

/** Between 1 and the next float32. */
const FLOAT32_EPSILON = 2 ** -23;
/** Some roundings of the network's tail add up. */
const ROUNDINGS = 16;

/** How far rounding alone may take a value from zero that is made from numbers of this size. */
export function roundingOf(scale: number): number {
  return ROUNDINGS * FLOAT32_EPSILON * scale;
}

/** The map with zeros in place of what rounding alone may have made; the same map where there is nothing of the kind. */
export function withoutRounding(map: SaliencyMap, scale: number): SaliencyMap {
  const rounding = roundingOf(scale);
  const isRounding = (value: number) => value !== 0 && Math.abs(value) <= rounding;
  return map.values.some(isRounding) ? { ...map, values: map.values.map((value) => (isRounding(value) ? 0 : value)) } : map;
}

/** Whether a map is zero wherever it has a value. */
export function isNothing({ values }: SaliencyMap): boolean {
  return values.every((value) => value === 0);
}

/** The scale of a score's drops. */
export function scoreScale(logits: Float32Array, score: ClassScore): number {
  const { kind, versus, reading } = score;
  if (kind === 'probability') return 1;
  if (reading !== 'number') return maxAbs(logits);
  const size = (classIndex: number) => Math.abs(scoreOf(logits, { ...score, classIndex, versus: null }));
  return Math.max(size(score.classIndex), typeof versus === 'number' ? size(versus) : 0);
}

/** How fast the score changes with the logits: 1 for a logit, next to nothing for a probability near 0 or 1. */
export function scoreSlope(logits: Float32Array, score: ClassScore): number {
  return maxAbs(scoreGradient(logits, score));
}

/** A probability this close to 0 or 1 hides most of what its logit shows. */
const SATURATED_SLOPE = 1e-3;

/** Whether the logit is worth explaining where there is nothing to see of the probability. */
export function isSaturated(logits: Float32Array, score: ClassScore): boolean {
  return score.kind === 'probability' && scoreSlope(logits, score) < SATURATED_SLOPE;
}

/** The scale of a map that is made from the score's gradient. `magnitude` is the largest of its sums of absolute values. */
export function gradientScale(magnitude: number, slope: number): number {
  return slope > 0 ? magnitude / slope : 0;
}

export function maxAbs(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
