/** All that is measured of one image: the maps of some methods at some layers, and a random one. */

import type { SaliencyMap } from '../../src/core/maps/saliency-map.ts';
import { randomMap } from '../../src/core/statistics/random.ts';
import { DEFAULT_SWEEP } from '../../src/explain/input/input-settings.ts';
import { type MethodId, methodOf } from '../../src/explain/methods/list.ts';
import { type ClassScore, topClasses } from '../../src/explain/target.ts';
import { DEFAULT_MEASURE, type MapMeasures, type MeasureSettings } from '../../src/metrics/measures.ts';
import type { Removal } from '../../src/metrics/removal.ts';
import { ask } from '../../src/protocol/ask.ts';
import type { Engine, ModelInfo } from '../../src/protocol/engine.ts';
import type { RgbaPixels } from '../../src/protocol/explain.ts';

export interface Subject {
  readonly title: string;
  readonly method: MethodId;
  readonly layer: string;
}

export const RANDOM = 'Random map';

const BUDGET_BYTES = 64e6;

async function mapOf(
  engine: Engine,
  { method: id, layer }: Subject,
  image: { id: string; pixels: RgbaPixels },
  score: ClassScore,
): Promise<SaliencyMap> {
  const method = methodOf(id);
  const work = method.whole({ score, ablation: DEFAULT_SWEEP });
  const { result } = await ask(engine, { image, layer, work, budgetBytes: BUDGET_BYTES });
  if (!result) throw new Error(`${id} gave no map`);
  return method.mapOf(result, score, null).map;
}

export interface MeasuredImage {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
  /** What removed pixels became; measurements of former versions lack it, and blurred them. */
  readonly removal?: Removal;
  /** By the title of the map; null for one without a ranking. */
  readonly measures: Readonly<Record<string, MapMeasures | null>>;
}

export interface GivenImage {
  readonly path: string;
  readonly label: string;
  readonly pixels: RgbaPixels;
}

/** The logit of the best class. */
async function scoreOf(engine: Engine, { defaultLayer, reading }: ModelInfo, { path, pixels }: GivenImage): Promise<ClassScore> {
  const image = { id: path, pixels };
  const { logits } = await ask(engine, { image, layer: defaultLayer, work: null, budgetBytes: BUDGET_BYTES });
  return { classIndex: topClasses(logits, reading, 1)[0] ?? 0, kind: 'logit', versus: null, reading };
}

/** What every replacement leaves of the image's probability. */
export async function removalOf(engine: Engine, info: ModelInfo, image: GivenImage): Promise<Removal[]> {
  const score: ClassScore = { ...(await scoreOf(engine, info, image)), kind: 'probability' };
  const removals: Removal[] = [];
  const settings = { ...DEFAULT_MEASURE, replacement: 'auto' } as const;
  const input = { id: image.path, pixels: image.pixels };
  await engine.measure({ image: input, score, maps: [], settings, budgetBytes: BUDGET_BYTES }, (event) => {
    if (event.kind === 'removal') removals.push(event.removal);
  });
  return removals;
}

/** @param seed of the random map */
export async function measureImage(
  engine: Engine,
  info: ModelInfo,
  subjects: readonly Subject[],
  settings: MeasureSettings,
  image: GivenImage,
  seed: number,
): Promise<MeasuredImage> {
  const { path, label, pixels } = image;
  const input = { id: path, pixels };
  const score = await scoreOf(engine, info, image);
  const { classIndex } = score;
  const maps: { id: string; map: SaliencyMap }[] = [];
  for (const subject of subjects) {
    maps.push({ id: subject.title, map: await mapOf(engine, subject, input, score) });
  }
  const [first] = maps;
  if (first) maps.push({ id: RANDOM, map: randomMap(first.map, seed) });
  const measures: Record<string, MapMeasures | null> = Object.fromEntries(maps.map(({ id }) => [id, null]));
  const removals: Removal[] = [];
  await engine.measure({ image: input, score: { ...score, kind: 'probability' }, maps, settings, budgetBytes: BUDGET_BYTES }, (event) => {
    if (event.kind === 'removal') removals.push(event.removal);
    if (event.kind === 'measured') measures[event.id] = event.measures;
  });
  const [removal] = removals;
  return { path, label, predicted: info.classNames[classIndex] ?? `${classIndex}`, ...(removal ? { removal } : {}), measures };
}
