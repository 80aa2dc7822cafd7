/** The engine, but with whole passes of changed images run by PyTorch. Everything else is its own: copies, maps and measures. */

import { disposeCutPass, methodContext, runCutPass } from '../../src/engine/graph/cut-pass.ts';
import type { LayerGraph } from '../../src/engine/graph/layer-graph.ts';
import type { LoadedModel } from '../../src/engine/loading/loaded-model.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { runMethod } from '../../src/engine/methods/registry.ts';
import { optionsOf } from '../../src/engine/network-engine.ts';
import type { Operation } from '../../src/engine/operations/operation.ts';
import { sweepMethod } from '../../src/explain/methods/list.ts';
import { isAboutImage, isSweepWork, type Work } from '../../src/explain/work.ts';
import type { ModelInfo } from '../../src/protocol/engine.ts';
import type { ExplainEvent, ImageInput, PreparedImage, RequestAbout } from '../../src/protocol/explain.ts';

/** The network as one step, from the image to the logits. */
function inOneStep(graph: LayerGraph, operation: Operation): LayerGraph {
  const { input, output } = graph;
  const nodes = graph.nodes.map((node) => (node.id === output ? { ...node, inputs: [input], operation } : { ...node, inputs: [] }));
  return { nodes, input, output };
}

/** Whole passes of the network that is loaded, from the image to the logits. */
export interface WholePasses {
  /** For maps that average thousands of them. */
  readonly quick: Operation;
  /** Where what a small change does to the score is asked for, and for measures. */
  readonly precise: Operation;
}

/** Null where less than the network runs for an item, or no copies of the image do. */
function passesOf({ quick, precise }: WholePasses, work: Work, info: ModelInfo): Operation | null {
  const layer = info.layers.find(({ name }) => name === info.defaultLayer);
  if (!isSweepWork(work) || !layer) return null;
  if (sweepMethod(work.method).copySize(layer, info, work) === info.forward) return quick;
  return isAboutImage(work) ? precise : null;
}

export class TorchEngine extends LocalEngine {
  #passes: WholePasses | null = null;

  /** @param passes freed with the engine */
  runPassesBy(passes: WholePasses): void {
    this.#passes = passes;
  }

  override explain(
    request: RequestAbout<ImageInput | PreparedImage>,
    onEvent: (event: ExplainEvent) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { work } = request;
    const passes = this.#passes && work && passesOf(this.#passes, work, this.ready().network.info);
    if (!passes) return super.explain(request, onEvent, signal);
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

  protected override measuredGraph({ graph }: LoadedModel): LayerGraph {
    return this.#passes ? inOneStep(graph, this.#passes.precise) : graph;
  }

  override dispose(): void {
    super.dispose();
    this.#passes?.quick.dispose();
    this.#passes?.precise.dispose();
  }
}
