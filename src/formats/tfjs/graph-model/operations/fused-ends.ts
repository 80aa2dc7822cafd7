/** What converters let an operation end in: a bias, and a function of the result. */
import { activation, isFunctionName } from '../../../graph/nhwc/fused-activations.ts';
import type { NodeWriter, Owner } from '../../../graph/nhwc/node-writer.ts';
import { Unsupported } from '../../../layers/layer-rule.ts';
import type { TensorFlowNode } from '../tensorflow-node.ts';

export interface FusedEnd {
  readonly bias: string | undefined;
  readonly end: ((owner: Owner, x: string) => void) | null;
}

/** TensorFlow's own slope. */
const SLOPE = 0.2;

/** @throws Unsupported */
export function fusedEnd(node: TensorFlowNode, to: NodeWriter): FusedEnd {
  const parts = node.texts('fused_ops');
  const bias = parts[0] === 'BiasAdd' ? node.input(2) : undefined;
  const [last, ...others] = bias === undefined ? parts : parts.slice(1);
  const slopes = node.inputs[bias === undefined ? 2 : 3];
  const end = (owner: Owner, x: string): void => {
    if (last === 'LeakyRelu') to.add(owner.name, 'LeakyRelu', [x], { alpha: node.number('leakyrelu_alpha', SLOPE) }, [owner.output]);
    else if (last === 'Prelu' && slopes !== undefined) to.add(owner.name, 'PRelu', [x, slopes], {}, [owner.output]);
    else if (last !== undefined && isFunctionName(last)) activation(to, owner, x, last);
    else throw new Unsupported(`also computes ${parts.join(', ')}, which cannot be run here; please convert another network`);
  };
  if (others.length > 0)
    throw new Unsupported(`also computes ${parts.join(', ')}, which cannot be run here; please convert another network`);
  return { bias, end: last === undefined ? null : end };
}
