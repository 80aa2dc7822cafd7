import { describe, expect, it } from 'vitest';
import { forInference } from '../layers/for-inference.ts';
import type { Json, ModelArtifacts } from '../network/artifacts.ts';
import { readLayersModel } from './layers-model.ts';
import { type WeightType, writeLayersModel } from './layers-model-writer.ts';

const VALUES = [0, 1, -2, 0.5, 1024, -0.25, 3, 7];

const ARTIFACTS: ModelArtifacts = {
  topology: {
    class_name: 'Sequential',
    config: {
      name: 'tiny',
      layers: [
        {
          class_name: 'Dense',
          config: {
            name: 'dense',
            batch_input_shape: [null, 1, 1, 3],
            units: 2,
            kernel_initializer: { class_name: 'GlorotUniform', config: { seed: 3 } },
          },
        },
      ],
    },
  },
  weights: [
    { name: 'dense/kernel', shape: [3, 2] },
    { name: 'dense/bias', shape: [2] },
  ],
  data: Float32Array.from(VALUES).buffer,
};

/** Reads a written model back, after `change` has done what it likes to its files. */
function reread(
  dtype: 'float32' | 'float16',
  change: (json: { [key: string]: Json }, shard: Uint8Array) => Uint8Array = (_json, shard) => shard,
): Promise<ModelArtifacts> {
  const [model, shard] = writeLayersModel(ARTIFACTS, dtype);
  const json: { [key: string]: Json } = JSON.parse(new TextDecoder().decode(model?.bytes));
  const bytes = change(json, shard?.bytes ?? new Uint8Array());
  return readLayersModel('model.json', JSON.stringify(json), () => bytes.slice().buffer);
}

describe('a layers-model', () => {
  it.each(['float32', 'float16'] as const)('comes back as it was written in %s', async (dtype) => {
    const { weights, data } = await reread(dtype);
    expect(weights).toEqual(ARTIFACTS.weights);
    expect([...new Float32Array(data)]).toEqual(VALUES);
  });

  it('is made ready to run without its initialisers, which only cost time', async () => {
    const read = await reread('float32');
    expect(JSON.stringify(read.topology)).toContain('kernel_initializer');
    expect(JSON.stringify(forInference('model.json', read).topology)).not.toContain('initializer');
  });

  it.each(['uint8', 'uint16'] as const)('is read where its weights are whole numbers (%s)', async (dtype) => {
    const { data } = await reread('float32', (json) => {
      const weight = (name: string, shape: number[]) => ({ name, shape, dtype: 'float32', quantization: { dtype, scale: 0.5, min: -1 } });
      json.weightsManifest = [{ paths: ['a.bin'], weights: [weight('dense/kernel', [3, 2]), weight('dense/bias', [2])] }];
      const whole = [0, 1, 2, 3, 4, 5, 6, 255];
      return new Uint8Array((dtype === 'uint8' ? Uint8Array.from(whole) : Uint16Array.from(whole)).buffer);
    });
    expect([...new Float32Array(data)]).toEqual([-1, -0.5, 0, 0.5, 1, 1.5, 2, 126.5]);
  });

  describe('in uint8', () => {
    /** The values of a single weight, written and read back. */
    async function reread8(shape: number[], values: number[]): Promise<number[]> {
      const [model, shard] = writeLayersModel(
        { ...ARTIFACTS, weights: [{ name: 'w', shape }], data: Float32Array.from(values).buffer },
        'uint8',
      );
      expect(shard?.bytes.byteLength).toBe(values.length * (shape.length > 1 ? 1 : 2));
      const bytes = shard?.bytes.buffer ?? new ArrayBuffer();
      const { data } = await readLayersModel('model.json', new TextDecoder().decode(model?.bytes), () => bytes);
      return [...new Float32Array(data)];
    }

    const uneven = (from: number, to: number) => Array.from({ length: 500 }, (_, i) => from + (((i * i * 7) % 499) / 498) * (to - from));

    it.each([
      ['of both signs', uneven(-0.31, 0.82)],
      ['that are all positive', uneven(3, 4.5)],
      ['that are all negative', uneven(-0.5, -0.25)],
      ['from zero on', uneven(0, 1e-6)],
      ['up to zero', uneven(-70_000, 0)],
    ])('weights %s are off by half a step at most', async (_what, values) => {
      const read = await reread8([20, 25], values);
      const step = (Math.max(...values) - Math.min(...values)) / 255;
      // Beyond half a step there is only what float32 itself cannot tell apart.
      for (const [i, value] of values.entries()) expect(Math.abs((read[i] ?? Number.NaN) - value)).toBeLessThan(step * 0.5001);
    });

    it.each([0, 0.3, -7])('weights that are all %d stay so', async (value) => {
      expect(await reread8([2, 3], new Array(6).fill(value))).toEqual(new Array(6).fill(Math.fround(value)));
    });

    it.each([
      [-1, 0.7],
      [0, 0.7],
      [-1, 0],
    ])('zero stays exactly zero between %d and %d', async (least, largest) => {
      expect((await reread8([1, 3], [least, 0, largest]))[1]).toBe(0);
    });

    it('vectors are in half precision, which takes them for what they are', async () => {
      expect(await reread8([4], [1e-3, 200, -0.125, 3])).toEqual([1e-3, 200, -0.125, 3].map((value) => expect.closeTo(value, 6)));
    });
  });

  it.each<[WeightType, number]>([
    ['float16', 70_000],
    ['uint8', Number.NaN],
    ['uint8', Number.NEGATIVE_INFINITY],
  ])('is not written in %s where a weight is %d, and the weight is named', (type, value) => {
    const data = Float32Array.from(VALUES);
    data[1] = value;
    expect(() => writeLayersModel({ ...ARTIFACTS, data: data.buffer }, type)).toThrow(
      `The weight dense/kernel holds ${value}, which ${type} cannot hold; please write float32.`,
    );
  });

  it('keeps every shard under four megabytes, and joins weights across them', async () => {
    const count = 3_000_000;
    const values = Float32Array.from({ length: count }, (_, i) => i % 1000);
    const files = writeLayersModel({ ...ARTIFACTS, weights: [{ name: 'dense/kernel', shape: [count] }], data: values.buffer }, 'float32');
    expect(files.length).toBe(4);
    for (const { bytes } of files) expect(bytes.byteLength).toBeLessThan(4 * 1024 * 1024);
    const [model] = files;
    const shards = new Map(files.map(({ path, bytes }) => [path, bytes.slice().buffer]));
    const { data } = await readLayersModel(
      'model.json',
      new TextDecoder().decode(model?.bytes),
      (path) => shards.get(path) ?? new ArrayBuffer(),
    );
    expect(Buffer.compare(Buffer.from(data), Buffer.from(values.buffer))).toBe(0);
  });
});

describe('a broken layers-model ends in one sentence that names the file', () => {
  const sentence = (text: string, code = 'model-file-broken') => ({ code, message: expect.stringMatching(new RegExp(`${text}.*\\.$`)) });

  it.each([
    ['no JSON', '{"modelTopology":', 'model.json'],
    ['no object', '[]', 'model.json'],
    ['no model', '{"a":1}', 'model.json'],
  ])('%s', async (_what, text, name) => {
    await expect(readLayersModel(name, text, () => new ArrayBuffer())).rejects.toMatchObject(sentence(name));
  });

  it('a shard that is cut short', async () => {
    await expect(reread('float32', (_json, shard) => shard.subarray(0, 20))).rejects.toMatchObject(sentence('group1-shard1of1.bin'));
  });

  it('a shard that is too long', async () => {
    await expect(reread('float32', (_json, shard) => new Uint8Array([...shard, 0, 0, 0, 0]))).rejects.toMatchObject(
      sentence('group1-shard1of1.bin'),
    );
  });

  it('a weight kind that is unknown', async () => {
    const change = (json: { [key: string]: Json }, shard: Uint8Array) => {
      json.weightsManifest = [{ paths: ['a.bin'], weights: [{ name: 'w', shape: [8], dtype: 'complex64' }] }];
      return shard;
    };
    await expect(reread('float32', change)).rejects.toMatchObject(sentence('complex64', 'model-unsupported'));
  });

  it('a weight with an impossible shape', async () => {
    const change = (json: { [key: string]: Json }, shard: Uint8Array) => {
      json.weightsManifest = [{ paths: ['a.bin'], weights: [{ name: 'w', shape: [-8], dtype: 'float32' }] }];
      return shard;
    };
    await expect(reread('float32', change)).rejects.toMatchObject(sentence('model.json'));
  });
});
