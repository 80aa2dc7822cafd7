/** All that is measured of one image: maps of the network's last convolutional layer, and a random one. */

import type { SaliencyMap } from '../../src/core/maps/saliency-map.ts';
import { randomMap } from '../../src/core/statistics/random.ts';
import { type ClassScore, topClasses } from '../../src/explain/target.ts';
import type { Work } from '../../src/explain/work.ts';
import { DEFAULT_MEASURE, type MeasureSettings } from '../../src/metrics/measures.ts';
import type { Removal } from '../../src/metrics/removal.ts';
import { type MetricScores, metricScores } from '../../src/metrics/scores.ts';
import { ask } from '../../src/protocol/ask.ts';
import type { Engine, ModelInfo } from '../../src/protocol/engine.ts';
import type { RgbaPixels } from '../../src/protocol/explain.ts';
import { RANDOM, type Subject } from './subjects.ts';

/** A line of the results; an image has several, where some maps were measured later. */
export interface MeasuredImage {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
  /** What removed pixels became. */
  readonly removal: Removal;
  /** By the title of the map. */
  readonly scores: Readonly<Record<string, MetricScores>>;
}

export interface GivenImage {
  readonly path: string;
  readonly label: string;
  readonly pixels: RgbaPixels;
}

/** What measures. */
export interface Instrument {
  readonly engine: Engine;
  readonly info: ModelInfo;
  readonly budgetBytes: number;
}

/** The logit of the best class. */
async function scoreOf({ engine, info, budgetBytes }: Instrument, { path, pixels }: GivenImage): Promise<ClassScore> {
  const { defaultLayer, reading } = info;
  const image = { id: path, pixels };
  const { logits } = await ask(engine, { image, layer: defaultLayer, work: null, budgetBytes });
  return { classIndex: topClasses(logits, reading, 1)[0] ?? 0, kind: 'logit', versus: null, reading };
}

async function mapOf(
  { engine, info, budgetBytes }: Instrument,
  { method, settings }: Subject,
  image: { id: string; pixels: RgbaPixels },
  score: ClassScore,
): Promise<SaliencyMap> {
  const work: Work = method.whole({ score, ablation: settings });
  const { result } = await ask(engine, { image, layer: info.defaultLayer, work, budgetBytes });
  if (!result) throw new Error(`${method.id} gave no map`);
  return method.mapOf(result, score, null).map;
}

/** What every replacement leaves of the image's probability. */
export async function removalOf(instrument: Instrument, image: GivenImage): Promise<Removal[]> {
  const { engine, budgetBytes } = instrument;
  const score: ClassScore = { ...(await scoreOf(instrument, image)), kind: 'probability' };
  const removals: Removal[] = [];
  const settings = { ...DEFAULT_MEASURE, replacement: 'auto' } as const;
  const input = { id: image.path, pixels: image.pixels };
  await engine.measure({ image: input, score, maps: [], settings, budgetBytes }, (event) => {
    if (event.kind === 'removal') removals.push(event.removal);
  });
  return removals;
}

/**
 * @param subjects whose maps are measured
 * @param seed of the random map; null: it is not measured
 */
export async function measureImage(
  instrument: Instrument,
  subjects: readonly Subject[],
  settings: MeasureSettings,
  image: GivenImage,
  seed: number | null,
): Promise<MeasuredImage> {
  const { engine, info, budgetBytes } = instrument;
  const { path, label, pixels } = image;
  const input = { id: path, pixels };
  const score = await scoreOf(instrument, image);
  const maps: { id: string; map: SaliencyMap }[] = [];
  for (const subject of subjects) {
    maps.push({ id: subject.title, map: await mapOf(instrument, subject, input, score) });
  }
  const [first] = maps;
  if (first && seed !== null) maps.push({ id: RANDOM, map: randomMap(first.map, seed) });
  const scores = Object.fromEntries(maps.map(({ id }) => [id, metricScores(null, null, info.reading)]));
  const removals: Removal[] = [];
  await engine.measure({ image: input, score: { ...score, kind: 'probability' }, maps, settings, budgetBytes }, (event) => {
    if (event.kind === 'removal') removals.push(event.removal);
    if (event.kind === 'measured') scores[event.id] = metricScores(event.measures, null, info.reading);
  });
  const [removal] = removals;
  if (!removal) throw new Error(`${path}: it was not said what removed pixels become`);
  return { path, label, predicted: info.classNames[score.classIndex] ?? `${score.classIndex}`, removal, scores };
}
