/** A tensor that is repeated along its sides is what it is beside itself: the same scores and maps, on every backend. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../formats/read-model.ts';
import { type NodeOf, ONNX_TYPES, tensor, valueInfo } from '../formats/testing/onnx/onnx-writer.ts';
import { NODES, numbers, soundOnnx } from '../formats/testing/onnx/sound-onnx.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, unevenImage } from './testing/test-engine.ts';

const [CONV, ...REST] = NODES as [NodeOf, ...NodeOf[]];
const FILE = 'network.onnx';

const node = (kind: string, inputs: string[], output: string, attributes: NodeOf['attributes'] = {}): NodeOf => ({
  kind,
  name: `/${output}`,
  inputs,
  outputs: [output],
  attributes,
});

const times = (name: string, counts: readonly number[]) => tensor(name, [counts.length], counts, { type: ONNX_TYPES.int64 });

const TENSORS = [
  tensor('w', [4, 3, 3, 3], numbers([4, 3, 3, 3])),
  tensor('b', [4], numbers([4])),
  tensor('w2', [4, 4, 3, 2], numbers([4, 4, 3, 2])),
  tensor('wide', [4, 8, 3, 2], numbers([4, 8, 3, 2])),
  tensor('v', [3, 4], numbers([3, 4])),
  tensor('d', [3], numbers([3])),
  times('colours', [1, 3, 1, 1]),
  times('rows', [1, 1, 2, 1]),
  times('cells', [1, 1, 2, 3]),
  times('all', [1, 2, 1, 2]),
];

/** A grey image as three colours, a convolution, what is repeated of it, and another convolution. */
function network(colours: NodeOf, repeated: readonly NodeOf[], kernel: string) {
  const second = { ...node('Conv', ['r', kernel], 'c2'), attributes: { kernel_shape: [3, 2] } };
  const [relu, ...others] = REST as [NodeOf, ...NodeOf[]];
  const nodes = [colours, { ...CONV, inputs: ['rgb', 'w', 'b'] }, ...repeated, second, { ...relu, inputs: ['c2'], outputs: ['r2'] }];
  const [pool, ...end] = others as [NodeOf, ...NodeOf[]];
  const inputs = [valueInfo('image', ['batch', 1, 6, 5])];
  return soundOnnx({ nodes: [...nodes, { ...pool, inputs: ['r2'] }, ...end], tensors: TENSORS, inputs });
}

const THREE = node('Concat', ['image', 'image', 'image'], 'rgb', { axis: 1 });
const TILED = node('Tile', ['image', 'colours'], 'rgb');
const beside = (from: string, to: string, axis: number, count: number) =>
  node(
    'Concat',
    Array.from({ length: count }, () => from),
    to,
    { axis },
  );

const CASES = [
  ['rows', [beside('c', 'r', 2, 2)], 'w2'],
  ['cells', [beside('c', 'twice', 2, 2), beside('twice', 'r', 3, 3)], 'w2'],
  ['all', [beside('c', 'twice', 1, 2), beside('twice', 'r', 3, 2)], 'wide'],
] as const;

describe.each(await availableBackends())('what is repeated on %s', (backend) => {
  let engine: LocalEngine;
  let bytes: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    const openModel = () => readModel([{ name: FILE, bytes }]);
    engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
    await engine.start(backend);
  });
  afterAll(() => engine.dispose());

  async function explained(of: Uint8Array<ArrayBuffer>) {
    bytes = of;
    await engine.loadModel({ kind: 'files', id: FILE, files: [], input: null, output: null }, () => {});
    const question = { image: { id: 'image', pixels: unevenImage(5, 6) }, layer: 'conv/Conv', classIndex: 1, score: 'logit' } as const;
    const { logits, results } = await explain(engine, { ...question, methods: ['grad-cam', 'fast-ablation-cam'] });
    const values = results.flatMap((result) => ('sweep' in result ? [...(result.sweep.logits ?? [])] : [...result.map.values]));
    return [...logits, ...values];
  }

  it.each(CASES)('along its sides (%s)', async (name, repeated, kernel) => {
    const wanted = await explained(network(THREE, repeated, kernel));
    const found = await explained(network(TILED, [node('Tile', ['c', name], 'r')], kernel));
    expect(found.length).toBe(wanted.length);
    const off = found.map((value, i) => Math.abs(value - (wanted[i] ?? Number.NaN)));
    expect(Math.max(...off)).toBeLessThan(1e-5 * Math.max(...wanted.map(Math.abs)));
  });
});
