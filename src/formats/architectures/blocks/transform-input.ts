/** `transform_input` of GoogLeNet and Inception: from ImageNet's mean and std, as torchvision prepares images, to values between -1 and 1. */
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

const IMAGENET_CLASSES = 1000;

/** torchvision's trained networks do so, those that were trained from scratch do not: nothing in the file tells. */
export function transformedInput(network: NetworkBuilder, x: LayerName): LayerName {
  const { state, choices } = network;
  if (network.channelsOf(x) !== MEAN.length) return x;
  const [off, on] = [
    ['off', 'as it is'],
    ['on', 'to −1 to 1 first, as torchvision trained them'],
  ] as const;
  const isOfImagenet = state.shapeOf('fc.weight')?.[0] === IMAGENET_CLASSES;
  const chosen = choices.of('transform-input', 'What comes in', isOfImagenet ? [on, off] : [off, on]);
  network.remarks.push(
    chosen === 'on'
      ? `The network in ${state.fileName} is taken to bring its images to -1 to 1 itself (transform_input), as torchvision’s trained ones do; “What comes in” below changes that.`
      : `The network in ${state.fileName} is taken to use its images as they come in; where it was made of torchvision’s trained weights (transform_input), please say so under “What comes in” below.`,
  );
  if (chosen === 'off') return x;
  const tensor = (values: number[]) => ({ shape: [MEAN.length], values: Float32Array.from(values), source: 'transform_input' });
  network.weightsOf('transform_input', {
    gamma: tensor(STD.map((std) => std / 0.5)),
    beta: tensor(MEAN.map((mean) => (mean - 0.5) / 0.5)),
    moving_mean: tensor(MEAN.map(() => 0)),
    moving_variance: tensor(MEAN.map(() => 1)),
  });
  return network.layer('BatchNormalization', 'transform_input', [x], { axis: -1, epsilon: 0, center: true, scale: true });
}
