/** All operations of ONNX that become layers, by their names. */
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Operation } from '../layers/call.ts';
import { isFloatType } from '../nodes/element-types.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { convolutionOfImages } from './convolutions.ts';
import { gemm, matMul } from './dense.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { expand, tile } from './expanding.ts';
import { alsoOfLines } from './lines.ts';
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  lengthNormalization,
  localResponseNormalization,
} from './normalizations.ts';
import { pad } from './padding.ts';
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from './pooling.ts';
import { REDUCTIONS } from './reductions.ts';
import { flatten, reshape, squeeze, transpose, unsqueeze } from './reshaping.ts';
import { depthToSpace, resize, spaceToDepth, upsample } from './resizing.ts';
import { concat, gather, slice, split } from './slicing.ts';
import { transposedConvolutionOfImages } from './transposed-convolutions.ts';

/** Of a tensor that a layer gives: all are floats here. */
const cast: Operation = (call) => {
  if (isFloatType(call.node.number('to', 0)) === true) return [call.activation(0)];
  throw new Unsupported('makes whole numbers of a tensor, which cannot be run here; please export another network');
};

/** To the type of another tensor. */
const castLike: Operation = (call) => {
  const [value, like] = call.inputs;
  if (like?.kind === 'constant' && !like.isFloat)
    throw new Unsupported('makes whole numbers of a tensor, which cannot be run here; please export another network');
  return [value?.kind === 'constant' ? { ...value, isFloat: true } : call.activation(0)];
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ARITHMETIC,
  ...ELEMENTWISE,
  ...REDUCTIONS,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  CastLike: castLike,
  Concat: concat,
  Conv: alsoOfLines(convolutionOfImages),
  ConvTranspose: alsoOfLines(transposedConvolutionOfImages),
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LRN: localResponseNormalization,
  LpNormalization: lengthNormalization,
  MatMul: matMul,
  MaxPool: maxPool,
  Pad: pad,
  Reshape: reshape,
  Resize: resize,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: upsample,
};

/** Undefined for what is not read here. */
export function operationOf(kind: string): Operation | undefined {
  return Object.hasOwn(OPERATIONS, kind) ? OPERATIONS[kind] : undefined;
}
