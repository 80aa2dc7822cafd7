import { describe, expect, it } from 'vitest';
import { objectsIn } from '../../json.ts';
import { networkOfGraph } from '../network-of-graph.ts';
import { constant, wholeNumbers } from '../nodes/constant.ts';
import { simplified } from '../simplified.ts';
import { withActivation } from './fused-activations.ts';
import {
  convolution,
  depthwiseKernel,
  imageOperation,
  KERNEL_ORDERS,
  padding,
  pooling,
  resizing,
  transposedConvolution,
  turned,
} from './image-nodes.ts';
import { NodeWriter } from './node-writer.ts';

const EACH = { strides: [1, 1], dilations: [1, 1], channels: 'last' } as const;

function ascending(shape: readonly number[]) {
  const count = shape.reduce((product, side) => product * side, 1);
  return constant(
    shape,
    Float32Array.from({ length: count }, (_, i) => i),
    true,
  );
}

/** The layers of a network of these nodes, which take `image` and give `y`, and the values of its weights. */
function networkOf(write: (writer: NodeWriter) => void, side: number | null = 8) {
  const writer = new NodeWriter(new Map(), ['image', 'y']);
  write(writer);
  const graph = {
    nodes: writer.nodes,
    constants: writer.constants,
    inputs: [{ name: 'image', shape: [null, side, side, 3] }],
    outputs: ['y'],
    opset: 18,
  };
  const { artifacts, chosenSize } = networkOfGraph('model.json', simplified('model.json', graph), () => {});
  const layers = objectsIn(artifacts.topology.config.layers);
  return {
    chosenSize,
    kinds: layers.slice(1).map(({ class_name: kind, name }) => `${name} ${kind}`),
    config: Object.assign({}, ...layers.map(({ config }) => config)),
    weights: artifacts.weights,
    values: new Float32Array(artifacts.data),
  };
}

const Y = { name: 'y', output: 'y' };

describe('images with channels last', () => {
  it('are convolved by one layer, with the kernel that the other framework has', () => {
    const kernel = ascending([3, 3, 3, 4]);
    const found = networkOf((writer) => {
      const filters = turned(writer, 'y', writer.constant('w', kernel), KERNEL_ORDERS.lastFilters);
      convolution(writer, Y, { x: 'image', kernel: filters, padding: 'same', groups: 0, ...EACH });
    });
    expect(found.kinds).toEqual(['y Conv2D']);
    expect(found.weights).toEqual([{ name: 'y/kernel', shape: [3, 3, 3, 4] }]);
    expect(found.values).toEqual(kernel.values);
  });

  it('take kernels whose filters come first', () => {
    const found = networkOf((writer) => {
      const filters = turned(writer, 'y', writer.constant('w', ascending([2, 1, 1, 3])), KERNEL_ORDERS.firstFilters);
      convolution(writer, Y, { x: 'image', kernel: filters, padding: 'valid', groups: 1, ...EACH });
    });
    expect([...found.values]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('are padded as Keras pads, whatever their size, where a window moves on by more than a cell', () => {
    const found = networkOf((writer) => {
      const kernel = depthwiseKernel(writer, 'y', writer.constant('w', ascending([3, 3, 3, 2])));
      convolution(writer, Y, { x: 'image', kernel, padding: 'same', groups: 3, ...EACH, strides: [2, 2] });
    }, null);
    expect(found).toMatchObject({ kinds: ['y DepthwiseConv2D'], chosenSize: null, config: { padding: 'same', depth_multiplier: 2 } });
    expect(found.values).toEqual(ascending([3, 3, 3, 2]).values);
  });

  it('are pooled, padded and resized without a layer more', () => {
    const found = networkOf((writer) => {
      const paddings = writer.constant('y', wholeNumbers([0, 0, 1, 2, 3, 4, 0, 0], [4, 2]));
      padding(writer, { name: 'pad', output: 'p' }, { x: 'image', paddings, channels: 'last' });
      const window = { window: [2, 2], strides: [2, 2] } as const;
      pooling(writer, { name: 'pool', output: 'q' }, { x: 'p', kind: 'Max', padding: 'same', channels: 'last', ...window });
      const size = writer.constant('y', wholeNumbers([9, 8]));
      resizing(writer, Y, { x: 'q', kind: 'linear', size, alignsCorners: false, hasHalfPixels: true, channels: 'last' });
    });
    expect(found.kinds).toEqual(['pad ZeroPadding2D', 'pool MaxPooling2D', 'y Resizing']);
    expect(found.config).toMatchObject({
      padding: 'same',
      pool_size: [2, 2],
      height: 9,
      width: 8,
    });
  });

  it('are gated by one number for each channel, laid out as channels', () => {
    const found = networkOf((writer) => {
      const pooled = writer.add('mean', 'ReduceMean', ['image', writer.constant('y', wholeNumbers([1, 2]))], { keepdims: 0 });
      const gate = writer.add('gate', 'Reshape', [pooled, writer.constant('y', wholeNumbers([-1, 1, 1, 3]))]);
      const kernel = turned(writer, 'y', writer.constant('w', ascending([1, 1, 3, 4])), KERNEL_ORDERS.lastFilters);
      convolution(writer, Y, { x: gate, kernel, padding: 'same', groups: 1, ...EACH });
    });
    expect(found.kinds).toEqual(['mean GlobalAveragePooling2D', 'gate Reshape', 'y Conv2D']);
  });

  it('give blocks of cells to operations of ONNX', () => {
    const found = networkOf((writer) => imageOperation(writer, Y, 'SpaceToDepth', { x: 'image', channels: 'last' }, { blocksize: 2 }));
    expect(found.kinds.at(-1)).toBe('y Reshape');
    expect(found.config.target_shape).toEqual([4, 4, 12]);
  });

  it('end in the function of the operation, as a layer of its own', () => {
    const found = networkOf((writer) => {
      withActivation(writer, Y, 'pool', 'Relu6', (owner) =>
        pooling(writer, owner, { x: 'image', kind: 'Average', window: [2, 2], strides: [2, 2], padding: 'valid', channels: 'last' }),
      );
    });
    expect(found.kinds).toEqual(['y.pool AveragePooling2D', 'y Activation']);
  });

  it.each([
    [
      'same',
      3,
      16,
      'cropping',
      [
        [0, 1],
        [0, 1],
      ],
    ],
    [
      'same',
      3,
      15,
      'cropping',
      [
        [1, 1],
        [1, 1],
      ],
    ],
    ['same', 1, 16, 'output_padding', [1, 1]],
    ['valid', 3, 17, 'output_padding', [0, 0]],
    ['valid', 3, 18, 'output_padding', [1, 1]],
  ] as const)('are enlarged by a transposed convolution, padded as %s, of %i taps, to %i cells', (how, taps, size, setting, expected) => {
    const found = networkOf((writer) => {
      const kernel = turned(writer, 'y', writer.constant('w', ascending([taps, taps, 4, 3])), KERNEL_ORDERS.lastFilters);
      const wanted = writer.constant('y', wholeNumbers([size, size]));
      transposedConvolution(writer, Y, { x: 'image', kernel, strides: [2, 2], padding: how, size: wanted, channels: 'last' });
    });
    expect(found.config).toMatchObject({ [setting]: expected });
    expect(found.values).toEqual(ascending([taps, taps, 4, 3]).values);
  });
});
