/**
 * Measures maps by what the network says of pictures that they changed: pixels removed and inserted in the map's order, the map's own part
 * alone, and pixels imputed (`core/faithfulness` has the papers).
 *
 * All pictures of all maps run through the network in one line, in batches; those that maps share, such as the intact picture, run once.
 */
import { maskedPicture } from '../../core/faithfulness/confidence.ts';
import { deletionPicture, insertionPicture, stepShares } from '../../core/faithfulness/deletion-insertion.ts';
import { type MapMeasures, roadMask } from '../../core/faithfulness/measures.ts';
import { pixelRanking } from '../../core/faithfulness/ranking.ts';
import { replacementPicture } from '../../core/faithfulness/replacement.ts';
import { imputed, ROAD_SHARES } from '../../core/faithfulness/road.ts';
import { fitPicture, normaliseInput } from '../../core/prepare-input.ts';
import { channelCount, type Preprocessing } from '../../core/preprocessing.ts';
import { remainingTime } from '../../core/remaining-time.ts';
import { scoreOf } from '../../core/scores.ts';
import type { RgbaPixels } from '../../protocol/engine.ts';
import type { MeasureEvent, MeasureRequest } from '../../protocol/measure.ts';
import type { LayerGraph } from '../layer-graph.ts';
import type { BatchLimits } from '../tail-memory.ts';
import { scorePictures } from './score-pictures.ts';

/** One picture to be scored, and where its score goes. */
interface Trial {
  make(): Uint8ClampedArray;
  take(value: number): void;
}

/** Writes a score into its place in a curve. */
function into(values: number[], place: number): Trial['take'] {
  return (value) => {
    values[place] = value;
  };
}

interface Measured {
  readonly id: string;
  readonly measures: {
    deletion: number[];
    insertion: number[];
    intact: number;
    masked: number;
    roadMost: number[];
    roadLeast: number[];
  };
  /** How many of its pictures have not been scored yet. */
  left: number;
}

export interface MeasuredNetwork {
  readonly graph: LayerGraph;
  readonly input: { readonly width: number; readonly height: number };
  readonly preprocessing: Preprocessing;
  readonly limits: BatchLimits;
}

/** The seed of ROAD's noise: the same for every map, so that maps are compared under the same noise. */
const NOISE_SEED = 1;

function emptyMeasures(steps: number): Measured['measures'] {
  const places = (count: number) => new Array<number>(count).fill(Number.NaN);
  return {
    deletion: places(steps + 1),
    insertion: places(steps + 1),
    intact: Number.NaN,
    masked: Number.NaN,
    roadMost: places(ROAD_SHARES.length),
    roadLeast: places(ROAD_SHARES.length),
  };
}

/** All that is to be scored for one map; nothing for a map without a ranking. */
function trialsOf(
  { map, measures }: { map: MeasureRequest['maps'][number]['map']; measures: Measured['measures'] },
  picture: RgbaPixels,
  replacement: Uint8ClampedArray,
  steps: number,
): Trial[] {
  const ranking = pixelRanking(map, picture);
  if (!ranking) return [];
  const trials: Trial[] = [];
  const shares = stepShares(steps);
  for (const [step, share] of shares.entries()) {
    // The intact picture and the replacement alone are the same for all maps.
    if (step === 0 || step === steps) continue;
    trials.push(
      { make: () => deletionPicture(picture, replacement, ranking, share), take: into(measures.deletion, step) },
      { make: () => insertionPicture(picture, replacement, ranking, share), take: into(measures.insertion, step) },
    );
  }
  trials.push({
    make: () => maskedPicture(picture, map),
    take: (value) => {
      measures.masked = value;
    },
  });
  for (const [i, share] of ROAD_SHARES.entries()) {
    const impute = (isMost: boolean) => imputed(picture, roadMask(ranking, share, isMost), NOISE_SEED);
    trials.push(
      { make: () => impute(true), take: into(measures.roadMost, i) },
      { make: () => impute(false), take: into(measures.roadLeast, i) },
    );
  }
  return trials;
}

/**
 * @param pixels the picture at its own size
 * @param onEvent told of every map as it is done, and of every picture
 * @param pause awaited between layers and pictures (see `breathe`)
 * @throws AppError, or what `pause` throws; nothing is left behind then
 */
export async function measureMaps(
  { graph, input, preprocessing, limits }: MeasuredNetwork,
  pixels: RgbaPixels,
  { maps, score, settings }: Pick<MeasureRequest, 'maps' | 'score' | 'settings'>,
  onEvent: (event: MeasureEvent) => void,
  pause: () => Promise<void>,
): Promise<void> {
  const picture: RgbaPixels = { ...input, data: fitPicture(pixels, input, preprocessing) };
  const replacement = replacementPicture(picture, settings.replacement);
  const all: (Trial & { readonly of: Measured | null })[] = [];
  const measured = maps.map(({ id, map }): Measured => {
    const measures = emptyMeasures(settings.steps);
    const trials = trialsOf({ map, measures }, picture, replacement, settings.steps);
    const own: Measured = { id, measures, left: trials.length };
    all.push(...trials.map((trial) => ({ ...trial, of: own })));
    return own;
  });
  const ofAll = (take: (measures: Measured['measures'], value: number) => void) => (value: number) => {
    for (const { measures } of measured) take(measures, value);
  };
  const { steps } = settings;
  all.unshift(
    {
      of: null,
      make: () => picture.data,
      take: ofAll((measures, value) => {
        measures.intact = value;
        measures.deletion[0] = value;
        measures.insertion[steps] = value;
      }),
    },
    {
      of: null,
      make: () => replacement,
      take: ofAll((measures, value) => {
        measures.deletion[steps] = value;
        measures.insertion[0] = value;
      }),
    },
  );

  const startedAt = performance.now();
  const make = (index: number) => normaliseInput(all[index]?.make() ?? picture.data, preprocessing);
  const onLogits = (index: number, logits: Float32Array) => {
    const trial = all[index];
    trial?.take(scoreOf(logits, score));
    const done = index + 1;
    onEvent({ kind: 'progress', done, total: all.length, remainingMs: remainingTime(done, all.length, performance.now() - startedAt) });
    if (trial?.of && --trial.of.left === 0)
      onEvent({ kind: 'measured', id: trial.of.id, measures: trial.of.measures satisfies MapMeasures });
  };
  await scorePictures(graph, { ...input, channels: channelCount(preprocessing.channels) }, all.length, make, limits, onLogits, pause);
}
