/**
 * The networks that timm builds of inverted residual blocks (`conv_stem`, `blocks.0.0.conv_pw`), by what is the same in all widths and depths of
 * them: for each stage the kind of its blocks, their kernels, and whether they squeeze and excite. That tells them apart, and says the strides.
 */

import { HARD_SIGMOID_OF_KERAS_3 } from '../../keras/keras-config.ts';
import { BATCH_NORM_EPSILON } from '../blocks/network-builder.ts';

/** Depthwise-separable, inverted residual, with a full convolution in place of the first two (“edge”), a convolution alone. */
export type TimmBlockKind = 'ds' | 'ir' | 'er' | 'cn';

export interface TimmStage {
  readonly kind: TimmBlockKind;
  readonly kernel: number;
  readonly hasExcitation: boolean;
  readonly stride: number;
  /** Whether blocks never add their input to their result. */
  readonly isWithoutShortcut: boolean;
  /** Other than the network's. */
  readonly activation: string | null;
}

export interface TimmVariant {
  readonly title: string;
  readonly stages: readonly TimmStage[];
  readonly activation: string;
  /** Within squeeze and excitation; null: that of the block. */
  readonly excitationActivation: string | null;
  readonly gate: string;
  /** Where weights of it come from PyTorch. */
  readonly epsilon: number;
  /** Whether weights of it mostly come from TensorFlow. */
  readonly isMostlyFromTensorFlow: boolean;
  /** How many channels the stages have in which it comes from PyTorch all the same. */
  readonly widthsOfTorch: string | null;
  /** Where its last convolution stands, and whether it has a bias then. */
  readonly head: 'before-pooling' | 'after-pooling' | 'after-pooling-without-bias';
}

/** `ir5sx2!-relu`: inverted residual, kernels of 5, squeeze and excitation, a stride of 2, no shortcuts, an activation of its own. */
function stage(text: string): TimmStage {
  const [, kind = '', kernel = '', excitation = '', stride = '', mark = '', activation] =
    /^(ds|ir|er|cn)(\d)(s?)x(\d)(!?)(?:-(\w+))?$/.exec(text) ?? [];
  return {
    kind: kind as TimmBlockKind,
    kernel: Number(kernel),
    hasExcitation: excitation === 's',
    stride: Number(stride),
    isWithoutShortcut: mark === '!',
    activation: activation ?? null,
  };
}

type Settings = Partial<Omit<TimmVariant, 'title' | 'stages' | 'activation'>>;

function variant(title: string, activation: string, stages: string, settings: Settings = {}): TimmVariant {
  return {
    title,
    activation,
    stages: stages.split(' ').map(stage),
    excitationActivation: null,
    epsilon: BATCH_NORM_EPSILON,
    gate: 'sigmoid',
    isMostlyFromTensorFlow: false,
    widthsOfTorch: null,
    head: 'before-pooling',
    ...settings,
  };
}

export const MOBILENET_V2: readonly TimmVariant[] = [variant('MobileNet V2', 'relu6', 'ds3x1 ir3x2 ir3x2 ir3x2 ir3x1 ir3x2 ir3x1')];

const OF_V3: Settings = { excitationActivation: 'relu', gate: HARD_SIGMOID_OF_KERAS_3, head: 'after-pooling' };

export const MOBILENET_V3: readonly TimmVariant[] = [
  variant('large MobileNet V3', 'hard_silu', 'ds3x1-relu ir3x2-relu ir5sx2-relu ir3x2 ir3sx1 ir5sx2 cn1x1!', OF_V3),
  variant('large MobileNet V3', 'hard_silu', 'ds3x1!-relu ir3x2-relu ir5sx2-relu ir3x2 ir3sx1 ir5sx2 cn1x1!', {
    gate: HARD_SIGMOID_OF_KERAS_3,
    epsilon: 1e-3,
    head: 'after-pooling-without-bias',
  }),
  variant('small MobileNet V3', 'hard_silu', 'ds3sx2-relu ir3x2-relu ir5sx2 ir5sx1 ir5sx2 cn1x1!', OF_V3),
  variant('minimal large MobileNet V3', 'relu', 'ds3x1 ir3x2 ir3x2 ir3x2 ir3x1 ir3x2 cn1x1!', { ...OF_V3, isMostlyFromTensorFlow: true }),
  variant('minimal small MobileNet V3', 'relu', 'ds3x2 ir3x2 ir3x2 ir3x1 ir3x2 cn1x1!', { ...OF_V3, isMostlyFromTensorFlow: true }),
];

export const MNASNET: readonly TimmVariant[] = [
  variant('MNASNet-B1', 'relu', 'ds3x1! ir3x2 ir5x2 ir5x2 ir3x1 ir5x2 ir3x1!'),
  variant('MNASNet-A1', 'relu', 'ds3x1! ir3x2 ir5sx2 ir3x2 ir3sx1 ir5sx2 ir3x1'),
  variant('small MNASNet', 'relu', 'ds3x1 ir3x2 ir3x2 ir5sx2 ir3sx1 ir5sx2 ir3x1'),
];

const V2 = 'cn3x1 er3x2 er3x2 ir3sx2 ir3sx1 ir3sx2';

export const EFFICIENTNET: readonly TimmVariant[] = [
  variant('EfficientNet', 'silu', 'ds3sx1 ir3sx2 ir5sx2 ir3sx2 ir5sx1 ir5sx2 ir3sx1'),
  variant('EfficientNet-Lite', 'relu6', 'ds3x1 ir3x2 ir5x2 ir3x2 ir5x1 ir5x2 ir3x1'),
  variant('EfficientNet-EdgeTPU', 'relu', 'er3x1! er3x2 er3x2 ir5x2 ir5x1 ir5x2'),
  // timm's own efficientnetv2_rw_t, alone of those whose first stage has no expansion, was trained there.
  variant('EfficientNet V2', 'silu', V2, { isMostlyFromTensorFlow: true, widthsOfTorch: '24 40 48 104 128 208' }),
  variant('EfficientNet V2', 'silu', `${V2} ir3sx1`, { isMostlyFromTensorFlow: true }),
  variant('EfficientNet V2 of timm’s own', 'silu', 'er3x1 er3x2 er3x2 ir3sx2 ir3sx1 ir3sx2'),
  variant('EfficientNet for tests', 'silu', 'cn3x1 er3x2 er3x2 ir3sx2 ir3sx2'),
];

/** @param widths how many channels each stage gives */
export function isAssumedFromTensorFlow({ isMostlyFromTensorFlow, widthsOfTorch }: TimmVariant, widths: readonly number[]): boolean {
  return isMostlyFromTensorFlow && widths.join(' ') !== widthsOfTorch;
}
