/** All that is measured of one picture: the maps of some methods at some layers, and a random one. */
import { DEFAULT_ABLATION } from '../../src/core/ablation-plan.ts';
import type { MapMeasures, MeasureSettings } from '../../src/core/faithfulness/measures.ts';
import { randomMap } from '../../src/core/faithfulness/random.ts';
import type { SaliencyMap } from '../../src/core/saliency-map.ts';
import { type ClassScore, topClasses } from '../../src/core/scores.ts';
import { type MethodId, methodOf } from '../../src/explain/methods/list.ts';
import { ask } from '../../src/protocol/ask.ts';
import type { Engine, ModelInfo, RgbaPixels } from '../../src/protocol/engine.ts';

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
  picture: { id: string; pixels: RgbaPixels },
  score: ClassScore,
): Promise<SaliencyMap> {
  const method = methodOf(id);
  const work = method.whole({ score, ablation: DEFAULT_ABLATION });
  const { result } = await ask(engine, { picture, layer, work, budgetBytes: BUDGET_BYTES });
  if (!result) throw new Error(`${id} gave no map`);
  return method.mapOf(result, score, null).map;
}

export interface MeasuredPicture {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
  /** By the title of the map; null for one without a ranking. */
  readonly measures: Readonly<Record<string, MapMeasures | null>>;
}

/** @param seed of the random map */
export async function measurePicture(
  engine: Engine,
  { classNames, defaultLayer, reading }: ModelInfo,
  subjects: readonly Subject[],
  settings: MeasureSettings,
  picture: { readonly path: string; readonly label: string; readonly pixels: RgbaPixels },
  seed: number,
): Promise<MeasuredPicture> {
  const { path, label, pixels } = picture;
  const input = { id: path, pixels };
  const { logits } = await ask(engine, { picture: input, layer: defaultLayer, work: null, budgetBytes: BUDGET_BYTES });
  const classIndex = topClasses(logits, reading, 1)[0] ?? 0;
  const score: ClassScore = { classIndex, kind: 'logit', versus: null, reading };
  const maps: { id: string; map: SaliencyMap }[] = [];
  for (const subject of subjects) {
    maps.push({ id: subject.title, map: await mapOf(engine, subject, input, score) });
  }
  const [first] = maps;
  if (first) maps.push({ id: RANDOM, map: randomMap(first.map, seed) });
  const measures: Record<string, MapMeasures | null> = Object.fromEntries(maps.map(({ id }) => [id, null]));
  await engine.measure({ picture: input, score: { ...score, kind: 'probability' }, maps, settings, budgetBytes: BUDGET_BYTES }, (event) => {
    if (event.kind === 'measured') measures[event.id] = event.measures;
  });
  return { path, label, predicted: classNames[classIndex] ?? `${classIndex}`, measures };
}
