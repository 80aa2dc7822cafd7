import { describe, expect, it } from 'vitest';
import { blockEnds } from '../../explain/layer-groups.ts';
import { canBeExplained } from '../../explain/layer-info.ts';
import { valuesIn } from '../../formats/layers/kinds/built-layer.ts';
import { builtKind } from '../../formats/layers/kinds/layer-kinds.ts';
import { loadModel } from '../loading/loaded-model.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';
import { denseModel } from '../testing/tiny-models.ts';
import { defaultLayer, describeLayers } from './explainable-layers.ts';
import { NO_FACTS } from './layer-facts.ts';
import type { GraphNode, LayerGraph } from './layer-graph.ts';

type Description = readonly [name: string, kind: string, shape: readonly (number | null)[]];

const OPERATION: NonNullable<GraphNode['operation']> = {
  run: () => {
    throw new Error('nothing runs here');
  },
  runForGradient: () => {
    throw new Error('nothing runs here');
  },
  dispose() {},
};

/** A chain of layers after an input. */
function chain(...layers: Description[]): LayerGraph {
  const nodes = layers.map(
    ([name, kind, shape], i): GraphNode => ({
      id: i + 1,
      name,
      kind,
      shape,
      ...NO_FACTS,
      values: valuesIn(shape),
      role: builtKind(kind).role,
      inputs: [i],
      layer: null,
      operation: OPERATION,
    }),
  );
  const input: GraphNode = {
    id: 0,
    name: 'input',
    kind: 'InputLayer',
    shape: [null, 8, 8, 3],
    ...NO_FACTS,
    values: 8 * 8 * 3,
    role: 'input',
    inputs: [],
    layer: null,
    operation: null,
  };
  return { nodes: [input, ...nodes], input: 0, output: nodes.length };
}

const MAP = [null, 7, 7, 16] as const;

describe('the group of a layer', () => {
  it.each([
    [
      ['conv1', 'layer4.0.conv1', 'layer4.0.relu1', 'layer4.0', 'layer4', 'avgpool'],
      ['conv1', 'layer4', 'layer4', 'layer4', 'layer4', 'head'],
    ],
    [
      ['features.0.0', 'features.5.0.block.1', 'features.5', 'features.8.0', 'features.8'],
      ['features.0', 'features.5', 'features.5', 'features.8', 'features.8'],
    ],
    [
      ['features.conv0', 'features.denseblock3.denselayer1.norm1', 'features.transition3.pool', 'features.norm5'],
      ['stem', 'features.denseblock3', 'features.transition3', 'head'],
    ],
    [
      ['stem.conv', 's1.b1.conv1', 's1', 's2.b1'],
      ['stem', 's1', 's1', 's2'],
    ],
    [
      ['stem.0', 'trunk_output.block2.block2-0.f.a', 'trunk_output.block2'],
      ['stem', 'trunk_output.block2', 'trunk_output.block2'],
    ],
    [
      ['conv_stem', 'blocks.1.0.conv_pw', 'blocks.1', 'conv_head'],
      ['stem', 'blocks.1', 'blocks.1', 'head'],
    ],
    [
      ['Conv2d_1a_3x3.conv', 'Mixed_5b.branch1x1.conv', 'inception3a.branch1'],
      ['stem', 'Mixed_5b', 'inception3a'],
    ],
    // Of a plain row of layers, each would be a group of its own.
    [
      ['features.0', 'features.1', 'features.3'],
      ['stem', 'stem', 'stem'],
    ],
  ])('%j is %j', (names, groups) => {
    const layers = describeLayers(chain(...names.map((name): Description => [name, 'Conv2D', MAP])));
    expect(layers.slice(1).map(({ block }) => block)).toEqual(groups);
  });
});

describe('the group of a layer whose name says nothing', () => {
  const at = (side: number) => [null, side, side, 4] as const;

  it('ends where the grid gets coarser, once there was a convolution in it', () => {
    const graph = chain(
      ['conv2d', 'Conv2D', at(8)],
      ['activation', 'Activation', at(8)],
      ['max_pooling2d', 'MaxPooling2D', at(4)],
      ['zero_padding2d', 'ZeroPadding2D', at(6)],
      ['conv2d_1', 'Conv2D', at(4)],
      ['conv2d_2', 'Conv2D', at(2)],
      ['average', 'GlobalAveragePooling2DKeepDims', at(1)],
      ['conv2d_3', 'Conv2D', at(1)],
      ['multiply', 'Multiply', at(2)],
      ['flatten', 'Flatten', [null, 16]],
      ['dense', 'Dense', [null, 5]],
    );
    const blocks = describeLayers(graph).map(({ block }) => block);
    expect(blocks).toEqual([
      ...['stage1', 'stage1', 'stage1', 'stage2', 'stage2', 'stage2', 'stage3', 'stage3', 'stage3', 'stage3'],
      ...['head', 'head'],
    ]);
    expect(blockEnds(describeLayers(graph)).map(({ name }) => name)).toEqual(['conv2d', 'conv2d_1', 'multiply']);
  });

  it('begins with the first convolution, whose stride it does not end at, and takes what convolutions without padding lose for no step', () => {
    const graph = chain(
      ['0', 'ZeroPadding2D', [null, 34, 34, 3]],
      ['1', 'Conv2D', at(4)],
      ['2', 'Conv2D', at(3)],
      ['3', 'MaxPooling2D', at(2)],
      ['4', 'Conv2D', at(2)],
    );
    expect(describeLayers(graph).map(({ block }) => block)).toEqual(['stage1', 'stage1', 'stage1', 'stage1', 'stage2', 'stage2']);
  });
});

describe('the layers to explain', () => {
  it('are those with more than one cell, by block, in running order', () => {
    const graph = chain(
      ['zero_padding2d', 'ZeroPadding2D', [null, 14, 14, 3]],
      ['conv1_conv', 'Conv2D', MAP],
      ['pool1', 'MaxPooling2D', MAP],
      ['conv2_block1_concat', 'Concatenate', MAP],
      ['bn', 'BatchNormalization', MAP],
      ['one_cell', 'Conv2D', [null, 1, 1, 16]],
      ['avg_pool', 'GlobalAveragePooling2D', [null, 16]],
      ['predictions', 'Dense', [null, 5]],
    );
    expect(
      describeLayers(graph)
        .filter(canBeExplained)
        .map(({ name, block }) => [name, block]),
    ).toEqual([
      ['zero_padding2d', 'stem'],
      ['conv1_conv', 'conv1'],
      ['pool1', 'conv1'],
      ['conv2_block1_concat', 'conv2'],
      ['bn', 'head'],
    ]);
  });

  it('without cells are listed with the reason, and cost nothing', () => {
    const graph = chain(
      ['conv', 'Conv2D', MAP],
      ['one_cell', 'Conv2D', [null, 1, 1, 16]],
      ['avg_pool', 'GlobalAveragePooling2D', [null, 16]],
    );
    const described = describeLayers(graph);
    expect(described.map(({ unsupportedReason }) => unsupportedReason)).toEqual([
      'It is the image itself, not a layer’s activation.',
      null,
      'It has a single cell, so there is nothing to compare.',
      'It has no cells: its activation is one vector.',
    ]);
    expect(described[3]?.tail).toEqual({ macs: 0, values: 0 });
    expect(described[1]?.tail).toEqual({ macs: 0, values: 32 });
  });

  it('that have Keras’ default names belong with the layer before them, as in Inception', () => {
    const names = ['conv2d', 'mixed0', 'conv2d_5', 'mixed1', 'block4d_add', 'block_1_expand'];
    const layers = describeLayers(chain(...names.map((name): Description => [name, 'Conv2D', MAP])));
    expect(layers.slice(1).map(({ block }) => block)).toEqual(['stem', 'mixed0', 'mixed0', 'mixed1', 'block4', 'block_1']);
  });

  it('of nested models are grouped by their own names', () => {
    expect(describeLayers(chain(['backbone/conv5_block1_out', 'Add', MAP]))[1]?.block).toBe('conv5');
  });
});

describe('the layer shown first', () => {
  it.each([
    ['DenseNet’s last concatenation', ['conv5_block32_2_conv', 'Conv2D'], ['conv5_block32_concat', 'Concatenate'], ['relu', 'Activation']],
    ['ResNet’s last sum', ['conv5_block3_3_conv', 'Conv2D'], ['conv5_block3_add', 'Add'], ['conv5_block3_out', 'Activation']],
    ['VGG’s last convolution', ['block5_conv2', 'Conv2D'], ['block5_conv3', 'Conv2D'], ['block5_pool', 'MaxPooling2D']],
    ['MobileNet’s last pointwise convolution', ['conv_dw_13', 'DepthwiseConv2D'], ['conv_pw_13', 'Conv2D'], ['conv_pw_13_relu', 'ReLU']],
  ] as const)('is %s', (_what, before, wanted, after) => {
    const layers = [before, wanted, after].map(([name, kind]): Description => [name, kind, MAP]);
    expect(defaultLayer(describeLayers(chain(...layers)))).toBe(wanted[0]);
  });

  it.each([
    [
      'a block of torch’s ResNet',
      [
        ['layer4.1.conv2', 'Conv2D'],
        ['layer4.1.add', 'Add'],
        ['layer4.1', 'Activation'],
        ['layer4', 'Activation'],
      ],
      'layer4.1',
    ],
    [
      'a layer of torch’s MobileNet',
      [
        ['features.18.0', 'Conv2D'],
        ['features.18.1', 'BatchNormalization'],
        ['features.18', 'ReLU'],
      ],
      'features.18',
    ],
    [
      'a convolution by itself',
      [
        ['features.1', 'Conv2D'],
        ['features.10', 'Conv2D'],
        ['features.1', 'ReLU'],
      ],
      'features.10',
    ],
  ] as const)('is the output of %s', (_what, layers, wanted) => {
    const graph = chain(...layers.map(([name, kind]): Description => [name, kind, MAP]));
    expect(defaultLayer(describeLayers(graph))).toBe(wanted);
  });

  it('is the last one with cells where nothing is convolved', () => {
    const graph = chain(['patch', 'Reshape', MAP], ['mix', 'Activation', MAP], ['pool', 'GlobalAveragePooling2D', [null, 4]]);
    expect(defaultLayer(describeLayers(graph))).toBe('mix');
  });
});

describe('what the layers of a real network cost', () => {
  it('is worked out by hand for 6 x 4 cells', async () => {
    const { info, graph, dispose } = await loadModel('dense', asRead(await denseModel(6, 4), testManifest(6, 4)), null);
    // Kernels of 3 x 3: 3 channels to 4, 4 to 2; and 6 to 3 classes without cells.
    const [first, inner, predictions] = [24 * 4 * 27, 24 * 2 * 36, 6 * 3];
    // A normalisation writes nothing of its own: it is one pass with its ReLU.
    const cells = { image: 3, first: 4, inner_relu: 4, inner: 2, joined: 6, out: 6 };
    const vectors = 6 + 3;
    const channels = Object.values(cells).reduce((a, b) => a + b, 0);
    expect(info.forward).toEqual({ macs: first + inner + predictions, values: 24 * channels + vectors });
    expect(info.forward.macs).toBe(graph.nodes.reduce((sum, node) => sum + node.macs, 0));

    const costOf = (name: string) => {
      const found = info.layers.find((layer) => layer.name === name);
      if (!found) throw new Error(`the model has no layer ${name}`);
      return { tail: found.tail, channelTail: found.channelTail };
    };
    expect(costOf('first')).toEqual({
      tail: { macs: inner + predictions, values: 24 * (4 + 2 + 6 + 6) + vectors },
      // Normalising before the second convolution is channelwise: that runs twice, not for every channel.
      channelTail: { macs: inner + predictions, values: 24 * (2 + 6 + 6) + vectors },
    });
    expect(costOf('out')).toEqual({
      tail: { macs: predictions, values: vectors },
      channelTail: { macs: predictions, values: 3 },
    });
    dispose();
  });

  it('falls from layer to layer along a chain, and is nothing for those without cells', async () => {
    const { info, dispose } = await loadModel('dense', asRead(await denseModel(6, 4), testManifest(6, 4)), null);
    const work = info.layers.filter(canBeExplained).map(({ tail }) => tail.macs + tail.values);
    expect(work.length).toBeGreaterThan(5);
    expect(work.at(-1)).toBeLessThan(work.at(0) ?? 0);
    expect([...work].sort((a, b) => b - a)).toEqual(work);
    const others = info.layers.filter((layer) => !canBeExplained(layer));
    expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(['avg_pool', 'predictions']));
    for (const { tail, channelTail, unsupportedReason } of others) {
      expect([tail, channelTail]).toEqual([
        { macs: 0, values: 0 },
        { macs: 0, values: 0 },
      ]);
      expect(unsupportedReason).toMatch(/^It .+\.$/);
    }
    dispose();
  });
});
