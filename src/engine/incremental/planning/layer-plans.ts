/** What copies of a network's layers take, planned when that is asked for: for all layers it takes as long as to build the network. */
import { canBeExplained, type LayerInfo } from '../../../explain/layer-info.ts';
import type { NetworkPlans } from '../../../protocol/engine.ts';
import type { LayerGraph } from '../../graph/layer-graph.ts';
import { leanGraph } from '../../graph/lean-graph.ts';
import { CellWork } from './cell-work.ts';
import { pixelPassOf, workAt } from './layer-work.ts';

export class LayerPlans {
  readonly #graph: LayerGraph;
  readonly #layers: readonly LayerInfo[];
  /** Those planned so far, from the first on. */
  readonly #planned: LayerInfo[] = [];
  #cellWork: CellWork | null = null;
  #plans: NetworkPlans | null = null;

  /** @param layers as `describeLayers` gives them: one for each node */
  constructor(graph: LayerGraph, layers: readonly LayerInfo[]) {
    this.#graph = graph;
    this.#layers = layers;
  }

  /**
   * All layers with their plans, and the image's, which are made once.
   *
   * @param pause awaited between layers
   * @throws what `pause` throws; what is planned by then is kept
   */
  async all(pause: () => Promise<void>): Promise<NetworkPlans> {
    while (!this.#plans) {
      const { length: id } = this.#planned;
      const [layer, node] = [this.#layers[id], this.#graph.nodes[id]];
      this.#cellWork ??= new CellWork(leanGraph(this.#graph, () => false));
      if (!layer || !node) {
        this.#plans = { layers: this.#planned, pixelPass: pixelPassOf(this.#graph, this.#cellWork) };
        break;
      }
      this.#planned.push(canBeExplained(layer) ? { ...layer, ...workAt(this.#graph, node, this.#cellWork) } : layer);
      await pause();
    }
    return this.#plans;
  }
}
