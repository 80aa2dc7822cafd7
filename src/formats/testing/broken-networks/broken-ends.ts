/** Faults in what goes into a network and what comes out. */

import { inputOf, type LayerJson, layerOf, type NetworkJson, networkAround, soundNetwork, tensorOf } from '../sound-network.ts';
import { call, type Fault, model, setting } from './network-fault.ts';

function nested(layers: LayerJson[], outputs: unknown): NetworkJson {
  return networkAround(layerOf('Functional', 'inner', { layers, input_layers: [['in', 0, 0]], output_layers: outputs }, 'norm'));
}

export const BROKEN_ENDS: readonly Fault[] = [
  [
    'two inputs',
    ({ config }, find) => {
      config.layers.unshift(inputOf('second'), layerOf('Concatenate', 'both', { axis: -1 }, 'image', 'second'));
      find('conv').inbound_nodes = call(tensorOf('both'));
      config.input_layers = [
        ['image', 0, 0],
        ['second', 0, 0],
      ];
    },
  ],
  [
    'outputs that are all maps',
    model({
      output_layers: [
        ['conv', 0, 0],
        ['norm', 0, 0],
      ],
    }),
  ],
  [
    'a third result of a nested model of two outputs',
    ({ config }, find) => {
      const inner = { layers: [inputOf('in', [null, 12, 12, 4]), layerOf('ReLU', 'a', {}, 'in'), layerOf('ReLU', 'b', {}, 'in')] };
      const ends = {
        input_layers: [['in', 0, 0]],
        output_layers: [
          ['a', 0, 0],
          ['b', 0, 0],
        ],
      };
      config.layers.splice(3, 0, layerOf('Functional', 'inner', { ...inner, ...ends }, 'norm'));
      find('pool').inbound_nodes = call(tensorOf('inner', 0, 2));
    },
  ],
  ['a nested model of no output', nested([inputOf('in', [null, 12, 12, 4])], [])],
  [
    'words for its input',
    {
      ...soundNetwork(),
      config: {
        name: 'language',
        layers: [
          inputOf('words', [null, 20]),
          layerOf('Embedding', 'embedding', { input_dim: 50, output_dim: 8 }, 'words'),
          layerOf('LSTM', 'memory', { units: 4 }, 'embedding'),
          layerOf('Dense', 'next', { units: 50, activation: 'softmax' }, 'memory'),
        ],
        input_layers: [['words', 0, 0]],
        output_layers: [['next', 0, 0]],
      },
    },
  ],
  ['a table for its input', setting('image', { batch_shape: [null, 7] })],
  ['a film for its input', setting('image', { batch_shape: [null, 16, 12, 12, 3] })],
  ['grey images', setting('image', { batch_shape: [null, 12, 12, 1] })],
  ['images of a billion pixels a side', setting('image', { batch_shape: [null, 1_000_000_000, 1_000_000_000, 3] })],
  ['images of no pixels', setting('image', { batch_shape: [null, 0, 12, 3] })],
  ['images of half a pixel', setting('image', { batch_shape: [null, 12, 0.5, 3] })],
  ['images of negative size', setting('image', { batch_shape: [null, -12, 12, 3] })],
  ['images of endless size', JSON.stringify(soundNetwork()).replace('[null,12,12,3]', '[null,1e999,12,3]')],
  ['images whose size is a text', setting('image', { batch_shape: [null, '12', '12', 3] })],
  ['an input without a shape', setting('image', { batch_shape: undefined })],
  ['an input whose shape is a text', setting('image', { batch_shape: 'any' })],
  ['an input that is not there', model({ input_layers: [['photo', 0, 0]] })],
  ['an output that is not there', model({ output_layers: [['classes', 0, 0]] })],
  ['an output of a call that is not made', model({ output_layers: [['scores', 1, 0]] })],
  ['no inputs', model({ input_layers: [] })],
  ['no outputs', model({ output_layers: [] })],
  ['inputs that are a number', model({ input_layers: 1 })],
  ['outputs that are null', model({ output_layers: null })],
  ['a grid for its output', model({ output_layers: [['conv', 0, 0]] })],
  ['its image for its output', model({ output_layers: [['image', 0, 0]] })],
  [
    'no grid but its image',
    ({ config }, find) => {
      config.layers = config.layers.filter(({ name }) => name !== 'conv' && name !== 'norm');
      find('pool').inbound_nodes = call(tensorOf('image'));
    },
  ],
];
