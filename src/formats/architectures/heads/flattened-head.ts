/** A head that takes every cell of a map, laid out as a vector, as VGG's and AlexNet's do. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { adaptiveAveragePool } from '../blocks/pooling.ts';
import { fitInput, sidesThatLeave, sizesThatLeave } from '../modules/image-side.ts';
import { appendHead } from './classifier-head.ts';
import { type HeadModule, headModules } from './head-modules.ts';

type Grid = readonly [rows: number, columns: number];

/** More cells than this lie in no map that is laid out as a vector. */
const MAX_CELLS = 4096;

/** What maps of so many cells may look like, the squarest first, and higher ones before wider ones. */
function gridsOf(cells: number): Grid[] {
  const rows = Array.from({ length: cells }, (_, i) => i + 1).filter((count) => cells % count === 0);
  const slant = ([high, wide]: Grid) => Math.abs(Math.log(high / wide));
  return rows.map((high): Grid => [high, cells / high]).sort((a, b) => slant(a) - slant(b) || b[0] - a[0]);
}

function gridOf(network: NetworkBuilder, cells: number): Grid {
  const grids = gridsOf(cells);
  const [squarest = [1, cells]] = grids;
  if (squarest[0] === squarest[1]) return squarest;
  const named = grids.map(([high, wide]) => [`${high}x${wide}`, `${high} × ${wide} (rows × columns)`] as const);
  const chosen = network.choices.of('head-grid', 'Map that the head takes', named);
  return grids.find(([high, wide]) => `${high}x${wide}` === chosen) ?? squarest;
}

/** The layers of a head that takes whole maps of so many channels, and how many of their cells it takes; 1 where it takes their means. */
export function headOfCells(network: NetworkBuilder, channels: number): { readonly modules: HeadModule[]; readonly cells: number } {
  const modules = headModules(network.state, (features) => features > 0 && features % channels === 0);
  return { modules, cells: (modules[0]?.takes ?? channels) / channels };
}

const TAKEN = [
  ['whole', 'every cell of its map, as of images that are no squares'],
  ['averaged', 'means of its map, as many as the head takes'],
] as const;

/** Of cells that make no square, which are all of a map's or what that is averaged to. torchvision's own heads begin with a linear layer. */
export function takesEveryCell(network: NetworkBuilder, { modules, cells }: ReturnType<typeof headOfCells>): boolean {
  if (Number.isInteger(Math.sqrt(cells))) return true;
  const options = modules[0]?.path === 'classifier.0' ? TAKEN.toReversed() : TAKEN;
  return network.choices.of('head-cells', 'What the head takes', options) === 'whole';
}

/** Whether the map is averaged to the cells that the head takes: nothing says so of a network that is built otherwise than its family's own. */
function isAveraged(network: NetworkBuilder, map: LayerName, head: ReturnType<typeof headOfCells>, isFamilys: boolean): boolean {
  if (network.facts.has('avgpool') || (!network.isTold && isFamilys)) return true;
  // Modules would have told of a pooling.
  if (network.isTold || Number.isInteger(Math.sqrt(head.cells))) return false;
  return sizesThatLeave(network, map, head.cells).length === 0 || !takesEveryCell(network, head);
}

/**
 * @param x the map; it is averaged to as many cells as the head takes, or the network is laid out for images that leave so many
 * @param isFamilys whether what comes before it is built as the family's own networks are
 */
export function flattenedHead(network: NetworkBuilder, x: LayerName, isFamilys: boolean): LayerName {
  const channels = network.channelsOf(x);
  network.features = channels;
  const head = headOfCells(network, channels);
  const { modules, cells } = head;
  const takes = cells * channels;
  if (!Number.isInteger(cells) || cells > MAX_CELLS)
    throw network.state.misfit(`its head takes ${takes} features where ${channels} channels come in`);
  if (cells === 1) return appendHead(network, network.globalAverage('avgpool', x), modules);
  const averaged = isAveraged(network, x, head, isFamilys);
  // What it was trained with is mostly what leaves nothing to average.
  if (averaged) network.suitedSide = sidesThatLeave(network, x, cells)[0] ?? null;
  else fitInput(network, x, cells);
  const pooled = averaged ? adaptiveAveragePool(network, 'avgpool', x, gridOf(network, cells)) : x;
  return appendHead(network, network.layer('Flatten', 'flatten', [pooled], { data_format: 'channels_last' }), modules, {
    cells,
    flattened: pooled,
  });
}
