/** Draws a whole network, with an image for it: the same for the same seed and index. */
import { prepareInput } from '../../../src/core/images/prepare-input.ts';
import type { ChannelOrder, Preprocessing } from '../../../src/core/images/preprocessing.ts';
import { Draw, type Origin, seedOf } from '../draw.ts';
import type { Move } from '../moves/move.ts';
import { COMMON_MOVES, MOVES_BY_KIND, STRUCTURES } from '../moves/moves.ts';
import type { DrawnNetwork, Image, Layer, Tensor, Values } from '../network.ts';
import { type FileFormat, formatsOf } from '../writing/file-formats.ts';
import { Builder, Unsuitable } from './builder.ts';
import { drawHead } from './draw-head.ts';

const MAX_ATTEMPTS = 200;

/** Kinds that this network is sure to have, where they suit: all of them come up in turn, however rare a draw would be. */
const FEATURED = 2;

function featured({ seed, index }: Origin): Move[] {
  const kinds = Object.keys(MOVES_BY_KIND);
  const turns = Math.ceil(kinds.length / FEATURED);
  const order = new Draw(seedOf({ seed, index: Math.floor(index / turns) }, 'kinds')).shuffled(kinds);
  const start = (index % turns) * FEATURED;
  return order.slice(start, start + FEATURED).flatMap((kind) => MOVES_BY_KIND[kind] ?? []);
}

/** Smooth where its neighbours are, with noise on top: as images are. */
function drawImage(draw: Draw, width: number, height: number, isOpaque: boolean): Image {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let channel = 0; channel < (isOpaque ? 3 : 4); channel++) {
    const [across, down, phase] = [draw.real(-1, 1), draw.real(-1, 1), draw.real(0, 6)];
    for (let i = 0; i < width * height; i++) {
      const wave = Math.sin(across * (i % width) + down * Math.floor(i / width) + phase);
      data[i * 4 + channel] = 128 + 70 * wave + draw.real(-50, 50);
    }
  }
  return { width, height, data };
}

function drawPreprocessing(draw: Draw): Preprocessing {
  const channels: ChannelOrder = draw.isOneIn(3) ? draw.pick(['bgr', 'grey', 'rgba', 'bgra']) : 'rgb';
  const { length } = channels === 'grey' ? [0] : [...channels];
  const each = (least: number, most: number) => Array.from(draw.uniform(length, least, most));
  return { channels, scale: 1 / 255, mean: each(0.4, 0.6), std: each(0.2, 0.3), fit: 'stretched' };
}

/** What the network is given. */
export function inputOf({ image, preprocessing }: Pick<DrawnNetwork, 'image' | 'preprocessing'>): Values {
  const data = Float64Array.from(prepareInput(image, image, preprocessing));
  return { shape: [image.height, image.width, data.length / (image.height * image.width)], data };
}

/** Whether there are cells to tell apart. */
function hasCells({ values: { shape } }: Tensor): boolean {
  const [rows = 1, columns = 1] = shape;
  return shape.length === 3 && rows * columns > 1;
}

function attempt(origin: Origin, draw: Draw): DrawnNetwork {
  const dialect = draw.pick(['keras-2', 'keras-3'] as const);
  const isChain = draw.isOneIn(6);
  const preprocessing = drawPreprocessing(draw);
  const image = drawImage(draw, draw.whole(5, 17), draw.whole(5, 17), !preprocessing.channels.endsWith('a'));
  const builder = new Builder(draw, dialect, isChain, origin.index);
  let x = builder.input(inputOf({ image, preprocessing }));
  const wanted = [...featured(origin), ...Array.from({ length: draw.whole(1, 4) }, () => null)];
  for (const move of draw.shuffled(wanted)) {
    const from = x;
    const others = draw.shuffled(draw.isOneIn(4) ? STRUCTURES : COMMON_MOVES);
    const moves = move ? [move, move, ...others] : others;
    const attempts = moves.map((own) => () => {
      const next = own(builder, from);
      if (!hasCells(next)) throw new Unsuitable('nothing to go on with');
      return next;
    });
    x = builder.firstOf(attempts) ?? x;
  }
  const from = x;
  const head = builder.firstOf(Array.from({ length: 20 }, () => () => drawHead(builder, from)));
  if (!head || from.layer.kind === 'InputLayer') throw new Unsuitable('no network');
  const { output, scoring, activation } = head;
  const precision = draw.isOneIn(6) ? 'mixed_float16' : 'float32';
  const other = isChain || !draw.isOneIn(8) ? null : builder.firstOf([() => drawHead(builder, from)]);
  const model = builder.model(output, other && { output: other.output, isFirst: draw.isOneIn(2) });
  return { dialect, precision, model, scoring, activation, image, preprocessing };
}

export function drawNetwork(origin: Origin): DrawnNetwork {
  const draw = new Draw(seedOf(origin, 'network'));
  for (let left = MAX_ATTEMPTS; left > 0; left--) {
    try {
      return attempt(origin, draw);
    } catch (error) {
      if (!(error instanceof Unsuitable)) throw error;
    }
  }
  throw new Error(`network ${origin.index} of seed ${origin.seed} could not be drawn`);
}

/** The names of all layers, those of models inside it included. */
function namesIn(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ name, inner }) => [name, ...namesIn(inner?.layers ?? [])]);
}

/** What kind of file it is given as. */
export function drawFormat({ dialect, model }: DrawnNetwork, origin: Origin): FileFormat {
  const names = namesIn(model.layers);
  return new Draw(seedOf(origin, 'format')).pick(formatsOf(dialect, new Set(names).size === names.length));
}
