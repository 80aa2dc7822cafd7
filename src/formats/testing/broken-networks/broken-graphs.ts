/** Faults in how layers hang together. */

import { inputOf, type LayerJson, layerOf, networkAround, soundNetwork, tensorOf } from '../sound-network.ts';
import { call, type Fault, takes } from './network-fault.ts';

/** Layers one after the other. */
function chain(length: number): LayerJson[] {
  return Array.from({ length }, (_, i) => layerOf('ReLU', `step${i}`, {}, i ? `step${i - 1}` : 'norm'));
}

/** A model that calls a model twice that calls a model twice, and so on. */
export function doubling(depth: number): LayerJson {
  const inner = depth === 0 ? layerOf('ReLU', 'relu', {}, 'in') : doubling(depth - 1);
  inner.inbound_nodes = depth === 0 ? call(tensorOf('in')) : [...call(tensorOf('in')), ...call(tensorOf(inner.name, 0))];
  return layerOf(
    'Functional',
    `double${depth}`,
    {
      layers: [inputOf('in', [null, 12, 12, 4]), inner],
      input_layers: [['in', 0, 0]],
      output_layers: [[inner.name, depth === 0 ? 0 : 1, 0]],
    },
    'norm',
  );
}

/** A Sequential model inside a Sequential model, many times. */
function matryoshka(depth: number): string {
  const open = '{"class_name":"Sequential","name":"m","config":{"name":"m","layers":[';
  return open.repeat(depth) + JSON.stringify(inputOf('in')) + ']}}'.repeat(depth);
}

export const BROKEN_GRAPHS: readonly Fault[] = [
  ['a layer that takes its own result', takes('norm', call(tensorOf('norm')))],
  ['layers in a circle', takes('conv', call(tensorOf('norm')))],
  ['a layer that takes what is not there', takes('norm', call(tensorOf('convolution')))],
  ['a missing layer', ({ config }) => void config.layers.splice(1, 1)],
  ['a call that is not made', takes('norm', call(tensorOf('conv', 3)))],
  ['a call of negative number', takes('norm', call(tensorOf('conv', -1)))],
  ['half a call', takes('norm', call(tensorOf('conv', 0.5)))],
  ['a call of no number', takes('norm', call(tensorOf('conv', 'first')))],
  ['a second result', takes('norm', call(tensorOf('conv', 0, 1)))],
  ['a layer that takes nothing', takes('norm', [])],
  ['a call with nothing', takes('norm', [{ args: [], kwargs: {} }])],
  ['a call with a number', takes('norm', [{ args: [7], kwargs: {} }])],
  ['calls that are a text', takes('norm', 'conv')],
  ['calls that are null', takes('norm', null)],
  ['no calls', takes('norm', undefined)],
  ['a layer that is there twice', ({ config }, find) => void config.layers.push({ ...find('pool') })],
  ['ten thousand layers', networkAround(...chain(10_000))],
  ['models that double thirty times', networkAround(doubling(30))],
  ['a thousand models inside each other', matryoshka(1000)],
  ['a hundred models inside each other', matryoshka(100)],
  [
    'a hundred thousand brackets',
    `{"class_name":"Functional","config":{"name":"deep","layers":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
  ],
  [
    'a setting of a hundred thousand brackets',
    JSON.stringify(soundNetwork()).replace('"filters":4', `"filters":${'[['.repeat(50_000)}${']]'.repeat(50_000)}`),
  ],
];
