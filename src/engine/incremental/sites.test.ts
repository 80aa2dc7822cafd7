/** What copies have of their own takes the place of what reaches a node otherwise, whatever kind of part that is. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { buildLayerGraph, disposeGraph, findNode } from '../graph/layer-graph.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { Bases } from './bases.ts';
import { LayerParts } from './layer-parts.ts';
import { type Part, tensorsOf } from './part.ts';
import { PartWork } from './part-work.ts';
import { overlaid } from './sites.ts';
import { TensorArithmetic } from './tensor-arithmetic.ts';
import { Sides, THRESHOLDS } from './window.ts';

const SIDE = 3;
const CHANNELS = 8;

describe('parts of their own', () => {
  it('leave of other parts what lies beside them', async () => {
    await openDevice('cpu', await nodeDeviceEnvironment());
    const input = tfl.input({ shape: [SIDE, SIDE, CHANNELS] });
    const flat = tfl.layers.flatten().apply(tfl.layers.reLU({ name: 'relu' }).apply(input));
    const graph = buildLayerGraph(tfl.model({ inputs: input, outputs: flat as tfl.SymbolicTensor }));
    const before = tf.memory().numTensors;
    const positions = { rows: Int32Array.of(0, 2), columns: Int32Array.of(1, 2) };
    const parts = new LayerParts(graph);
    const arithmetic = new TensorArithmetic(graph, new Bases(new Map()), parts, positions);
    const work = new PartWork<tf.Tensor>(graph, [], arithmetic, THRESHOLDS);
    const side = new Sides().own(1, SIDE, [0, 1, 2]);
    const window = { rows: side, columns: side };
    /** Values that say which channel they are of. */
    const numbered = (side: number, from: number, to: number, plus: number) =>
      arithmetic.take(
        tf.tidy(() =>
          tf.add(tf.zeros([2, side, side, to - from]), tf.tensor1d(Array.from({ length: to - from }, (_, i) => from + i + plus))),
        ),
      );
    const value: Part<tf.Tensor>[] = [
      { kind: 'unchanged', from: 0, to: 1 },
      { kind: 'window', window, from: 1, to: 4, x: numbered(1, 1, 4, 0), base: numbered(1, 1, 4, 100) },
      { kind: 'difference', window, from: 4, to: 5, difference: numbered(1, 4, 5, 200) },
      { kind: 'dense', from: 5, to: 8, x: numbered(SIDE, 5, 8, 0) },
    ];
    const own: Part<tf.Tensor>[] = [
      { kind: 'difference', window, from: 0, to: 2, difference: numbered(1, 0, 2, -50) },
      { kind: 'difference', window, from: 3, to: 6, difference: numbered(1, 3, 6, -50) },
    ];
    const node = findNode(graph, 'relu');
    if (!node) throw new Error('the model has no ReLU');
    const result = overlaid(work, node, value, own);
    const first = (x: tf.Tensor) => Array.from(x.dataSync().slice(0, x.shape.at(-1)));
    expect(result.map((part) => [part.kind, part.from, part.to, ...tensorsOf(part).map(first)])).toEqual([
      ['difference', 0, 2, [-50, -49]],
      ['window', 2, 3, [2], [102]],
      ['difference', 3, 6, [-47, -46, -45]],
      ['dense', 6, 8, [6, 7]],
    ]);
    for (const part of result) arithmetic.free(tensorsOf(part));
    expect(tf.memory().numTensors).toBe(before);
    parts.dispose();
    disposeGraph(graph);
  });
});
