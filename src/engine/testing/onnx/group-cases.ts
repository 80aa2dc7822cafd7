/** Channels in groups, which are a side of their own to whatever is no channel shuffle. */
import { type NodeOf, ONNX_TYPES, tensor } from '../../../formats/testing/onnx/onnx-writer.ts';
import type { ImageShape, OnnxCase } from './onnx-case.ts';

/** Six channels in two groups: the image's, and after them their squares. */
const CHANNELS = 6;
const GROUPS = 2;

const whole = (name: string, values: readonly number[]) => tensor(name, [values.length], values, { type: ONNX_TYPES.int64 });

function ofGroups(
  name: string,
  nodes: readonly NodeOf[],
  expected: (valueAt: (group: number, channel: number, cell: number) => number, cells: number) => number[],
  [groups, each] = [GROUPS, CHANNELS / GROUPS],
): OnnxCase {
  return {
    name,
    nodes: [
      { kind: 'Mul', inputs: ['x', 'x'], outputs: ['square'] },
      { kind: 'Concat', inputs: ['x', 'square'], outputs: ['six'], attributes: { axis: 1 } },
      { kind: 'Reshape', inputs: ['six', 'grouped'], outputs: ['g'] },
      ...nodes,
    ],
    tensors: [whole('grouped', [0, groups, each, 5, 7]), whole('plain', [0, CHANNELS, 5, 7]), whole('second', [1])],
    expected: (x: Float64Array, [, rows, columns]: ImageShape) => {
      const cells = rows * columns;
      return expected((group, channel, cell) => {
        const at = group * each + channel;
        const value = x[(at % 3) * cells + cell] ?? Number.NaN;
        return at < 3 ? value : value ** 2;
      }, cells);
    },
  };
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** For each cell of each channel. */
function each(channels: number, cells: number, compute: (channel: number, cell: number) => number): number[] {
  return range(channels).flatMap((channel) => range(cells).map((cell) => compute(channel, cell)));
}

export function groupCases(): OnnxCase[] {
  const step = (kind: string, attributes: NodeOf['attributes'], output = 'y', input = 'g'): NodeOf => ({
    kind,
    inputs: [input],
    outputs: [output],
    ...(attributes && { attributes }),
  });
  const plain = (input: string): NodeOf => ({ kind: 'Reshape', inputs: [input, 'plain'], outputs: ['y'] });
  return [
    ofGroups(
      'the mean of the groups',
      [{ kind: 'ReduceMean', inputs: ['g'], outputs: ['y'], attributes: { axes: [1], keepdims: 0 } }],
      (at, cells) => each(3, cells, (channel, cell) => (at(0, channel, cell) + at(1, channel, cell)) / 2),
    ),
    ofGroups(
      'the greatest channel of each group',
      [step('ReduceMax', { axes: [2], keepdims: 0 })],
      (at, cells) => each(3, cells, (group, cell) => Math.max(at(group, 0, cell), at(group, 1, cell))),
      [3, 2],
    ),
    ofGroups('groups that share one', [step('Softmax', { axis: 1 }, 's'), plain('s')], (at, cells) =>
      each(CHANNELS, cells, (channel, cell) => {
        const parts = range(GROUPS).map((group) => Math.exp(at(group, channel % 3, cell)));
        return (parts[Math.floor(channel / 3)] ?? 0) / ((parts[0] ?? 0) + (parts[1] ?? 0));
      }),
    ),
    ofGroups(
      'one group alone',
      [{ kind: 'Gather', inputs: ['g', 'second'], outputs: ['o'], attributes: { axis: 1 } }, step('Squeeze', { axes: [1] }, 'y', 'o')],
      (at, cells) => each(3, cells, (channel, cell) => at(1, channel, cell)),
    ),
    ofGroups(
      'groups that are turned, and then computed with',
      [step('Transpose', { perm: [0, 2, 1, 3, 4] }, 't'), step('Tanh', {}, 'h', 't'), plain('h')],
      (at, cells) => each(CHANNELS, cells, (channel, cell) => Math.tanh(at(channel % GROUPS, Math.floor(channel / GROUPS), cell))),
    ),
    ofGroups(
      'groups that come last',
      [step('Transpose', { perm: [0, 2, 3, 4, 1] }, 't'), step('ReduceMax', { axes: [4], keepdims: 0 }, 'y', 't')],
      (at, cells) => each(3, cells, (channel, cell) => Math.max(at(0, channel, cell), at(1, channel, cell))),
    ),
  ];
}
