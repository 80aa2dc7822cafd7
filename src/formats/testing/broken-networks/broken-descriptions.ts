/** Faults in what layers, and models, are called and consist of. */

import { soundNetwork, tensorOf } from '../sound-network.ts';
import { call, type Fault, layer, model } from './network-fault.ts';

export const BROKEN_DESCRIPTIONS: readonly Fault[] = [
  ['no layers', model({ layers: [] })],
  ['layers that are a text', model({ layers: 'conv' })],
  ['layers that are null', model({ layers: null })],
  ['layers that are numbers', model({ layers: [1, 2] })],
  ['no configuration', '{"class_name":"Functional"}'],
  ['a configuration that is a text', '{"class_name":"Functional","config":"conv"}'],
  ['no kind', '{"config":{"layers":[]}}'],
  ['a kind of somebody’s own', (network) => void Object.assign(network, { class_name: 'MyModel' })],
  ['a kind that is a property', (network) => void Object.assign(network, { class_name: '__proto__' })],
  ['a kind that is a method', (network) => void Object.assign(network, { class_name: 'constructor' })],
  ['a kind that is a number', (network) => void Object.assign(network, { class_name: 5 })],
  ['a layer of a kind that is a property', layer('conv', { class_name: '__proto__' })],
  ['a layer of a kind that is a method', layer('conv', { class_name: 'constructor' })],
  ['a layer of a kind that is a function of tf.js', layer('conv', { class_name: 'Zeros' })],
  ['a layer of no kind', layer('conv', { class_name: null })],
  ['a layer whose kind is an object', layer('conv', { class_name: { evil: true } })],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''].map(
    (name): Fault => [
      `a layer called “${name}”`,
      (_network, find) => {
        const layer = find('conv');
        Object.assign(layer, { name, config: { ...layer.config, name } });
        find('norm').inbound_nodes = call(tensorOf(name));
      },
    ],
  ),
  ['a layer whose name is a number', layer('conv', { name: 7 })],
  ['a layer whose name is an object', layer('conv', { name: {} })],
  ['a layer without a name', layer('conv', { name: null, config: { filters: 4, kernel_size: 3 } })],
  ['a layer without settings', layer('conv', { config: null })],
  ['settings that reach for the prototype', JSON.stringify(soundNetwork()).replace('"filters":4', '"__proto__":{"filters":4}')],
  ['text instead of JSON', 'import keras\nmodel = keras.Sequential()'],
  ['JSON with a comma too many', `${JSON.stringify(soundNetwork()).slice(0, -1)},}`],
];
