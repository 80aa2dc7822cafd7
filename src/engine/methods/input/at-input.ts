import { tailOf } from '../../graph/layer-graph.ts';
import type { MethodContext } from '../method.ts';

/** The same pass, cut at the image as the network takes it: what follows is the whole network. */
export function atInput(context: MethodContext): MethodContext {
  return { ...context, tail: tailOf(context.graph, context.graph.input) };
}
