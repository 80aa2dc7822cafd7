import { describe, expect, it } from 'vitest';
import type { GivenFile } from '../../given-file.ts';
import { objectsIn } from '../../json.ts';
import { readModel } from '../../read-model.ts';
import { valuesOf } from '../../testing/sound-network.ts';
import { text, type WeightOf, whole, wholes } from '../../testing/tfjs/graph-model-writer.ts';
import {
  floats,
  NODES,
  numbers,
  soundGraphModel,
  WEIGHTS,
  withInserted,
  withNode,
  withWeight,
} from '../../testing/tfjs/sound-graph-model.ts';

async function layersOf(files: readonly GivenFile[]): Promise<string[]> {
  const { artifacts } = await readModel(files);
  return objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, name }) => `${name} ${kind}`);
}

/** The values of a weight, by its name in the network. */
async function valuesIn(files: readonly GivenFile[], name: string): Promise<number[]> {
  const { artifacts } = await readModel(files);
  let at = 0;
  for (const { name: own, shape } of artifacts.weights) {
    const count = shape.reduce((product, side) => product * side, 1);
    if (own === name) return [...new Float32Array(artifacts.data, at, count)];
    at += count * 4;
  }
  throw new Error(`${name} is no weight`);
}

describe('graph-models', () => {
  it('call layers by their nodes, without the scopes that all of them stand in', async () => {
    expect(await layersOf(soundGraphModel())).toEqual([
      'image InputLayer',
      'conv/BiasAdd Conv2D',
      'conv/Relu Activation',
      'pool/Mean GlobalAveragePooling2D',
      'dense/BiasAdd Dense',
      'dense/Softmax Activation',
    ]);
  });

  it('hold kernels as Keras lays them out, which is how TensorFlow does', async () => {
    expect(await valuesIn(soundGraphModel(), 'conv/BiasAdd/kernel')).toEqual([...valuesOf([3, 3, 3, 4])].map(Math.fround));
  });

  it('keep a bias apart that is taken elsewhere too', async () => {
    const nodes = NODES.map((node) =>
      node.name.endsWith('/Relu') ? { ...node, input: ['StatefulPartitionedCall/net/conv/Conv2D'] } : node,
    );
    const [bias] = NODES.filter(({ name }) => name.endsWith('conv/BiasAdd'));
    const layers = await layersOf(soundGraphModel({ nodes: [...nodes, { name: 'sum', op: 'AddV2', input: [bias?.name ?? '', 'x'] }] }));
    expect(layers).toContain('conv/Conv2D Conv2D');
  });

  it('give what their signature says, in its order', async () => {
    const { artifacts } = await readModel(
      soundGraphModel({ outputs: { b: 'Identity:0', a: 'StatefulPartitionedCall/net/dense/BiasAdd' } }),
    );
    expect(artifacts.topology.config.output_layers).toEqual([
      ['dense/Softmax', 0, 0],
      ['dense/BiasAdd', 0, 0],
    ]);
  });

  it('leave out what only counts the scores, and say so', async () => {
    const classes = { name: 'classes', op: 'ArgMax', input: ['Identity', 'side'] };
    const side: WeightOf = { shape: [], values: [1], dtype: 'int32' };
    const outputs = { classes: 'classes:0', scores: 'Identity:0' };
    const { artifacts, remark } = await readModel(soundGraphModel({ nodes: [...NODES, classes], weights: { ...WEIGHTS, side }, outputs }));
    expect(artifacts.topology.config.output_layers).toEqual([['dense/Softmax', 0, 0]]);
    expect(remark).toContain('The output classes of model.json is left out, because its node classes (ArgMax) cannot be run here.');
  });

  it('are prepared as their family is, which names tell', async () => {
    const rename = (name: string) => name.replace('net/', 'MobilenetV1/');
    const nodes = NODES.map((node) => ({ ...node, name: rename(node.name), input: (node.input ?? []).map(rename) }));
    const weights = Object.fromEntries(Object.entries(WEIGHTS).map(([name, weight]) => [rename(name), weight]));
    const { remark } = await readModel(soundGraphModel({ nodes, weights }));
    expect(remark).toContain('as it looks like a MobileNet');
  });

  it('take whole numbers as images, which are floats here', async () => {
    const nodes = NODES.map((node) => (node.op === 'Conv2D' ? { ...node, input: ['floats', node.input?.[1] ?? ''] } : node));
    const cast = { name: 'floats', op: 'Cast', input: ['image'], attr: { SrcT: { type: 'DT_UINT8' }, DstT: { type: 'DT_FLOAT' } } };
    expect(await layersOf(soundGraphModel({ nodes: [...nodes, cast] }))).toHaveLength(6);
  });

  it('give what nobody takes where they have no signature', async () => {
    const { artifacts } = await readModel(soundGraphModel({ more: { signature: null } }));
    expect(artifacts.topology.config.output_layers).toEqual([['dense/Softmax', 0, 0]]);
  });

  it('have their signature among what was noted by hand in older files', async () => {
    const signature = { outputs: { scores: { name: 'StatefulPartitionedCall/net/dense/BiasAdd:0' } } };
    const { artifacts } = await readModel(soundGraphModel({ more: { signature: null, userDefinedMetadata: { signature } } }));
    expect(artifacts.topology.config.output_layers).toEqual([['dense/BiasAdd', 0, 0]]);
  });

  it('take images of any size where nothing depends on it', async () => {
    const { artifacts, remark } = await readModel(soundGraphModel({ inputs: { image: { name: 'image:0', shape: [-1, -1, -1, 3] } } }));
    const [input] = objectsIn(artifacts.topology.config.layers);
    expect(input?.config).toMatchObject({ batch_input_shape: [null, null, null, 3] });
    expect(remark).not.toContain('laid out for');
  });

  it('take images whose channels come first where they were made of another framework’s', async () => {
    const attr = { strides: wholes(1, 1, 1, 1), padding: text('SAME'), data_format: text('NCHW') };
    const nodes = NODES.map((node) => {
      if (node.op === 'Conv2D') return { ...node, attr };
      return node.name.endsWith('conv/BiasAdd') ? { ...node, attr: { data_format: text('NCHW') } } : node;
    });
    const weights = { ...WEIGHTS, 'StatefulPartitionedCall/net/pool/axes': numbers(2, 3) };
    const layers = await layersOf(soundGraphModel({ nodes, weights, inputs: { image: { name: 'image:0', shape: [-1, 3, 8, 8] } } }));
    expect(layers.slice(1, 4)).toEqual(['conv/BiasAdd Conv2D', 'conv/Relu Activation', 'pool/Mean GlobalAveragePooling2D']);
  });

  it('leave out what is only asked in training', async () => {
    const nodes = [
      ...NODES.slice(0, -1),
      { name: 'training', op: 'PlaceholderWithDefault', input: ['no'] },
      { name: 'Identity', op: 'IdentityN', input: ['StatefulPartitionedCall/net/dense/Softmax', 'training'] },
    ];
    const no: WeightOf = { shape: [], values: [0], dtype: 'bool' };
    expect(await layersOf(soundGraphModel({ nodes, weights: { ...WEIGHTS, no } }))).toHaveLength(6);
  });

  it('have class names beside them, as Teachable Machine writes them', async () => {
    const names = { name: 'metadata.json', bytes: new TextEncoder().encode('{"labels": ["a", "b", "c"]}') as Uint8Array<ArrayBuffer> };
    const { manifest } = await readModel([...soundGraphModel(), names]);
    expect(manifest.classNames).toEqual(['a', 'b', 'c']);
  });

  it('say how many nodes cannot be run, and name the first', async () => {
    await expect(readModel(withInserted({ op: 'Cholesky' }))).rejects.toThrow(
      'In model.json 1 of 8 nodes cannot be run here, the first of which is between (tf.Cholesky); please give a convolutional network of other operations.',
    );
  });

  it('that choose while they run are refused as such', async () => {
    await expect(readModel(withInserted({ op: 'StatelessIf' }))).rejects.toThrow(
      'repeats or chooses parts of itself while it runs (its node StatefulPartitionedCall/net/between (StatelessIf))',
    );
  });

  it('of transformers are refused as what they are', async () => {
    const files = soundGraphModel({
      nodes: NODES.map((node) => (node.op === 'MatMul' ? { ...node, op: 'BatchMatMulV2', input: ['softmax', 'softmax'] } : node)).concat({
        name: 'softmax',
        op: 'Softmax',
        input: ['StatefulPartitionedCall/net/conv/Relu'],
      }),
    });
    await expect(readModel(files)).rejects.toThrow('is a transformer');
  });
});

describe('weights of graph-models', () => {
  const shape = [3, 3, 3, 4];
  const count = 108;
  const steps = Uint8Array.from({ length: count }, (_, i) => i);

  it.each([
    ['uint8', steps, (i: number) => Math.fround(i * 0.5 - 1)],
    ['uint16', new Uint8Array(Uint16Array.from(steps, (i) => i * 300).buffer), (i: number) => Math.fround(i * 300 * 0.5 - 1)],
  ] as const)('are read as %s', async (dtype, bytes, right) => {
    const stored = { bytes, quantization: { dtype, scale: 0.5, min: -1 } };
    const values = await valuesIn(withWeight('conv/kernel', { shape, values: [], stored }), 'conv/BiasAdd/kernel');
    expect(values).toEqual(Array.from({ length: count }, (_, i) => right(i)));
  });

  it('are read as halves', async () => {
    const stored = { bytes: new Uint8Array(new Uint16Array(count).fill(0x3c00).buffer), quantization: { dtype: 'float16' } };
    const values = await valuesIn(withWeight('conv/kernel', { shape, values: [], stored }), 'conv/BiasAdd/kernel');
    expect(values).toEqual(Array.from({ length: count }, () => 1));
  });

  it('of whole numbers are rounded, as shapes are', async () => {
    const stored = { bytes: Uint8Array.from([0, 2]), quantization: { dtype: 'uint8', scale: 0.4999, min: 1 } };
    const axes: WeightOf = { shape: [2], values: [], dtype: 'int32', stored };
    expect(await layersOf(withWeight('pool/axes', axes))).toContain('pool/Mean GlobalAveragePooling2D');
  });

  it('of texts lie among them, and are passed by', async () => {
    const table: WeightOf = {
      shape: [2],
      values: [],
      dtype: 'string',
      stored: { bytes: Uint8Array.from([1, 0, 0, 0, 97, 2, 0, 0, 0, 98, 99]) },
    };
    expect(await layersOf(soundGraphModel({ weights: { table, ...WEIGHTS } }))).toHaveLength(6);
  });
});

describe('slices of graph-models', () => {
  it('that take nothing are refused', async () => {
    const parts = { begin: numbers(0, 4, 0, 0), end: numbers(0, 4, 0, 0), strides: numbers(1, 1, 1, 1) };
    const attr = { begin_mask: whole(13), end_mask: whole(13) };
    await expect(readModel(withInserted({ op: 'StridedSlice', input: ['begin', 'end', 'strides'], attr }, parts))).rejects.toThrow(
      'takes nothing of what goes in',
    );
  });

  it('that pick one image of a batch are refused', async () => {
    const parts = { begin: numbers(0), end: numbers(1), strides: numbers(1) };
    const attr = { shrink_axis_mask: whole(1) };
    await expect(readModel(withInserted({ op: 'StridedSlice', input: ['begin', 'end', 'strides'], attr }, parts))).rejects.toThrow(
      'lays out several images of a batch together',
    );
  });
});

describe('nodes of graph-models', () => {
  it('that lack a tensor are named', async () => {
    await expect(readModel(withNode('/Conv2D', { input: ['image'] }))).rejects.toThrow('(its input 2 is missing)');
  });

  it('of convolutions that fit no image are named', async () => {
    await expect(readModel(withWeight('conv/kernel', floats(3, 3, 5, 4)))).rejects.toThrow('the node conv/BiasAdd (Conv)');
  });
});
