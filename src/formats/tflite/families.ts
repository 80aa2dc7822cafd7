/** Families of networks, by what converters left of the names in their tensors, or else by their operators. */
import type { FamilyUse } from '../format.ts';
import { familyOfNames } from '../usage/tensorflow-families.ts';
import type { Operator, TfliteModel } from './file/model.ts';

const MOBILENET: FamilyUse = { title: 'a MobileNet', normalisation: 'tensorflow', side: 224 };

/** `DepthwiseConv2DOptions` */
const FUSED = 4;
const RELU6 = 3;
/** As many depthwise convolutions as the first MobileNet has; the second has more, and EfficientNets-Lite. */
const LEAST = 13;

/** Depthwise convolutions that end in a ReLU6: such networks take values from -1 to 1, wherever TensorFlow has them. */
function looksLikeMobileNet(operators: readonly Operator[]): boolean {
  const ended = operators.filter(({ kind, options }) => kind === 'DEPTHWISE_CONV_2D' && options?.byte(FUSED) === RELU6);
  return ended.length >= LEAST;
}

/** Undefined where neither speaks for one: newer converters leave no names. */
export function familyOf({ tensors, operators }: TfliteModel): FamilyUse | undefined {
  return familyOfNames(tensors.map(({ name }) => name)) ?? (looksLikeMobileNet(operators) ? MOBILENET : undefined);
}
