import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { ModelTopology } from '../network/artifacts.ts';
import { readLayersModel } from './layers-model.ts';
import { namesInNetwork, withSnakeCase } from './layers-model-dialects.ts';

function layer(kind: string, name: string, config: JsonObject = {}): JsonObject {
  return { class_name: kind, config: { name, ...config } };
}

describe('settings in JavaScript’s way', () => {
  it('become Keras’ own, however deep they stand', () => {
    expect(
      withSnakeCase({
        className: 'Sequential',
        config: { name: 'm', layers: [layer('Conv2D', 'c', { batchInputShape: [null, 8, 8, 3], kernelSize: [3, 3], useBias: false })] },
      }),
    ).toEqual({
      class_name: 'Sequential',
      config: {
        name: 'm',
        layers: [{ class_name: 'Conv2D', config: { name: 'c', batch_input_shape: [null, 8, 8, 3], kernel_size: [3, 3], use_bias: false } }],
      },
    });
  });

  it.each(['inputShape', 'input_shape'])('the shape of one image (%s) becomes that of a batch', (key) => {
    expect(withSnakeCase({ config: { name: 'c', [key]: [8, 8, 3] } })).toEqual({
      config: { name: 'c', batch_input_shape: [null, 8, 8, 3] },
    });
  });

  it('what Keras wrote itself stays, and so does what was only noted when it was built', () => {
    const json = { config: { name: 'c', batch_shape: [null, 8, 8, 3], batchShape: [1] }, build_config: { input_shape: [null, 4, 4, 3] } };
    expect(withSnakeCase(json)).toEqual({ config: { name: 'c', batch_shape: [null, 8, 8, 3] }, build_config: json.build_config });
  });
});

describe('the names of weights', () => {
  const topology: ModelTopology = {
    class_name: 'Sequential',
    config: {
      name: 'outer',
      layers: [
        { class_name: 'Functional', config: { name: 'mobilenet', layers: [layer('Conv2D', 'Conv1'), layer('DepthwiseConv2D', 'dw')] } },
        layer('BatchNormalization', 'block1/0/bn'),
        layer('Dense', 'dense'),
      ],
    },
  };

  it.each([
    ['dense/kernel', 'dense/kernel'],
    ['outer/dense/kernel', 'dense/kernel'],
    ['another/name/dense/kernel:0', 'dense/kernel'],
    ['dense/dense/kernel', 'dense/kernel'],
    ['outer/mobilenet/Conv1/kernel', 'mobilenet/Conv1/kernel'],
    ['outer/Conv1/kernel', 'Conv1/kernel'],
    ['mobilenet/dw/kernel', 'mobilenet/dw/depthwise_kernel'],
    ['dw/depthwise_kernel', 'dw/depthwise_kernel'],
    ['outer/block1/0/bn/gamma', 'block1/0/bn/gamma'],
    ['strange/kernel', 'strange/kernel'],
  ])('%s is %s', (stored, name) => {
    expect(namesInNetwork(topology)(stored)).toBe(name);
  });
});

describe('a layers-model of Keras 3', () => {
  const dtype = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };
  const tensor = (name: string) => ({ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } });
  const model = {
    format: 'layers-model',
    modelTopology: {
      keras_version: '3.8.0',
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'functional_1',
          layers: [
            { ...layer('InputLayer', 'x', { batch_shape: [null, 2, 2, 3], dtype }), name: 'x', inbound_nodes: [] },
            {
              ...layer('Dropout', 'drop', { rate: 0.5, dtype }),
              name: 'drop',
              inbound_nodes: [{ args: [tensor('x')], kwargs: { training: false } }],
            },
            {
              ...layer('Conv2D', 'conv', { filters: 1, kernel_size: [1, 1], dtype }),
              name: 'conv',
              inbound_nodes: [{ args: [tensor('drop')], kwargs: {} }],
            },
          ],
          input_layers: ['x', 0, 0],
          output_layers: ['conv', 0, 0],
        },
      },
    },
    weightsManifest: [
      {
        paths: ['w'],
        weights: [
          { name: 'drop/seed_generator/seed_generator_state', shape: [2], dtype: 'int32' },
          { name: 'functional_1/conv/kernel', shape: [1, 1, 3, 1], dtype: 'float32' },
          { name: 'functional_1/conv/bias', shape: [1], dtype: 'float32' },
        ],
      },
    ],
  };

  it('is read as one of Keras 2, without what only training needs', async () => {
    const shard = new Uint8Array([...new Uint8Array(8).fill(7), ...new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer)]);
    const { topology, weights, data } = await readLayersModel('model.json', JSON.stringify(model), () => shard.buffer);
    expect(weights).toEqual([
      { name: 'conv/kernel', shape: [1, 1, 3, 1] },
      { name: 'conv/bias', shape: [1] },
    ]);
    expect([...new Float32Array(data)]).toEqual([1, 2, 3, 4]);
    expect(topology.config).toMatchObject({
      layers: [{ config: { batch_input_shape: [null, 2, 2, 3], dtype: 'float32' } }, { inbound_nodes: [[['x', 0, 0, {}]]] }, {}],
      output_layers: [['conv', 0, 0]],
    });
  });
});
