/** What ONNX files say of the images that their networks take, and what they leave open. */
import { describe, expect, it } from 'vitest';
import { objectsIn } from '../json.ts';
import { readModel } from '../read-model.ts';
import { type NodeOf, ONNX_TYPES, tensor, valueInfo } from '../testing/onnx/onnx-writer.ts';
import { NODES, numbers, soundOnnx, TENSORS } from '../testing/onnx/sound-onnx.ts';

const open = (bytes: Uint8Array<ArrayBuffer>) => readModel([{ name: 'network.onnx', bytes }]);

async function shapeOf(bytes: Uint8Array<ArrayBuffer>) {
  const { artifacts, choices } = await open(bytes);
  return { input: objectsIn(artifacts.topology.config.layers)[0]?.config, choices };
}

const OPEN = ['batch', 'a', 'b', 'c'] as const;

const TURNED: readonly NodeOf[] = [
  { kind: 'Transpose', name: '/turn', inputs: ['image'], outputs: ['turned'], attributes: { perm: [0, 3, 1, 2] } },
  ...NODES.map((node) => ({ ...node, inputs: node.inputs.map((input) => (input === 'image' ? 'turned' : input)) })),
];

describe('inputs of ONNX files', () => {
  it.each([1, 3, 4])('take as many channels as their weights do where all sides are open: %i', async (count) => {
    const shape = [4, count, 3, 3];
    const graph = soundOnnx({ inputs: [valueInfo('image', OPEN)], tensors: [tensor('w', shape, numbers(shape)), ...TENSORS.slice(1)] });
    expect((await shapeOf(graph)).input).toMatchObject({ batch_input_shape: [null, null, null, count] });
  });

  it('are laid out as fits where all sides are open', async () => {
    const first = await shapeOf(soundOnnx({ inputs: [valueInfo('image', OPEN)] }));
    const last = await shapeOf(soundOnnx({ inputs: [valueInfo('image', OPEN)], nodes: TURNED }));
    expect([first, last].map(({ choices }) => choices?.[0]?.chosen)).toEqual(['channels-first', 'channels-last']);
    expect(last.input).toMatchObject({ batch_input_shape: [null, null, null, 3] });
  });

  it('are as somebody chose them, be it wrong', async () => {
    const files = [{ name: 'network.onnx', bytes: soundOnnx({ inputs: [valueInfo('image', OPEN)], nodes: TURNED }) }];
    await expect(readModel(files, undefined, null, { layout: 'channels-first' })).rejects.toThrow('do not fit together');
  });

  it('that are whole numbers get the values that images have', async () => {
    const { manifest, isGuessed } = await open(soundOnnx({ inputs: [valueInfo('image', ['batch', 3, 8, 8], {}, ONNX_TYPES.uint8)] }));
    expect(manifest.preprocessing).toMatchObject({ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
    expect(isGuessed).toBe(false);
    expect((await open(soundOnnx())).isGuessed).toBe(true);
  });
});
