import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { layersStored } from './stored-layers.ts';

function layer(kind: string, name: string, config: JsonObject = {}): JsonObject {
  return { class_name: kind, config: { name, ...config } };
}

const LAYERS = [
  layer('InputLayer', 'input_1'),
  layer('Conv2D', 'conv2d'),
  layer('BatchNormalization', 'batch_normalization'),
  layer('Dropout', 'dropout'),
  layer('Conv2D', 'conv2d_1'),
  layer('Dense', 'dense', { use_bias: false }),
];

function found(stored: readonly (readonly [string, number])[], layers = LAYERS): Record<string, unknown> {
  const map = layersStored(
    stored.map(([name, weights]) => ({ name, weights })),
    layers,
  );
  return Object.fromEntries(
    stored.filter(([, weights]) => weights > 0).map(([name]) => [name, (map.get(name)?.config as JsonObject)?.name]),
  );
}

describe('the layers in a file of weights', () => {
  it('are those of their names, in any order', () => {
    expect(
      found([
        ['dense', 1],
        ['conv2d_1', 2],
        ['batch_normalization', 4],
        ['conv2d', 2],
        ['input_1', 0],
      ]),
    ).toEqual({
      dense: 'dense',
      conv2d_1: 'conv2d_1',
      batch_normalization: 'batch_normalization',
      conv2d: 'conv2d',
    });
  });

  it('are those of their order where the names are of another session, also where some of them mean another layer', () => {
    expect(
      found([
        ['conv2d_1', 2],
        ['batch_normalization_1', 4],
        ['dropout_1', 0],
        ['conv2d_2', 2],
        ['dense_1', 1],
      ]),
    ).toEqual({
      conv2d_1: 'conv2d',
      batch_normalization_1: 'batch_normalization',
      conv2d_2: 'conv2d_1',
      dense_1: 'dense',
    });
  });

  it('are only those of their names where the order does not fit', () => {
    expect(
      found([
        ['conv2d_1', 2],
        ['other', 2],
        ['dense', 1],
      ]),
    ).toEqual({ conv2d_1: 'conv2d_1', other: undefined, dense: 'dense' });
    expect(
      found([
        ['a', 2],
        ['b', 3],
        ['c', 2],
        ['d', 1],
      ]),
    ).toEqual({ a: undefined, b: undefined, c: undefined, d: undefined });
  });

  it('are models too, with the weights of all their layers', () => {
    const layers = [layer('Functional', 'base', { layers: LAYERS }), layer('Dense', 'dense')];
    expect(
      found(
        [
          ['model_3', 9],
          ['dense_7', 2],
        ],
        layers,
      ),
    ).toEqual({ model_3: 'base', dense_7: 'dense' });
  });
});
