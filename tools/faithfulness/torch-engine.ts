/** The engine, but with whole passes of copies of the image run by PyTorch. Everything else is its own: masks, maps and all that is measured. */

import { disposeCutPass, methodContext, runCutPass } from '../../src/engine/graph/cut-pass.ts';
import type { LayerGraph } from '../../src/engine/graph/layer-graph.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { runMethod } from '../../src/engine/methods/registry.ts';
import { optionsOf } from '../../src/engine/network-engine.ts';
import type { Operation } from '../../src/engine/operations/operation.ts';
import { sweepMethod } from '../../src/explain/methods/list.ts';
import { isSweepWork, type Work } from '../../src/explain/work.ts';
import type { ModelInfo } from '../../src/protocol/engine.ts';
import type { ExplainEvent, ImageInput, PreparedImage, RequestAbout } from '../../src/protocol/explain.ts';

/** The network as one step, from the image to the logits. */
function inOneStep(graph: LayerGraph, operation: Operation): LayerGraph {
  const { input, output } = graph;
  const nodes = graph.nodes.map((node) => (node.id === output ? { ...node, inputs: [input], operation } : { ...node, inputs: [] }));
  return { nodes, input, output };
}

/** Whether the whole network runs for each item. Where no more runs than what a copy changes, bfloat16 is too coarse for the difference. */
function isOfWholePasses(work: Work, info: ModelInfo): boolean {
  const layer = info.layers.find(({ name }) => name === info.defaultLayer);
  if (!isSweepWork(work) || !layer) return false;
  return sweepMethod(work.method).copySize(layer, info, work) === info.forward;
}

export class TorchEngine extends LocalEngine {
  #passes: Operation | null = null;

  /** @param passes from the image to the logits, by the network that is loaded; freed with the engine */
  runPassesBy(passes: Operation): void {
    this.#passes = passes;
  }

  override explain(
    request: RequestAbout<ImageInput | PreparedImage>,
    onEvent: (event: ExplainEvent) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { work } = request;
    const passes = this.#passes;
    if (!passes || !work || !isOfWholePasses(work, this.ready().network.info)) return super.explain(request, onEvent, signal);
    return this.enqueue(signal, async () => {
      const { network, device } = this.ready();
      const cut = await runCutPass(network, request, signal);
      try {
        onEvent({ kind: 'logits', logits: cut.logits.slice(), durationMs: cut.durationMs });
        const options = { ...optionsOf(device, request), exact: 'dense', signal, emit: onEvent } as const;
        const context = methodContext(network, cut, request.layer, options);
        await runMethod({ ...context, graph: inOneStep(network.graph, passes) }, work);
      } finally {
        disposeCutPass(cut);
      }
    });
  }

  override dispose(): void {
    super.dispose();
    this.#passes?.dispose();
  }
}
