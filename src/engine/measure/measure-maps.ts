/**
 * Measures maps by what the network says of images that they changed: pixels removed and inserted in the map's order, the map's own part
 * alone, and pixels imputed (`metrics` has the papers).
 *
 * The intact image and its replacements run first; then all images of all maps in one queue, in batches.
 */

import { fitImage, normaliseInput } from '../../core/images/prepare-input.ts';
import { channelCount, type Preprocessing } from '../../core/images/preprocessing.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import { scoreOf } from '../../explain/target.ts';
import { type MapMeasures, SERIES, type SeriesId } from '../../metrics/measures.ts';
import type { MeasuredMapImages } from '../../metrics/metric.ts';
import { pixelRanking } from '../../metrics/ranking.ts';
import { chooseReplacement, type Removal } from '../../metrics/removal.ts';
import { REPLACEMENTS, replacementImage } from '../../metrics/replacement.ts';
import type { MoreItems, RgbaPixels } from '../../protocol/explain.ts';
import type { MeasureEvent, MeasureRequest } from '../../protocol/measure.ts';
import type { LayerGraph } from '../graph/layer-graph.ts';
import type { BatchLimits } from '../graph/tail-memory.ts';
import { scoreImages } from './score-images.ts';

/** One image to be scored, and where its score goes. */
interface Perturbation {
  make(): Uint8ClampedArray;
  take(value: number): void;
}

const NOTHING = new Uint32Array();

type Measures = Record<SeriesId, number[]> & { intact: number };

interface Measured {
  readonly id: string;
  readonly measures: Measures;
  /** How many of its images have not been scored yet. */
  left: number;
}

export interface MeasuredNetwork {
  readonly graph: LayerGraph;
  readonly input: { readonly width: number; readonly height: number };
  readonly preprocessing: Preprocessing;
  readonly limits: BatchLimits;
}

/** What is known of a map before anything is scored for it, and what is to be scored; null for a map without a ranking. */
function planFor(
  map: MeasureRequest['maps'][number]['map'],
  ground: Omit<MeasuredMapImages, 'map' | 'ranking'>,
): { readonly measures: Measures; readonly perturbations: readonly Perturbation[] } | null {
  const ranking = pixelRanking(map, ground.image);
  if (!ranking) return null;
  const perturbations: Perturbation[] = [];
  const places = Object.entries(SERIES).map(([id, series]) => {
    const values = series({ ...ground, map, ranking }).map((place, i) => {
      if (typeof place === 'number') return place;
      perturbations.push({
        make: place,
        take: (value) => {
          values[i] = value;
        },
      });
      return Number.NaN;
    });
    return [id, values] as const;
  });
  return { measures: { ...(Object.fromEntries(places) as Record<SeriesId, number[]>), intact: ground.intact }, perturbations };
}

/** The intact image and the candidates for its replacement: what they are, and what the network says of them. */
interface Ground {
  readonly image: RgbaPixels;
  readonly replacement: Uint8ClampedArray;
  readonly removal: Removal;
}

/** Chooses what removed pixels become, where that is not said: by what the network says when all of them are replaced. */
async function groundOf(
  image: RgbaPixels,
  { score, settings: { replacement: choice } }: Pick<MeasureRequest, 'score' | 'settings'>,
  scoresOf: (images: readonly Uint8ClampedArray[]) => Promise<readonly number[]>,
): Promise<Ground> {
  const candidates = (choice === 'auto' ? REPLACEMENTS : [choice]).map((kind) => ({ kind, data: replacementImage(image, kind) }));
  const [intact = Number.NaN, ...others] = await scoresOf([image.data, ...candidates.map(({ data }) => data)]);
  const scores = {
    intact,
    isNumber: score.kind === 'value',
    removed: Object.fromEntries(candidates.map(({ kind }, i) => [kind, others[i] ?? Number.NaN])),
  };
  const replacement = choice === 'auto' ? chooseReplacement([scores]) : choice;
  const found = candidates.find(({ kind }) => kind === replacement) ?? candidates[0];
  return {
    image,
    replacement: found?.data ?? image.data,
    removal: { ...scores, replacement, isAutomatic: choice === 'auto' },
  };
}

/** What is known of the intact image and of its replacement, laid out again. */
function groundAs(image: RgbaPixels, removal: Removal): Ground {
  return { image, replacement: replacementImage(image, removal.replacement), removal };
}

/**
 * @param pixels the image at its own size
 * @param onEvent told of the replacement, of every map as it is done, and of every image
 * @param pause awaited between layers and images (see `yieldToEventLoop`)
 * @param moreImages after those of the part
 * @throws AppError, or what `pause` throws; nothing is left behind then
 */
export async function measureMaps(
  { graph, input, preprocessing, limits }: MeasuredNetwork,
  pixels: RgbaPixels,
  { maps, score, settings, part }: Pick<MeasureRequest, 'maps' | 'score' | 'settings' | 'part'>,
  onEvent: (event: MeasureEvent) => void,
  pause: () => Promise<void>,
  moreImages?: MoreItems,
): Promise<void> {
  const shape = { ...input, channels: channelCount(preprocessing.channels) };
  const run = (count: number, imageAt: (index: number) => Uint8ClampedArray, onScore: (index: number, value: number) => void) => {
    const make = (index: number) => normaliseInput(imageAt(index), preprocessing);
    return scoreImages(graph, shape, count, make, limits, (index, logits) => onScore(index, scoreOf(logits, score)), pause);
  };
  const whole: RgbaPixels = { ...input, data: fitImage(pixels, input, preprocessing) };
  const scoresOf = async (images: readonly Uint8ClampedArray[]) => {
    const values: number[] = [];
    await run(
      images.length,
      (index) => images[index] ?? whole.data,
      (_, value) => values.push(value),
    );
    return values;
  };
  const known = part?.removal ?? null;
  const { image, replacement, removal } = known ? groundAs(whole, known) : await groundOf(whole, { score, settings }, scoresOf);
  if (!known) onEvent({ kind: 'removal', removal });

  // The intact image and the replacement alone are the same for all maps, and known.
  const left = removal.removed[removal.replacement] ?? Number.NaN;
  const all: (Perturbation & { readonly of: Measured })[] = [];
  for (const { id, map } of maps) {
    const plan = planFor(map, { image, replacement, steps: settings.steps, intact: removal.intact, left });
    if (!plan) continue;
    const own: Measured = { id, measures: plan.measures, left: plan.perturbations.length };
    all.push(...plan.perturbations.map((perturbation) => ({ ...perturbation, of: own })));
  }
  const report = ({ id, measures }: Measured) => onEvent({ kind: 'measured', id, measures: measures satisfies MapMeasures });
  const startedAt = performance.now();
  const runAll = (own: typeof all) =>
    run(
      own.length,
      (index) => own[index]?.make() ?? image.data,
      (index, value) => {
        const perturbation = own[index];
        perturbation?.take(value);
        const done = index + 1;
        onEvent({ kind: 'progress', done, total: all.length, remainingMs: remainingTime(done, own.length, performance.now() - startedAt) });
        if (perturbation && --perturbation.of.left === 0 && !part) report(perturbation.of);
      },
    );
  if (!part) return runAll(all);
  for (let { images } = part; images.length > 0; images = (await moreImages?.()) ?? NOTHING) {
    await pause();
    const own = [...images].flatMap((index) => all[index] ?? []);
    await runAll(own);
    for (const measured of new Set(own.map(({ of }) => of))) report(measured);
  }
}
