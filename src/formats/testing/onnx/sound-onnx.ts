/** A small sound ONNX graph: a convolution, a ReLU, the mean of every channel, and three scores. */
import { valuesOf } from '../sound-network.ts';
import { type NodeOf, type OnnxFileOf, onnxFile, tensor, valueInfo } from './onnx-writer.ts';

export const NODES: readonly NodeOf[] = [
  {
    kind: 'Conv',
    name: '/conv/Conv',
    inputs: ['image', 'w', 'b'],
    outputs: ['c'],
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
  },
  { kind: 'Relu', name: '/relu/Relu', inputs: ['c'], outputs: ['r'] },
  { kind: 'GlobalAveragePool', name: '/pool/GlobalAveragePool', inputs: ['r'], outputs: ['p'] },
  { kind: 'Flatten', name: '/Flatten', inputs: ['p'], outputs: ['f'] },
  { kind: 'Gemm', name: '/scores/Gemm', inputs: ['f', 'v', 'd'], outputs: ['scores'], attributes: { transB: 1 } },
];

export function numbers(shape: readonly number[]): number[] {
  return Array.from(valuesOf(shape));
}

const SHAPES: Readonly<Record<string, readonly number[]>> = { w: [4, 3, 3, 3], b: [4], v: [3, 4], d: [3] };

export const TENSORS: readonly Uint8Array[] = Object.entries(SHAPES).map(([name, shape]) => tensor(name, shape, numbers(shape)));

export function soundOnnx(change: Partial<OnnxFileOf> = {}): Uint8Array<ArrayBuffer> {
  return onnxFile({ nodes: NODES, tensors: TENSORS, inputs: [valueInfo('image', ['batch', 3, 8, 8])], outputs: ['scores'], ...change });
}

/** The sound graph with one node in another's place. */
export function withNode(place: number, change: Partial<NodeOf>): Uint8Array<ArrayBuffer> {
  return soundOnnx({ nodes: NODES.map((node, i) => (i === place ? { ...node, ...change } : node)) });
}
