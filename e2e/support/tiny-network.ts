/** A small network as a tf.js layers-model, with whatever heads a test wants: there is none of each kind among the fixtures. */
import type { GivenFile } from './app.ts';

export interface Head {
  readonly name: string;
  readonly units: number;
  readonly activation: 'linear' | 'sigmoid' | 'softmax';
}

const SIDE = 16;
const FILTERS = 6;

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
}

function layer(kind: string, name: string, settings: object, from: string | null): object {
  return { class_name: kind, name, config: { name, ...settings }, inbound_nodes: from === null ? [] : [[[from, 0, 0, {}]]] };
}

function sizeOf({ shape }: Weight): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Without a pattern, and of either sign. */
function valuesOf(weight: Weight, seed: number): number[] {
  return Array.from({ length: sizeOf(weight) }, (_, i) => Math.sin((i + 1) * (seed + 1) * 12.9898) * (weight.shape.length > 1 ? 1 : 0.3));
}

/** Two convolutions, pooling, and the heads side by side. */
export function tinyNetwork(...heads: readonly Head[]): GivenFile[] {
  const convolution = { filters: FILTERS, kernel_size: [3, 3], padding: 'same', activation: 'relu', use_bias: true };
  const layers = [
    layer('InputLayer', 'image', { batch_input_shape: [null, SIDE, SIDE, 3], dtype: 'float32' }, null),
    layer('Conv2D', 'first', convolution, 'image'),
    layer('Conv2D', 'second', convolution, 'first'),
    layer('GlobalAveragePooling2D', 'pool', {}, 'second'),
    ...heads.map(({ name, units, activation }) => layer('Dense', name, { units, activation, use_bias: true }, 'pool')),
  ];
  const weights: Weight[] = [
    { name: 'first/kernel', shape: [3, 3, 3, FILTERS] },
    { name: 'first/bias', shape: [FILTERS] },
    { name: 'second/kernel', shape: [3, 3, FILTERS, FILTERS] },
    { name: 'second/bias', shape: [FILTERS] },
    ...heads.flatMap(({ name, units }) => [
      { name: `${name}/kernel`, shape: [FILTERS, units] },
      { name: `${name}/bias`, shape: [units] },
    ]),
  ];
  const config = {
    name: 'tiny',
    layers,
    input_layers: [['image', 0, 0]],
    output_layers: heads.map(({ name }) => [name, 0, 0]),
  };
  const description = {
    format: 'layers-model',
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: { class_name: 'Functional', config } },
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: weights.map((weight) => ({ ...weight, dtype: 'float32' })) }],
  };
  const values = Float32Array.from(weights.flatMap(valuesOf));
  return [
    { name: 'tiny.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(description)) },
    { name: 'group1-shard1of1.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(values.buffer) },
  ];
}
