import { describe, expect, it } from 'vitest';
import { groupLayers, searchByName } from './layer-groups.ts';
import type { LayerInfo } from './layer-info.ts';

describe('layers', () => {
  const layer = (name: string, block: string): LayerInfo => ({ name, block, kind: 'Conv2D', rows: 7, columns: 7, channels: 8 });
  const layers = [layer('conv1_conv', 'conv1'), layer('conv2_relu', 'conv2'), layer('conv2_conv', 'conv2'), layer('relu', 'head')];

  it('are grouped by block, in running order', () => {
    expect(groupLayers(layers).map(({ block, layers: members }) => [block, members.length])).toEqual([
      ['conv1', 1],
      ['conv2', 2],
      ['head', 1],
    ]);
  });

  it('are found by any part of their name, the whole name first', () => {
    const found = (query: string) => searchByName(layers, ({ name }) => name, query).map(({ name }) => name);
    expect(found('relu')).toEqual(['relu', 'conv2_relu']);
    expect(found('CONV2_')).toEqual(['conv2_relu', 'conv2_conv']);
    expect(found('')).toHaveLength(4);
    expect(found('pool')).toEqual([]);
  });
});
