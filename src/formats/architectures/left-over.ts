/**
 * Which of the tensors beside a network's own lie on the way from the image to the classes. Training keeps much else in the same file:
 * that is left out, but never what could be a layer.
 */
import type { NetworkBuilder } from './blocks/network-builder.ts';
import type { PlacedTensor } from './placed-tensors.ts';

/** What training keeps beside a network, by the module or the buffer that it is in, whatever its shape. */
const ONLY_FOR_TRAINING =
  /^(criteri(on|a)|(\w+_)?loss(es|_\w+)?|(\w+_)?metrics?|optim(izer)?s?|(lr_)?scheduler|(grad_)?scaler|epoch|(global_)?step|anchors?|anchor_\w+|(class|cls|label)_(weights?|counts?|num\w*|freq\w*|priors?)|pos_weight|ema(_\w+)?|\w+_ema|swa_\w+|teacher|queue(_\w+)?)$/i;

/** A pooling of somebody's own has a number or none (GeM's exponent), which no shape gives away. */
const POOLING = /(^|_)(\w*pool(ing)?|gem)\d*(_|$)/i;

/** Of the image. */
const CHANNELS = 3;

/** Whether a tensor that the family does not have may belong to a layer that the image goes through: by its name, or because its shape fits there. */
export function couldBeInPath({ name, tensor }: PlacedTensor, { features, widths, headWeights: head }: NetworkBuilder): boolean {
  const { shape } = tensor;
  const modules = name.split('.');
  if (modules.some((module) => ONLY_FOR_TRAINING.test(module))) return false;
  if (modules.some((module) => POOLING.test(module))) return true;
  // What stands between the blocks, after the pooling (also of several poolings, or of none at all), or between the layers of the head.
  const inner = [...widths, ...head.map(({ shape: [, taken] }) => taken)];
  // Of a convolution the first two are channels.
  const sides = shape.length === 4 ? shape.slice(0, 2) : shape;
  if (sides.some((side) => inner.includes(side) || (features > 0 && side > 0 && side % features === 0))) return true;
  const classes = head.at(-1)?.shape[0];
  // What scores are multiplied with, or what is added to each.
  if ((shape.length === 1 || shape.length === 2) && shape.at(-1) === classes) return true;
  // Means and scales of the image's channels, a convolution before the network, or one over maps of attention.
  const isOfImage = shape.length === 4 && shape[0] === CHANNELS;
  const cells = shape.reduce((product, side) => product * side, 1);
  return cells === CHANNELS || isOfImage || (shape.length > 2 && shape[0] === 1);
}
