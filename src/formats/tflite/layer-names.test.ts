import { expect, it } from 'vitest';
import { layerNames } from './layer-names.ts';

it.each([
  ['CONV_2D', 'MobilenetV1/MobilenetV1/Conv2d_0/Relu6', 'MobilenetV1/MobilenetV1/Conv2d_0', 'MobilenetV1/MobilenetV1/Conv2d_0/Relu6'],
  [
    'CONV_2D',
    'model/conv1_relu/Relu6;model/bn_Conv1/FusedBatchNormV3;model/block_1_depthwise/depthwise;model/Conv1/Conv2D',
    'Conv1',
    'conv1_relu',
  ],
  [
    'DEPTHWISE_CONV_2D',
    'model/block_1_relu/Relu6;model/block_1_depthwise/depthwise;model/block_5_project/Conv2D',
    'block_1_depthwise',
    'block_1_relu',
  ],
  ['CONV_2D', 'a/block_1/conv/Relu;a/block_5/conv/Conv2D;a/block_1/conv/Conv2D', 'a/block_1/conv', 'a/block_1/conv/Relu'],
  ['CONV_2D', 'StatefulPartitionedCall/model_1/conv2d_3/Relu;StatefulPartitionedCall/model_1/conv2d_3/Conv2D', 'conv2d_3', 'conv2d_3/Relu'],
  ['CONV_2D', 'sequential_2/sequential/conv2d/Relu', 'conv2d', 'conv2d/Relu'],
  ['CONV_2D', 'relu', 'relu', 'relu/activation'],
  ['FULLY_CONNECTED', 'sequential/dense_1/MatMul;sequential/dense_1/BiasAdd', 'dense_1', 'dense_1/MatMul'],
  ['ADD', 'model/activation_3/Relu;model/add/add', 'add', 'activation_3'],
  ['ADD', 'resnet/conv2_block1_out/Relu', 'resnet/conv2_block1_out', 'resnet/conv2_block1_out/Relu'],
] as const)('layers of %s are called after %s', (kind, tensor, before, activation) => {
  expect(layerNames(tensor, kind)).toMatchObject({ before, activation });
});

it.each([
  ['MEAN', 'model/global_average_pooling2d/Mean', 'global_average_pooling2d'],
  ['MEAN', 'MobilenetV3/squeeze_excite/Mean', 'MobilenetV3/squeeze_excite/Mean'],
  ['ADD', 'MobilenetV3/expanded_conv_2/add', 'MobilenetV3/expanded_conv_2/add'],
  ['ADD', 'block_2_add/add', 'block_2_add'],
  ['MUL', 'conv2_block1_0_bn/FusedBatchNormV3', 'conv2_block1_0_bn'],
  ['SOFTMAX', 'StatefulPartitionedCall:0', 'softmax'],
  ['FULLY_CONNECTED', 'Identity_1', 'fully_connected'],
  ['CONV_2D', 'model/conv/BiasAdd;model/conv/Conv2D', 'conv'],
  ['PAD', '', 'pad'],
] as const)('a layer of %s that ends in no function is called after %s', (kind, tensor, whole) => {
  expect(layerNames(tensor, kind).whole).toBe(whole);
});
