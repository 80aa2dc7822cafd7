import { describe, expect, it } from 'vitest';
import type { LayerRole } from '../core/models/layer-role.ts';
import { blockEnds, groupLayers } from './layer-groups.ts';
import type { LayerInfo } from './layer-info.ts';

describe('layers', () => {
  const layer = (name: string, block: string, role: LayerRole = 'convolution'): LayerInfo => ({
    name,
    block,
    kind: 'any',
    role,
    rows: 7,
    columns: 7,
    channels: 8,
    unsupportedReason: null,
    tail: { macs: 0, values: 0 },
    channelTail: { macs: 0, values: 0 },
  });
  const layers = [layer('conv1_conv', 'conv1'), layer('conv2_relu', 'conv2'), layer('conv2_conv', 'conv2'), layer('relu', 'head')];

  it('are grouped by block, in running order', () => {
    expect(groupLayers(layers).map(({ block, layers: members }) => [block, members.length])).toEqual([
      ['conv1', 1],
      ['conv2', 2],
      ['head', 1],
    ]);
  });

  it('end their block with its last sum, else its last convolution; a head without either is no block', () => {
    const ends = blockEnds([
      layer('pad', 'stem', 'other'),
      layer('conv1_conv', 'conv1'),
      layer('conv1_relu', 'conv1', 'other'),
      layer('conv2_block1_add', 'conv2', 'merge'),
      layer('pool2_conv', 'conv2'),
      { ...layer('conv3_concat', 'conv3', 'merge'), unsupportedReason: 'It has a single cell, so there is nothing to compare.' },
      layer('relu', 'head', 'other'),
    ]);
    expect(ends.map(({ name }) => name)).toEqual(['conv1_conv', 'conv2_block1_add']);
  });
});
