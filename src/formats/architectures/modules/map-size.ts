/** How large the maps of a network become for an image of a given size, from its layers as they are written down. */
import { asArray, asObject, type JsonObject } from '../../json.ts';
import type { Json } from '../../network/artifacts.ts';
import type { LayerName } from '../blocks/layer-list.ts';

type Sides = readonly [rows: number, columns: number];

function numbersOf(json: Json | undefined): number[] {
  return asArray(json).map(Number);
}

/** @param padded before and after together */
function moved(side: number, window: number, stride: number, padded: number, isRoundedUp = false): number {
  const steps = (side + padded - window) / stride;
  if (!isRoundedUp) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // A window that would begin beyond the map and what is padded before it is left out.
  return (count - 1) * stride >= side + padded / 2 ? count - 1 : count;
}

function windowed([rows, columns]: Sides, config: JsonObject): Sides {
  const size = numbersOf(config.kernel_size ?? config.pool_size);
  const strides = numbersOf(config.strides);
  const dilations = numbersOf(config.dilation_rate);
  const pads = asArray(config.padding).map((sides) => numbersOf(sides).reduce((sum, cells) => sum + cells, 0));
  const [high = 0, wide = 0] = [rows, columns].map((side, i) => {
    const stride = strides[i] ?? 1;
    if (config.padding === 'same') return Math.ceil(side / stride);
    return moved(side, ((size[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1, stride, pads[i] ?? 0, config.ceil_mode === true);
  });
  return [high, wide];
}

const WINDOWED = /^(Conv2D|DepthwiseConv2D|(Padded)?(Max|Average)Pooling2D)$/;

function sidesOf(kind: string, config: JsonObject, sides: Sides): Sides {
  if (WINDOWED.test(kind)) return windowed(sides, config);
  if (kind === 'ZeroPadding2D' || kind === 'Padding') {
    const [rows = 0, columns = 0] = asArray(config.padding).map((own) => numbersOf(own).reduce((sum, cells) => sum + cells, 0));
    return [sides[0] + rows, sides[1] + columns];
  }
  if (kind === 'UpSampling2D') {
    const [down = 1, across = 1] = numbersOf(config.size);
    return [sides[0] * down, sides[1] * across];
  }
  if (kind === 'AdaptiveAveragePooling2D') {
    const [rows = 1, columns = 1] = numbersOf(config.output_size);
    return [rows, columns];
  }
  return /^Global/.test(kind) ? [1, 1] : sides;
}

/** @returns the sides of a layer's map for a square image; below 1 where the image is too small */
export function mapSize(layers: readonly JsonObject[], wanted: LayerName, side: number): Sides {
  const known = new Map<string, Sides>();
  for (const { class_name: kind, name, config, inbound_nodes: inbound } of layers) {
    const [first] = asArray(asArray(asArray(inbound)[0])[0]);
    known.set(String(name), sidesOf(String(kind), asObject(config) ?? {}, known.get(String(first)) ?? [side, side]));
  }
  return known.get(wanted) ?? [side, side];
}
