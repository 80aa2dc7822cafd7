/**
 * The network as it is drawn: blocks from left to right, in them units (such as one dense layer with its normalisations), in these layers.
 */
import { groupLayers } from './layer-groups.ts';
import type { LayerInfo } from './layer-info.ts';

export interface LayerUnit {
  readonly name: string;
  readonly layers: readonly LayerInfo[];
}

export interface LayerBlock {
  readonly block: string;
  readonly units: readonly LayerUnit[];
}

/** The unit that a layer's own name says: `conv4_block3` of `conv4_block3_1_conv`, `pool2` of `pool2_conv`. */
function unitOf({ name }: LayerInfo): string | null {
  return (
    /^(?:.*\/)?([a-z]+\d*_block_?\d+[a-z]?|block_?\d+[a-z]?(?:_sepconv\d+|_conv\d+)?|pool\d+|conv_(?:dw|pw)_\d+|mixed\d+)/.exec(
      name,
    )?.[1] ?? null
  );
}

/** A layer that computes something begins a unit; what follows without a name of its own (normalisation, activation) belongs to it. */
function begins({ role }: LayerInfo): boolean {
  return role !== 'merge' && role !== 'other';
}

export function layerBlocks(layers: readonly LayerInfo[]): LayerBlock[] {
  return groupLayers(layers).map(({ block, layers: members }) => {
    const units: { name: string; named: boolean; layers: LayerInfo[] }[] = [];
    for (const layer of members) {
      const own = unitOf(layer);
      const last = units.at(-1);
      const belongs = last && (own === null ? !last.named && !begins(layer) : last.name === own);
      if (belongs) last.layers.push(layer);
      else units.push({ name: own ?? layer.name, named: own !== null, layers: [layer] });
    }
    return { block, units: units.map(({ name, layers: own }) => ({ name, layers: own })) };
  });
}
