import { describe, expect, it } from 'vitest';
import { packArtifacts } from '../../../src/formats/network/artifacts.ts';
import { peerLayer, torchWeights } from './torch-weights.ts';

const topology = { class_name: 'Functional', config: {} };

function given(name: string, shape: readonly number[]) {
  return { name, shape, values: Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, i) => i) };
}

describe('weights for PyTorch', () => {
  it('have torchvision’s names', () => {
    const names = [
      'conv1_conv/kernel',
      'conv1_bn/moving_variance',
      'conv2_block1_0_bn/gamma',
      'conv5_block32_2_conv/kernel',
      'pool3_bn/beta',
      'pool4_conv/kernel',
      'bn/moving_mean',
      'predictions/bias',
    ];
    const weights = torchWeights(
      packArtifacts(
        topology,
        names.map((name) => given(name, [2])),
      ),
    );
    expect(weights.map(({ name }) => name)).toEqual([
      'features.conv0.weight',
      'features.norm0.running_var',
      'features.denseblock1.denselayer1.norm1.weight',
      'features.denseblock4.denselayer32.conv2.weight',
      'features.transition2.norm.bias',
      'features.transition3.conv.weight',
      'features.norm5.running_mean',
      'classifier.bias',
    ]);
  });

  it('have filters first, and rows and columns last', () => {
    const [kernel, matrix] = torchWeights(
      packArtifacts(topology, [given('conv1_conv/kernel', [2, 1, 2, 3]), given('predictions/kernel', [2, 3])]),
    );
    expect([kernel?.shape, [...(kernel?.values ?? [])]]).toEqual([
      [3, 2, 2, 1],
      [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11],
    ]);
    expect([matrix?.shape, [...(matrix?.values ?? [])]]).toEqual([
      [3, 2],
      [0, 3, 1, 4, 2, 5],
    ]);
  });

  it('are refused of another network', () => {
    expect(() => torchWeights(packArtifacts(topology, [given('dense_7/kernel', [1, 1])]))).toThrow('dense_7 is no layer of a DenseNet');
  });

  it('go with layers by their block, and how many of its layers have run', () => {
    expect(peerLayer('conv4_block32_concat')).toEqual([3, 32]);
    expect(() => peerLayer('relu')).toThrow('relu is no concatenation');
  });
});
