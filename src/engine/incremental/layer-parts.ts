/** The parts of layers that a sweep uses, each made once. */
import * as tf from '@tensorflow/tfjs-core';
import { cellCounts, pooledSide } from '../../formats/layers/kinds/pooling-geometry.ts';
import type { GraphNode, LayerGraph, NodeId } from '../graph/layer-graph.ts';
import { type LayerPart, layerPart } from './layer-part.ts';
import { type Channels, countOf } from './part.ts';

/** How many cells every mean along a side divides by. */
function dividers(node: GraphNode, length: number, side: 0 | 1): number[] {
  const [window = 'dense'] = node.inputWindows;
  if (window === 'dense') return [];
  if (node.kind === 'PaddedAveragePooling2D') {
    const config = node.layer?.getConfig() ?? {};
    return cellCounts(pooledSide(config, length, side), length, config.countIncludePad !== false);
  }
  const { first, size, stride } = side === 0 ? window.rows : window.columns;
  const starts = Array.from({ length: node.shape[side + 1] ?? 0 }, (_, i) => first + i * stride);
  return starts.map((start) => Math.min(length, start + size) - Math.max(0, start));
}

export class LayerParts {
  readonly #graph: LayerGraph;
  readonly #parts = new Map<string, LayerPart>();
  readonly #shares = new Map<NodeId, tf.Tensor4D | null>();

  constructor(graph: LayerGraph) {
    this.#graph = graph;
  }

  #input({ inputs: [id = -1] }: GraphNode): readonly (number | null)[] {
    return this.#graph.nodes[id]?.shape ?? [];
  }

  /** @param channels of its input; null: all */
  of(node: GraphNode, channels: Channels | null): LayerPart {
    const isAll = channels === null || countOf(channels) === this.#input(node).at(-1);
    const key = isAll ? `${node.id}` : `${node.id}:${channels.from}-${channels.to}`;
    const known = this.#parts.get(key) ?? layerPart(node, isAll ? null : channels);
    this.#parts.set(key, known);
    return known;
  }

  /**
   * What the mean over a frame must be multiplied by at each cell, `[1, rows, columns, 1]`: near the border a layer may divide by fewer
   * cells. Null where it never does.
   */
  share(node: GraphNode): tf.Tensor4D | null {
    const known = this.#shares.get(node.id);
    if (known !== undefined) return known;
    const share = /AveragePooling2D$/.test(node.kind) ? this.#makeShare(node) : null;
    this.#shares.set(node.id, share);
    return share;
  }

  #makeShare(node: GraphNode): tf.Tensor4D | null {
    const [window = 'dense'] = node.inputWindows;
    const [, rows = null, columns = null] = this.#input(node);
    if (window === 'dense' || !rows || !columns) return null;
    const [down, across] = [dividers(node, rows, 0), dividers(node, columns, 1)];
    const cells = window.rows.size * window.columns.size;
    const shares = down.flatMap((high) => across.map((wide) => cells / (high * wide)));
    return shares.every((share) => share === 1) ? null : tf.tensor4d(shares, [1, down.length, across.length, 1]);
  }

  dispose(): void {
    for (const part of this.#parts.values()) part.dispose();
    for (const share of this.#shares.values()) share?.dispose();
  }
}
