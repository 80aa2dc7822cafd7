/**
 * The kinds of layers that are computed, or differentiated, otherwise than tf.js does it, one entry each; the others run as tf.js has them.
 * What else is known of a kind stands in `formats/layers/kinds`, whose names these are.
 */
import type { LayerKindName } from '../../formats/layers/kinds/layer-kinds.ts';
import { preluOperation, softmaxOperation, thresholdedReluOperation } from './activation-operation.ts';
import {
  convolutionOperation,
  depthwiseConvolutionOperation,
  separableConvolutionOperation,
  transposedConvolutionOperation,
} from './convolution-operation.ts';
import { denseOperation } from './dense-operation.ts';
import { concatenateOperation } from './merge-operation.ts';
import { batchNormalizationOperation, groupNormalizationOperation, layerNormalizationOperation } from './normalization-operation.ts';
import type { MakeOperation } from './operation.ts';

export const OWN_OPERATIONS = {
  BatchNormalization: batchNormalizationOperation,
  Concatenate: concatenateOperation,
  Conv2D: convolutionOperation,
  Conv2DTranspose: transposedConvolutionOperation,
  Dense: denseOperation,
  DepthwiseConv2D: depthwiseConvolutionOperation,
  GroupNormalization: groupNormalizationOperation,
  LayerNormalization: layerNormalizationOperation,
  PReLU: preluOperation,
  SeparableConv2D: separableConvolutionOperation,
  Softmax: softmaxOperation,
  ThresholdedReLU: thresholdedReluOperation,
} satisfies Partial<Record<LayerKindName, MakeOperation>>;

const BY_NAME: ReadonlyMap<string, MakeOperation> = new Map(Object.entries(OWN_OPERATIONS));

/** Undefined: as tf.js has it. */
export function ownOperation(kind: string): MakeOperation | undefined {
  return BY_NAME.get(kind);
}
