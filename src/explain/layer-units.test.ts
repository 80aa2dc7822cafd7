import { describe, expect, it } from 'vitest';
import type { LayerRole } from '../core/models/layer-role.ts';
import type { LayerInfo } from './layer-info.ts';
import { layerBlocks } from './layer-units.ts';

const ROLES: Readonly<Record<string, LayerRole>> = {
  InputLayer: 'input',
  Conv2D: 'convolution',
  DepthwiseConv2D: 'convolution',
  Dense: 'dense',
  MaxPooling2D: 'pooling',
  AveragePooling2D: 'pooling',
  GlobalAveragePooling2D: 'pooling',
  Add: 'merge',
  Concatenate: 'merge',
};

type Description = readonly [name: string, kind: string, block: string];

function layersOf(descriptions: readonly Description[]): LayerInfo[] {
  const nothing = { macs: 0, values: 0 };
  return descriptions.map(([name, kind, block]) => ({
    name,
    kind,
    role: ROLES[kind] ?? 'other',
    block,
    rows: 7,
    columns: 7,
    channels: 8,
    unsupportedReason: null,
    tail: nothing,
    channelTail: nothing,
  }));
}

/** Block by block, the units' names with their layers'. */
function drawn(descriptions: readonly Description[]) {
  return layerBlocks(layersOf(descriptions)).map(({ block, units }) => [
    block,
    units.map(({ name, layers }) => [name, layers.map((layer) => layer.name)]),
  ]);
}

const DENSENET: readonly Description[] = [
  ['input_1', 'InputLayer', 'stem'],
  ['zero_padding2d', 'ZeroPadding2D', 'stem'],
  ['conv1_conv', 'Conv2D', 'conv1'],
  ['conv1_bn', 'BatchNormalization', 'conv1'],
  ['conv1_relu', 'Activation', 'conv1'],
  ['zero_padding2d_1', 'ZeroPadding2D', 'conv1'],
  ['pool1', 'MaxPooling2D', 'conv1'],
  ['conv2_block1_0_bn', 'BatchNormalization', 'conv2'],
  ['conv2_block1_0_relu', 'Activation', 'conv2'],
  ['conv2_block1_1_conv', 'Conv2D', 'conv2'],
  ['conv2_block1_1_bn', 'BatchNormalization', 'conv2'],
  ['conv2_block1_1_relu', 'Activation', 'conv2'],
  ['conv2_block1_2_conv', 'Conv2D', 'conv2'],
  ['conv2_block1_concat', 'Concatenate', 'conv2'],
  ['conv2_block12_0_bn', 'BatchNormalization', 'conv2'],
  ['conv2_block12_concat', 'Concatenate', 'conv2'],
  ['pool2_bn', 'BatchNormalization', 'conv2'],
  ['pool2_relu', 'Activation', 'conv2'],
  ['pool2_conv', 'Conv2D', 'conv2'],
  ['pool2_pool', 'AveragePooling2D', 'conv2'],
  ['bn', 'BatchNormalization', 'head'],
  ['relu', 'Activation', 'head'],
  ['avg_pool', 'GlobalAveragePooling2D', 'head'],
  ['predictions', 'Dense', 'head'],
];

const VGG: readonly Description[] = [
  ['block3_conv1', 'Conv2D', 'block3'],
  ['block3_conv2', 'Conv2D', 'block3'],
  ['block3_pool', 'MaxPooling2D', 'block3'],
  ['flatten', 'Flatten', 'head'],
  ['fc1', 'Dense', 'head'],
];

const MOBILENET: readonly Description[] = [
  ['conv_dw_3', 'DepthwiseConv2D', 'conv_dw_3'],
  ['conv_dw_3_bn', 'BatchNormalization', 'conv_dw_3'],
  ['conv_dw_3_relu', 'ReLU', 'conv_dw_3'],
  ['conv_pw_3', 'Conv2D', 'conv_dw_3'],
  ['conv_pw_3_bn', 'BatchNormalization', 'conv_dw_3'],
  ['conv_pw_3_relu', 'ReLU', 'conv_dw_3'],
];

const RESNET: readonly Description[] = [
  ['conv4_block2_out', 'Activation', 'conv4'],
  ['conv4_block3_1_conv', 'Conv2D', 'conv4'],
  ['conv4_block3_1_bn', 'BatchNormalization', 'conv4'],
  ['conv4_block3_add', 'Add', 'conv4'],
  ['conv4_block3_out', 'Activation', 'conv4'],
  ['conv5_block1_1_conv', 'Conv2D', 'conv5'],
];

describe('the units of a network', () => {
  it('are, in a DenseNet, dense layers and transitions; a stem’s normalisation belongs to its convolution', () => {
    const [stem, conv1, conv2, head] = drawn(DENSENET);
    expect(stem).toEqual(['stem', [['input_1', ['input_1', 'zero_padding2d']]]]);
    expect(conv1).toEqual([
      'conv1',
      [
        ['conv1_conv', ['conv1_conv', 'conv1_bn', 'conv1_relu', 'zero_padding2d_1']],
        ['pool1', ['pool1']],
      ],
    ]);
    expect(conv2?.[1]).toEqual([
      [
        'conv2_block1',
        [
          'conv2_block1_0_bn',
          'conv2_block1_0_relu',
          'conv2_block1_1_conv',
          'conv2_block1_1_bn',
          'conv2_block1_1_relu',
          'conv2_block1_2_conv',
          'conv2_block1_concat',
        ],
      ],
      ['conv2_block12', ['conv2_block12_0_bn', 'conv2_block12_concat']],
      ['pool2', ['pool2_bn', 'pool2_relu', 'pool2_conv', 'pool2_pool']],
    ]);
    expect(head?.[1]).toEqual([
      ['bn', ['bn', 'relu']],
      ['avg_pool', ['avg_pool']],
      ['predictions', ['predictions']],
    ]);
  });

  it('are, in a VGG, its convolutions one by one', () => {
    expect(drawn(VGG)[0]).toEqual([
      'block3',
      [
        ['block3_conv1', ['block3_conv1']],
        ['block3_conv2', ['block3_conv2']],
        ['block3', ['block3_pool']],
      ],
    ]);
  });

  it('are, in a MobileNet, its depthwise and pointwise convolutions with what normalises them', () => {
    expect(drawn(MOBILENET)[0]?.[1]).toEqual([
      ['conv_dw_3', ['conv_dw_3', 'conv_dw_3_bn', 'conv_dw_3_relu']],
      ['conv_pw_3', ['conv_pw_3', 'conv_pw_3_bn', 'conv_pw_3_relu']],
    ]);
  });

  it('are, in a ResNet, its residual blocks; none reaches over the border of a block', () => {
    expect(drawn(RESNET)).toEqual([
      [
        'conv4',
        [
          ['conv4_block2', ['conv4_block2_out']],
          ['conv4_block3', ['conv4_block3_1_conv', 'conv4_block3_1_bn', 'conv4_block3_add', 'conv4_block3_out']],
        ],
      ],
      ['conv5', [['conv5_block1', ['conv5_block1_1_conv']]]],
    ]);
  });

  it('begin at every convolution where names say nothing', () => {
    const units = drawn([
      ['input_1', 'InputLayer', 'stem'],
      ['conv2d', 'Conv2D', 'stem'],
      ['batch_normalization', 'BatchNormalization', 'stem'],
      ['activation', 'Activation', 'stem'],
      ['conv2d_1', 'Conv2D', 'stem'],
      ['add', 'Add', 'stem'],
    ])[0]?.[1];
    expect(units).toEqual([
      ['input_1', ['input_1']],
      ['conv2d', ['conv2d', 'batch_normalization', 'activation']],
      ['conv2d_1', ['conv2d_1', 'add']],
    ]);
  });

  it('of a model inside the model are named by its own layers', () => {
    const names = drawn([
      ['backbone/conv5_block1_1_conv', 'Conv2D', 'conv5'],
      ['backbone/conv5_block1_add', 'Add', 'conv5'],
    ]);
    expect(names).toEqual([['conv5', [['conv5_block1', ['backbone/conv5_block1_1_conv', 'backbone/conv5_block1_add']]]]]);
  });

  it.each([
    ['DenseNet', DENSENET],
    ['VGG', VGG],
    ['MobileNet', MOBILENET],
    ['ResNet', RESNET],
    ['one with Keras’ default names', [...'abcdefgh'].map((name, i) => [name, i % 3 ? 'Activation' : 'Conv2D', i < 4 ? 'stem' : 'mixed0'])],
  ] as readonly (readonly [string, readonly Description[]])[])(
    'hold every layer of a %s once, in running order',
    (_network, descriptions) => {
      const layers = layersOf(descriptions);
      const held = layerBlocks(layers).flatMap(({ block, units }) =>
        units.flatMap((unit) => unit.layers.map((layer) => ({ block, layer }))),
      );
      expect(held.map(({ layer }) => layer)).toEqual(layers);
      for (const { block, layer } of held) expect(layer.block).toBe(block);
    },
  );

  it('are none for no layers', () => {
    expect(layerBlocks([])).toEqual([]);
  });
});
