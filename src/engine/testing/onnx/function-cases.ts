/** Functions of single values. */
import { type AttributeOf, type NodeOf, tensor } from '../../../formats/testing/onnx/onnx-writer.ts';
import type { OnnxCase } from './onnx-case.ts';

/** Half of the image's values below zero, up to `scale / 2`. */
function aroundZero(scale: number, ...nodes: readonly NodeOf[]): Pick<OnnxCase, 'nodes' | 'tensors'> {
  return {
    nodes: [
      { kind: 'Sub', inputs: ['x', 'half'], outputs: ['centred'] },
      { kind: 'Mul', inputs: ['centred', 'scale'], outputs: ['v'] },
      ...nodes,
    ],
    tensors: [tensor('half', [], [0.5]), tensor('scale', [], [scale])],
  };
}

function ofEach(
  name: string,
  kind: string,
  attributes: Readonly<Record<string, AttributeOf>>,
  opset: number,
  compute: (value: number) => number,
): OnnxCase {
  const scale = 6;
  const node = { kind, inputs: ['v'], outputs: ['y'], attributes };
  return { name, opset, ...aroundZero(scale, node), expected: (x) => x.map((value) => compute((value - 0.5) * scale)) };
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

export function functionCases(): OnnxCase[] {
  return [
    ...[0, 0.5, 1, 2, -1.5].map((alpha) =>
      ofEach(`Swish of ${alpha}`, 'Swish', { alpha: { float: alpha } }, 24, (value) => value * sigmoid(alpha * value)),
    ),
    ofEach('Sign', 'Sign', {}, 13, Math.sign),
    {
      name: 'Log',
      nodes: [
        { kind: 'Add', inputs: ['x', 'some'], outputs: ['v'] },
        { kind: 'Log', inputs: ['v'], outputs: ['y'] },
      ],
      tensors: [tensor('some', [], [0.01])],
      expected: (x) => x.map((value) => Math.log(value + 0.01)),
    },
    ofEach('Swish', 'Swish', {}, 24, (value) => value * sigmoid(value)),
  ];
}
