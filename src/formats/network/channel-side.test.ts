import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../json.ts';
import type { Json } from './artifacts.ts';
import { withImageInput } from './channel-side.ts';

function layer(kind: string, name: string, settings: { readonly [key: string]: Json } = {}, from?: string) {
  return { class_name: kind, name, config: { name, ...settings }, ...(from !== undefined && { inbound_nodes: [[[from, 0, 0, {}]]] }) };
}

const INPUT = { batch_input_shape: [null, 28, 20] };

function shapeIn(kind: string, ...layers: Json[]) {
  const config = withImageInput(kind, { name: 'model', layers });
  return asObject(objectsIn(config.layers)[0]?.config)?.batch_input_shape;
}

describe('images without a side for their channel', () => {
  it.each([
    ['a Sequential model', 'Sequential', [layer('InputLayer', 'in', INPUT), layer('Reshape', 'r', { target_shape: [28, 20, 1] })]],
    ['one without an input of its own', 'Sequential', [layer('Reshape', 'r', { ...INPUT, target_shape: [28, 20, 1] })]],
    ['one whose rows follow', 'Sequential', [layer('InputLayer', 'in', INPUT), layer('Reshape', 'r', { target_shape: [-1, 20, 1] })]],
    [
      'a functional model that scales first',
      'Functional',
      [
        layer('InputLayer', 'in', INPUT),
        layer('Rescaling', 's', { scale: 1 / 255 }, 'in'),
        layer('Reshape', 'r', { target_shape: [28, 20, 1] }, 's'),
      ],
    ],
  ])('are images where a Reshape adds it: %s', (_what, kind, layers) => {
    expect(shapeIn(kind, ...layers)).toEqual([null, 28, 20, 1]);
  });

  it.each([
    ['sequences', 'Sequential', [layer('InputLayer', 'in', INPUT), layer('LSTM', 'r')]],
    ['values for one vector', 'Sequential', [layer('InputLayer', 'in', INPUT), layer('Flatten', 'r')]],
    ['other rows', 'Sequential', [layer('InputLayer', 'in', INPUT), layer('Reshape', 'r', { target_shape: [20, 28, 1] })]],
    [
      'in a circle',
      'Functional',
      [
        layer('InputLayer', 'in', INPUT),
        {
          ...layer('Dropout', 'a'),
          inbound_nodes: [
            [
              ['in', 0, 0, {}],
              ['b', 0, 0, {}],
            ],
          ],
        },
        layer('Dropout', 'b', {}, 'a'),
      ],
    ],
    [
      'taken twice',
      'Functional',
      [layer('InputLayer', 'in', INPUT), layer('Reshape', 'r', { target_shape: [28, 20, 1] }, 'in'), layer('Flatten', 'f', {}, 'in')],
    ],
  ])('stay what they are: %s', (_what, kind, layers) => {
    expect(shapeIn(kind, ...layers)).toEqual([null, 28, 20]);
  });
});
