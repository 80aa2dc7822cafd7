import { describe, expect, it } from 'vitest';
import { objectsIn } from '../json.ts';
import { readModel } from '../read-model.ts';
import {
  CONVOLVED,
  metadataOf,
  OPERATORS,
  OUTPUT,
  soundTflite,
  TENSORS,
  withOperator,
  withTensor,
} from '../testing/tflite/sound-tflite.ts';
import type { OperatorOf, TensorOf } from '../testing/tflite/tflite-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function open(bytes: Bytes) {
  return readModel([{ name: 'network.tflite', bytes }]);
}

async function layersOf(bytes: Bytes) {
  const { artifacts } = await open(bytes);
  return objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, name }) => `${name} ${kind}`);
}

async function weightOf(bytes: Bytes, wanted: string): Promise<number[]> {
  const { artifacts } = await open(bytes);
  let at = 0;
  for (const { name, shape } of artifacts.weights) {
    const count = shape.reduce((product, side) => product * side, 1);
    if (name === wanted) return [...new Float32Array(artifacts.data, at * 4, count)];
    at += count;
  }
  throw new Error(`there is no weight ${wanted}`);
}

/** With another operator between convolution and mean. */
function between(operator: Partial<OperatorOf>, tensors: Readonly<Record<string, TensorOf>> = {}): Bytes {
  const [convolution, mean, ...others] = OPERATORS as [OperatorOf, OperatorOf, ...OperatorOf[]];
  const added = { kind: 'RELU', inputs: [CONVOLVED], outputs: ['between'], ...operator };
  return soundTflite({
    operators: [convolution, added, { ...mean, inputs: ['between', 'sides'] }, ...others],
    tensors: { ...TENSORS, between: { shape: [1, 8, 8, 4] }, ...tensors },
  });
}

describe('models of TFLite', () => {
  it('call layers by what was fused, and the function of an operator is one of its own', async () => {
    expect(await layersOf(soundTflite())).toEqual([
      'image InputLayer',
      'conv Conv2D',
      'relu Activation',
      'pool GlobalAveragePooling2D',
      'scores Dense',
      'softmax Activation',
    ]);
  });

  it('are read whichever field says the kinds of their operators', async () => {
    expect((await open(soundTflite({ isOld: true }))).artifacts).toEqual((await open(soundTflite())).artifacts);
  });

  it('leave the size open where the file does', async () => {
    const { artifacts } = await open(withTensor('image', { shape: [1, 1, 1, 3], signature: [-1, -1, -1, 3] }));
    const [input] = objectsIn(artifacts.topology.config.layers);
    expect(input?.config).toMatchObject({ batch_input_shape: [null, null, null, 3] });
  });

  it('may take their images as torch has them', async () => {
    const [convolution, ...others] = OPERATORS as [OperatorOf, ...OperatorOf[]];
    const operators = [
      { kind: 'TRANSPOSE', inputs: ['image', 'order'], outputs: ['turned'] },
      { ...convolution, inputs: ['turned', 'w', 'b'] },
      ...others,
    ];
    const tensors = {
      ...TENSORS,
      image: { shape: [1, 3, 8, 8] },
      order: { shape: [4], type: 'int32', values: [0, 2, 3, 1] } as const,
      turned: { shape: [1, 8, 8, 3] },
    };
    const model = soundTflite({ operators, tensors, metadata: metadataOf({ mean: [0], std: [1] }) });
    const { artifacts, manifest } = await open(model);
    const [input, layer] = objectsIn(artifacts.topology.config.layers);
    expect(input?.config).toMatchObject({ batch_input_shape: [null, 8, 8, 3] });
    expect(layer?.class_name).toBe('Conv2D');
    expect(manifest.preprocessing).toMatchObject({ channels: 'rgb', scale: 1 });
  });

  it('take weights from beyond the FlatBuffer', async () => {
    const own = await weightOf(soundTflite(), 'conv/bias');
    const shortened = withTensor('b', { bufferFields: { 1: { uint64: 0 }, 2: { uint64: 16 } } });
    // The place is only known once the file is written: it is as long whatever it says.
    const place = Math.ceil(shortened.length / 16) * 16;
    const written = withTensor('b', { bufferFields: { 1: { uint64: place }, 2: { uint64: 16 } } });
    const whole = new Uint8Array(place + 16);
    whole.set(written);
    whole.set(new Uint8Array(Float32Array.from(own).buffer), place);
    expect(await weightOf(whole, 'conv/bias')).toEqual(own);
  });

  it('give floats for whole numbers: of one scale, and of one for each filter', async () => {
    const values = Array.from({ length: 12 }, (_, i) => i * 10 - 60);
    const dense = (quantization: TensorOf['quantization']) =>
      weightOf(withTensor('v', { type: 'int8', values, ...(quantization && { quantization }) }), 'scores/kernel');
    const turned = (scaled: readonly number[]) => [0, 1, 2, 3].flatMap((row) => [0, 1, 2].map((unit) => scaled[unit * 4 + row] ?? 0));
    expect(await dense({ scales: [0.5], zeros: [-60] })).toEqual(turned(values.map((value) => (value + 60) * 0.5)));
    const perUnit = values.map((value, i) => value * ([0.5, 2, 4][Math.floor(i / 4)] ?? 0));
    expect(await dense({ scales: [0.5, 2, 4], side: 0 })).toEqual(turned(perUnit));
    const perRow = values.map((value, i) => (value - (i % 4)) * ((i % 4) + 1));
    expect(await dense({ scales: [1, 2, 3, 4], zeros: [0, 1, 2, 3], side: 1 })).toEqual(turned(perRow));
  });

  it('have biases whose scales are said to be along a side of the weights', async () => {
    const quantization = { scales: [1, 0.5, 0.25, 2], side: 3 };
    const model = withTensor('b', { type: 'int32', values: [1, 2, 4, 8], quantization });
    expect(await weightOf(model, 'conv/bias')).toEqual([1, 1, 1, 16]);
  });

  it('have a ReLU where whole numbers begin at zero', async () => {
    const quantized = (zero: number, scale: number): Bytes => {
      const options = { 0: { int8: 0 }, 1: { int32: 1 }, 2: { int32: 1 } };
      return withOperator(
        0,
        { options },
        { [CONVOLVED]: { shape: [1, 8, 8, 4], type: 'int8', quantization: { scales: [scale], zeros: [zero] } } },
      );
    };
    expect(await layersOf(quantized(-128, 0.1))).toContain('relu Activation');
    const { artifacts } = await open(quantized(-128, 6 / 255));
    const found = objectsIn(artifacts.topology.config.layers).find(({ name }) => name === 'relu');
    expect(found?.config).toMatchObject({ activation: 'relu6' });
    expect((await layersOf(quantized(-127, 0.1))).join()).not.toContain('relu');
  });

  it('have one too where a difference of what is not negative is held so', async () => {
    const positive = { type: 'int8', quantization: { scales: [0.1], zeros: [-128] } } as const;
    const tensors = { [CONVOLVED]: { shape: [1, 8, 8, 4], ...positive }, between: { shape: [1, 8, 8, 4], ...positive } };
    const activations = async (kind: string) =>
      (await layersOf(between({ kind, inputs: [CONVOLVED, CONVOLVED] }, tensors))).filter((layer) => layer.endsWith('Activation'));
    expect(await activations('SUB')).toContain('between/activation Activation');
    expect(await activations('ADD')).toEqual(['relu Activation', 'softmax Activation']);
  });

  it('leave out outputs that only count the scores, and say so', async () => {
    const best: OperatorOf = { kind: 'ARG_MAX', inputs: [OUTPUT, 'axis'], outputs: ['best'] };
    const tensors: Record<string, TensorOf> = {
      ...TENSORS,
      axis: { shape: [], type: 'int32', values: [1] },
      best: { shape: [1], type: 'int32' },
    };
    const { artifacts, remark } = await open(soundTflite({ tensors, operators: [...OPERATORS, best], outputs: ['best', OUTPUT] }));
    expect(artifacts.topology.config.output_layers).toHaveLength(1);
    expect(remark).toContain('The output best of network.tflite is left out, because its node best (ARG_MAX) cannot be run here.');
  });

  it('may hold subgraphs before the one that takes an image', async () => {
    const training = { 0: { tables: [] }, 1: { int32s: [] }, 2: { int32s: [] }, 3: { tables: [] } };
    expect(await layersOf(soundTflite({ before: [training], called: [0, 1] }))).toEqual(await layersOf(soundTflite()));
    await expect(open(soundTflite({ before: [training], called: [0] }))).rejects.toThrow('has 0 inputs');
  });

  it('of whole numbers are run with floats, and say so', async () => {
    const output = { type: 'int8', quantization: { scales: [0.1], zeros: [3] } } as const;
    const { remark } = await open(withTensor(CONVOLVED, output));
    expect(remark).toContain('computes with whole numbers (int8) and is run with floats here');
    expect((await open(soundTflite())).remark).not.toContain('whole numbers');
  });

  it('dilate windows that are written out as batches', async () => {
    const [convolution, ...others] = OPERATORS as [OperatorOf, ...OperatorOf[]];
    const valid = { 0: { int8: 1 }, 1: { int32: 1 }, 2: { int32: 1 }, 3: { int8: 1 } };
    const list = (shape: readonly number[], values: readonly number[]): TensorOf => ({ shape, type: 'int32', values });
    const operators = [
      { kind: 'SPACE_TO_BATCH_ND', inputs: ['image', 'block', 'paddings'], outputs: ['batches'] },
      { ...convolution, inputs: ['batches', 'w', 'b'], outputs: ['convolved'], options: valid },
      { kind: 'BATCH_TO_SPACE_ND', inputs: ['convolved', 'block', 'cut'], outputs: [CONVOLVED] },
      ...others,
    ];
    const tensors = {
      ...TENSORS,
      block: list([2], [3, 3]),
      paddings: list([2, 2], [3, 4, 3, 4]),
      cut: list([2, 2], [0, 1, 0, 1]),
      batches: { shape: [9, 5, 5, 3] },
      convolved: { shape: [9, 3, 3, 4] },
    };
    const { artifacts } = await open(soundTflite({ operators, tensors }));
    const [, layer] = objectsIn(artifacts.topology.config.layers);
    expect(layer).toMatchObject({ class_name: 'Conv2D', config: { dilation_rate: [3, 3], padding: 'same' } });
  });

  it('pool maxima around which the least number is padded', async () => {
    const [convolution, mean, ...others] = OPERATORS as [OperatorOf, OperatorOf, ...OperatorOf[]];
    const options = { 0: { int8: 1 }, 1: { int32: 2 }, 2: { int32: 2 }, 3: { int32: 3 }, 4: { int32: 3 } };
    const operators = [
      convolution,
      { kind: 'PADV2', inputs: [CONVOLVED, 'paddings', 'least'], outputs: ['padded'] },
      { kind: 'MAX_POOL_2D', inputs: ['padded'], outputs: ['pooled'], options },
      { ...mean, inputs: ['pooled', 'sides'] },
      ...others,
    ];
    const tensors = {
      ...TENSORS,
      paddings: { shape: [4, 2], type: 'int32', values: [0, 0, 1, 1, 1, 1, 0, 0] } as const,
      least: { shape: [], values: [Number.NEGATIVE_INFINITY] },
      padded: { shape: [1, 10, 10, 4] },
      pooled: { shape: [1, 4, 4, 4] },
    };
    expect(await layersOf(soundTflite({ operators, tensors }))).toContain('pooled PaddedMaxPooling2D');
  });

  it('say how many operators cannot be run, and name the first', async () => {
    await expect(open(between({ kind: 'ARG_MAX' }))).rejects.toThrow(
      'In network.tflite 1 of 5 operators cannot be run here, the first of which is between (ARG_MAX); please give a convolutional network of other operators.',
    );
    await expect(open(between({ kind: 'custom:FlexErf' }))).rejects.toThrow('between (FlexErf)');
  });

  it('of transformers are refused as what they are', async () => {
    const softmax = { kind: 'SOFTMAX', inputs: [CONVOLVED], outputs: ['soft'], options: { 0: { float: 1 } } };
    const [convolution, mean, ...others] = OPERATORS as [OperatorOf, OperatorOf, ...OperatorOf[]];
    const product = { kind: 'BATCH_MATMUL', inputs: ['soft', CONVOLVED], outputs: ['between'] };
    const operators = [convolution, softmax, product, { ...mean, inputs: ['between', 'sides'] }, ...others];
    const tensors = { ...TENSORS, soft: { shape: [1, 8, 8, 4] }, between: { shape: [1, 8, 8, 4] } };
    await expect(open(soundTflite({ operators, tensors }))).rejects.toThrow('is a transformer (its node between (MatMul)');
  });
});
