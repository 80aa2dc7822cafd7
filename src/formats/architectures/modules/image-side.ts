/** The size of the images that a network was made for, where a linear layer takes all cells of a map. */

import type { Size } from '../../../core/images/geometry.ts';
import { idOfSize, SIZE_CHOICE } from '../../../core/models/size-choice.ts';
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

/** Of images that are no squares, the smallest side, and how many times as long the other may be: lines of text, plates, people. */
const LEAST_SIDE = 20;
const MOST_SLANTED = 6;

/** Whether a layer's map is as large for every image. */
function isFixed({ layers }: NetworkBuilder, layer: LayerName): boolean {
  return mapSize(layers, layer, MAX_SIDE).join() === mapSize(layers, layer, MAX_SIDE / 2).join();
}

/** By the largest step that it is some of: 64 before 60 before 61. */
function evenness(side: number): number {
  return [32, 16, 10, 8, 4, 2, 1].findIndex((part) => side % part === 0);
}

/** How round a number is, the usual ones first. */
function roundness(side: number): number {
  const usual = USUAL.indexOf(side);
  return usual >= 0 ? usual : USUAL.length + evenness(side) * MAX_SIDE + side;
}

/** Of images that are no squares, where sides are as 2 to 3 rather than 7 to 16, and wider ones come before higher ones. */
function oddness({ width, height }: Size): number {
  const isSimple = [1, 2, 3, 4].some((part) => Number.isInteger((part * Math.max(width, height)) / Math.min(width, height)));
  return evenness(width) + evenness(height) + (isSimple ? 0 : 3) + (height > width ? 0.5 : 0);
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

/**
 * Images that are no squares after which a map has so many cells, the likeliest first, and wider ones before higher ones.
 *
 * @param mapOf the rows of a map for an image of so many, and its columns
 */
export function sizesFor(mapOf: (side: number) => readonly [rows: number, columns: number], cells: number): Size[] {
  const heights = new Map<number, number[]>();
  const widths = new Map<number, number[]>();
  const put = (sides: Map<number, number[]>, of: number, side: number) => void sides.set(of, [...(sides.get(of) ?? []), side]);
  for (let side = LEAST_SIDE; side <= MAX_SIDE; side++) {
    const [rows, columns] = mapOf(side);
    put(heights, rows, side);
    put(widths, columns, side);
  }
  const likeliest = (sides: readonly number[] = []) => sides.toSorted((a, b) => evenness(a) - evenness(b)).slice(0, 2);
  const grids = Array.from({ length: cells }, (_, i) => i + 1).filter((rows) => cells % rows === 0);
  const found = grids.flatMap((rows) =>
    likeliest(heights.get(rows)).flatMap((height) => likeliest(widths.get(cells / rows)).map((width): Size => ({ width, height }))),
  );
  return found
    .filter(({ width, height }) => width !== height && Math.max(width / height, height / width) <= MOST_SLANTED)
    .sort((a, b) => oddness(a) - oddness(b) || a.width - b.width);
}

/** The same, of a layer's map. */
export function sizesThatLeave({ layers }: NetworkBuilder, map: LayerName, cells: number): Size[] {
  return sizesFor((side) => mapSize(layers, map, side), cells);
}

function cellsAfter({ layers }: NetworkBuilder, map: LayerName, side: number): number {
  // Two sides below nothing make no cells, either.
  return mapSize(layers, map, side).reduce((product, own) => product * Math.max(0, own), 1);
}

/** Of the images after which a layer's map has so many cells; the likeliest first. */
export function sidesThatLeave(network: NetworkBuilder, map: LayerName, cells: number): number[] {
  return sidesFor((side) => cellsAfter(network, map, side), cells, network.channelsOf('input') === 1);
}

function inWords({ width, height }: Size): string {
  return `${height} × ${width}${width === height ? '' : ' (height × width)'}`;
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
  const squares = sidesThatLeave(network, map, cells).map((side): Size => ({ width: side, height: side }));
  const sizes = (squares.length > 0 ? squares : sizesThatLeave(network, map, cells)).slice(0, MOST_OFFERED);
  const [likeliest] = sizes;
  if (!likeliest) throw state.misfit(`its linear layer takes ${cells} cells of a map, which no image of a usual shape gives`);
  const chosen = choices.of(
    SIZE_CHOICE,
    'Size of its images',
    sizes.map((size) => [idOfSize(size), inWords(size)]),
  );
  const size = sizes.find((one) => idOfSize(one) === chosen) ?? likeliest;
  const others = sizes.length > 1 ? '; other sizes are offered below' : '';
  const remark = `Its linear layer takes ${cells} cells of a map, so it is laid out for images of ${inWords(size)}${others}.`;
  if (!network.remarks.includes(remark)) network.remarks.push(remark);
  network.fixInput(size);
}
