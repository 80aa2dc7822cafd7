/** All passes over a graph, before layers are made of it. */
import { AppError } from '../../core/app-error.ts';
import { faultOf } from '../fault.ts';
import { withChannelSide } from './channel-side.ts';
import type { OperationGraph } from './nodes/graph.ts';
import { inRunningOrder, withConstantsFolded, withoutIdentities, withoutUnused } from './nodes/passes.ts';
import { withoutRounding } from './nodes/quantization.ts';
import { withPatternsRecognised, withScalesJoined } from './patterns/recognise.ts';

/** Several times what the largest classifiers have. */
const MAX_NODES = 20_000;

/** @throws AppError naming the file */
export function simplified(fileName: string, graph: OperationGraph): OperationGraph {
  if (graph.nodes.length > MAX_NODES) {
    throw new AppError(
      'model-unsupported',
      `The network in ${fileName} has ${graph.nodes.length.toLocaleString('en')} nodes; please give one of up to ${MAX_NODES.toLocaleString('en')}.`,
    );
  }
  try {
    const folded = withConstantsFolded(inRunningOrder(withoutUnused(graph)));
    const plain = withoutUnused(withoutIdentities(withoutRounding(withoutIdentities(folded))));
    return withScalesJoined(withPatternsRecognised(withChannelSide(plain)));
  } catch (error) {
    throw new AppError('model-file-broken', `In ${fileName} ${faultOf(error)}; please export it again.`);
  }
}
