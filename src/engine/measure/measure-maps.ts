/**
 * Measures maps by what the network says of images that they changed: pixels removed and inserted in the map's order, the map's own part
 * alone, and pixels imputed (`metrics` has the papers).
 *
 * The intact image and its replacements run first; then all images of all maps in one queue, in batches, and each
 * of them once, whatever number of maps asks for it.
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
import { SharedImages } from '../../metrics/shared-images.ts';
import type { MoreItems, RgbaPixels } from '../../protocol/explain.ts';
import type { MeasureEvent, MeasureRequest } from '../../protocol/measure.ts';
import type { LayerGraph } from '../graph/layer-graph.ts';
import type { BatchLimits } from '../graph/tail-memory.ts';
import { scoreImages } from './score-images.ts';

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

/** Where a score goes. */
interface Place {
  readonly of: Measured;
  readonly values: number[];
  readonly index: number;
}

/** Asks for the images of a map, with what is known of it before any is scored. A map without a ranking has none. */
function askFor(
  { id, map }: MeasureRequest['maps'][number],
  ground: Omit<MeasuredMapImages, 'map' | 'ranking'>,
  images: SharedImages<Place>,
): void {
  const ranking = pixelRanking(map, ground.image);
  if (!ranking) return;
  const asked = Object.entries(SERIES).map(([name, series]) => {
    const scores = series({ ...ground, map, ranking });
    return { name, scores, values: scores.map((score) => (typeof score === 'number' ? score : Number.NaN)) };
  });
  const values = Object.fromEntries(asked.map((of) => [of.name, of.values])) as Record<SeriesId, number[]>;
  const of: Measured = { id, measures: { ...values, intact: ground.intact }, left: 0 };
  for (const { scores, values } of asked) {
    for (const [index, score] of scores.entries()) {
      if (typeof score === 'number') continue;
      of.left++;
      images.add(score, { of, values, index });
    }
  }
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
  { score, settings: { replacement: choice }, known }: Pick<MeasureRequest, 'score' | 'settings' | 'known'>,
  scoresOf: (images: readonly Uint8ClampedArray[]) => Promise<readonly number[]>,
): Promise<Ground> {
  const candidates = (choice === 'auto' ? REPLACEMENTS : [choice]).map((kind) => ({ kind, data: replacementImage(image, kind) }));
  const unknown = candidates.filter(({ kind }) => known?.removed[kind] === undefined);
  const answers = [...(await scoresOf([...(known ? [] : [image.data]), ...unknown.map(({ data }) => data)]))];
  const intact = known?.intact ?? answers.shift() ?? Number.NaN;
  const removed = { ...known?.removed, ...Object.fromEntries(unknown.map(({ kind }, i) => [kind, answers[i] ?? Number.NaN])) };
  const scores = {
    intact,
    isNumber: score.kind === 'value',
    removed: Object.fromEntries(candidates.map(({ kind }) => [kind, removed[kind] ?? Number.NaN])),
  };
  const replacement = choice === 'auto' ? chooseReplacement([scores]) : choice;
  const chosen = candidates.find(({ kind }) => kind === replacement) ?? candidates[0];
  return {
    image,
    replacement: chosen?.data ?? image.data,
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
  { maps, score, settings, known, part }: Pick<MeasureRequest, 'maps' | 'score' | 'settings' | 'known' | 'part'>,
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
  const found = part?.removal ?? null;
  const { image, replacement, removal } = found
    ? groundAs(whole, found)
    : await groundOf(whole, { score, settings, ...(known && { known }) }, scoresOf);
  if (!found) onEvent({ kind: 'removal', removal });

  // The intact image and the replacement alone are the same for all maps, and known.
  const left = removal.removed[removal.replacement] ?? Number.NaN;
  const shared = new SharedImages<Place>();
  const ground = { image, replacement, steps: settings.steps, intact: removal.intact, left };
  for (const map of maps) askFor(map, ground, shared);
  const { images: all } = shared;
  const report = ({ id, measures }: Measured) => onEvent({ kind: 'measured', id, measures: measures satisfies MapMeasures });
  const startedAt = performance.now();
  const runAll = (own: typeof all) =>
    run(
      own.length,
      (index) => own[index]?.image.make() ?? image.data,
      (index, score) => {
        const places = own[index]?.askers ?? [];
        for (const { values, index: place } of places) values[place] = score;
        const done = index + 1;
        onEvent({ kind: 'progress', done, total: all.length, remainingMs: remainingTime(done, own.length, performance.now() - startedAt) });
        for (const { of } of places) if (--of.left === 0 && !part) report(of);
      },
    );
  if (!part) return runAll(all);
  // Others can begin with theirs from here on.
  onEvent({ kind: 'progress', done: 0, total: all.length, remainingMs: null });
  for (let { images } = part; images.length > 0; images = (await moreImages?.()) ?? NOTHING) {
    await pause();
    const own = [...images].flatMap((index) => all[index] ?? []);
    await runAll(own);
    for (const measured of new Set(own.flatMap(({ askers }) => askers.map(({ of }) => of)))) report(measured);
  }
}
