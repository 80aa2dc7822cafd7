import { describe, expect, it } from 'vitest';
import { moduleOf } from './module-scope.ts';

describe('the module that a node was a part of', () => {
  it.each([
    ['/layer1/layer1.0/conv1/Conv', 'layer1.0.conv1'],
    ['/features/denseblock1/denselayer1/norm1/BatchNormalization', 'features.denseblock1.denselayer1.norm1'],
    ['/blocks/blocks.0/blocks.0.0/conv_dw/Conv', 'blocks.0.0.conv_dw'],
    ['/relu/Relu', 'relu'],
    ['/Flatten', undefined],
    ['Conv_12', undefined],
    ['model/conv1/Conv2D', undefined],
  ])('follows from its name: %s', (name, module) => {
    expect(moduleOf(name, undefined).module).toBe(module);
  });

  it('is noted by newer exporters', () => {
    expect(moduleOf('node_conv2d_1', "['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d_1']").module).toBe('layer1.0.conv1');
    expect(moduleOf('node_flatten', "['', 'flatten']").module).toBeUndefined();
  });
});
