import { describe, expect, it } from 'vitest';
import type { LayerInfo } from './layer-info.ts';
import { layerBlocks } from './layer-units.ts';

const NOTHING = { multiplyAdds: 0, values: 0 };

function layers(block: string, ...described: string[]): LayerInfo[] {
  return described.map((text) => {
    const [name = '', kind = 'Activation'] = text.split(':');
    return { name, kind, rows: 7, columns: 7, channels: 8, block, obstacle: null, tail: NOTHING, channelTail: NOTHING };
  });
}

const unitsOf = (all: LayerInfo[]) => layerBlocks(all).flatMap(({ units }) => units.map((unit) => unit.layers.map(({ name }) => name)));

describe('the drawn network', () => {
  it('has a unit for each dense layer, and one for a transition', () => {
    const all = layers(
      'conv4',
      'conv4_block1_0_bn',
      'conv4_block1_1_conv:Conv2D',
      'conv4_block1_concat:Concatenate',
      'conv4_block2_0_bn',
      'conv4_block2_2_conv:Conv2D',
      'pool4_bn',
      'pool4_conv:Conv2D',
      'pool4_pool:AveragePooling2D',
    );
    expect(unitsOf(all).map((unit) => unit.length)).toEqual([3, 2, 3]);
  });

  it('has one for each convolution of VGG, and one for each pair of MobileNet with what follows it', () => {
    expect(unitsOf(layers('block3', 'block3_conv1:Conv2D', 'block3_conv2:Conv2D', 'block3_pool:MaxPooling2D'))).toHaveLength(3);
    const mobile = layers('conv', 'conv_dw_3:DepthwiseConv2D', 'conv_dw_3_bn', 'conv_pw_3:Conv2D', 'conv_pw_3_bn', 'conv_pw_3_relu');
    expect(unitsOf(mobile).map((unit) => unit.length)).toEqual([2, 3]);
  });

  it('begins a unit at every convolution where names say nothing', () => {
    const all = layers('stem', 'input_1:InputLayer', 'conv2d:Conv2D', 'batch_normalization', 'activation', 'conv2d_1:Conv2D', 'add:Add');
    expect(unitsOf(all).map((unit) => unit.length)).toEqual([1, 3, 2]);
  });

  it('holds every layer once, in running order', () => {
    const all = [
      ...layers('conv1', 'conv1_conv:Conv2D', 'conv1_bn'),
      ...layers('conv2', 'conv2_block1_1_conv:Conv2D', 'odd', 'conv2_block1_add:Add'),
    ];
    expect(unitsOf(all).flat()).toEqual(all.map(({ name }) => name));
  });
});
