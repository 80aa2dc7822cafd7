/** Which layer of a network is at fault: each is run by itself, from what the reference says that it takes. */
import * as tf from '@tensorflow/tfjs-core';
import { asAppError } from '../../../src/core/app-error.ts';
import { runNode } from '../../../src/engine/graph/graph-executor.ts';
import { loadModel } from '../../../src/engine/loading/loaded-model.ts';
import type { ReadModel } from '../../../src/formats/read-model.ts';
import type { Values } from '../network.ts';
import type { ReferenceGraph } from '../reference/graph.ts';
import { gapsBetween, TOLERANCE } from './compare.ts';

function tensorOf({ shape, data }: Values): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [1, ...shape]);
}

/** One sentence for each layer that gives something else than the reference, or leaves tensors behind; on the backend in use. */
export async function faultyLayers(read: ReadModel, graph: ReferenceGraph): Promise<string[]> {
  const { image, output } = graph;
  const [height = 1, width = 1] = image.shape;
  const faults: string[] = [];
  const { graph: laidOut, dispose } = await loadModel('drawn', read, { width, height }, output);
  const expected = graph.run();
  const known = new Map<number, Values>([[laidOut.input, image]]);
  for (const node of laidOut.nodes) {
    if (node.id === laidOut.input) continue;
    const inputs = node.inputs.map((id) => tensorOf(known.get(id) as Values));
    const before = tf.memory().numTensors;
    try {
      const result = runNode(node, (id) => inputs[node.inputs.indexOf(id)] as tf.Tensor);
      const values: Values = { shape: result.shape.slice(1), data: Float64Array.from(await result.data()) };
      result.dispose();
      const left = tf.memory().numTensors - before;
      if (left !== 0) faults.push(`the layer ${node.name} (${node.kind}) leaves ${left} tensors behind`);
      const same = graph.nodes.flatMap(({ name }, i) => (name === node.name ? (expected[i] ?? []) : []));
      const used = [...known.keys()].filter((id) => laidOut.nodes[id]?.name === node.name).length;
      const right = same[used] ?? values;
      const scale = Math.max(...right.data.map(Math.abs), 1e-3);
      const [gap] = gapsBetween(values.data, right.data, TOLERANCE * scale);
      if (gap) faults.push(`the layer ${node.name} (${node.kind}) gives ${gap.actual} where it should give ${gap.expected}`);
      known.set(node.id, right);
    } catch (error) {
      faults.push(`the layer ${node.name} (${node.kind}): ${asAppError(error).message}`);
      break;
    } finally {
      tf.dispose(inputs);
    }
  }
  dispose();
  return faults;
}
