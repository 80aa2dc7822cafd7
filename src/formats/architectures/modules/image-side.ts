/** The size of the images that a network was made for, where a linear layer takes all cells of a map. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { mapSize } from './map-size.ts';

/** What networks are mostly made for, the most usual first. */
const USUAL = [
  224, 32, 28, 64, 128, 256, 299, 96, 48, 512, 227, 150, 100, 200, 180, 160, 192, 320, 384, 300, 448, 240, 260, 380, 50, 60, 120,
];
const OF_GREY = [28, 48, 32];
const MAX_SIDE = 1024;
const MOST_OFFERED = 12;

/** Whether a layer's map is as large for every image. */
function isFixed({ layers }: NetworkBuilder, layer: LayerName): boolean {
  return mapSize(layers, layer, MAX_SIDE).join() === mapSize(layers, layer, MAX_SIDE / 2).join();
}

/** How round a number is: 64 before 60 before 61. */
function roundness(side: number): number {
  const usual = USUAL.indexOf(side);
  if (usual >= 0) return usual;
  const step = [32, 16, 10, 8, 4, 2, 1].findIndex((part) => side % part === 0);
  return USUAL.length + step * MAX_SIDE + side;
}

export function isUsualSide(side: number): boolean {
  return USUAL.includes(side);
}

/** The sides of square images after which a map has so many cells, the likeliest first. @param cellsFor may be below 1 for an image that is too small */
export function sidesFor(cellsFor: (side: number) => number, cells: number, isGrey: boolean): number[] {
  const rank = (side: number) => (isGrey && OF_GREY.includes(side) ? OF_GREY.indexOf(side) - OF_GREY.length : roundness(side));
  return Array.from({ length: MAX_SIDE }, (_, i) => i + 1)
    .filter((side) => cellsFor(side) === cells)
    .sort((a, b) => rank(a) - rank(b));
}

function cellsAfter({ layers }: NetworkBuilder, map: LayerName, side: number): number {
  // Two sides below nothing make no cells, either.
  return mapSize(layers, map, side).reduce((product, own) => product * Math.max(0, own), 1);
}

/** Of the images after which a layer's map has so many cells; the likeliest first. */
export function sidesThatLeave(network: NetworkBuilder, map: LayerName, cells: number): number[] {
  return sidesFor((side) => cellsAfter(network, map, side), cells, network.channelsOf('input') === 1);
}

/**
 * Lays the network out for images after which a layer's map has so many cells.
 *
 * @throws Misfit where there are none
 */
export function fitInput(network: NetworkBuilder, map: LayerName, cells: number): void {
  const { state, choices } = network;
  if (isFixed(network, map)) {
    const own = cellsAfter(network, map, MAX_SIDE);
    if (own !== cells) throw state.misfit(`its linear layer takes ${cells} cells of a map that has ${own}`);
    return;
  }
  const sides = sidesThatLeave(network, map, cells).slice(0, MOST_OFFERED);
  if (sides.length === 0) throw state.misfit(`its linear layer takes ${cells} cells of a map, which no square image gives`);
  const chosen = choices.of(
    'image-size',
    'Size of its images',
    sides.map((side) => [String(side), `${side} × ${side}`]),
  );
  network.remarks.push(
    sides.length > 1
      ? `Its linear layer takes ${cells} cells of a map, so it is laid out for images of ${chosen} × ${chosen}; other sizes are offered below.`
      : `Its linear layer takes ${cells} cells of a map, so it is laid out for images of ${chosen} × ${chosen}.`,
  );
  network.fixInput(Number(chosen));
}
