/** One image explained by several methods, with the settings of a run: what the network says of it, and its maps. */
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import { type ClassScore, versusOf } from '../explain/target.ts';
import { INPUT_IMAGE, isAboutImage } from '../explain/work.ts';
import type { Engine } from '../protocol/engine.ts';
import { bestScore, explainWhole, logitsOf, type WholeRequest } from './explain-whole.ts';
import type { FinishedMap } from './map-data.ts';
import type { SetMap } from './measure-set-image.ts';
import type { RunSettings } from './results/run-record.ts';

/** A map of one method. */
export interface ExplainedMap extends FinishedMap {
  readonly method: MethodId;
  /** On the layer's cells, and with zeros for what is nothing but rounding: what is drawn. */
  readonly map: SaliencyMap;
}

export interface ExplainedImage {
  /** `[classes]` */
  readonly logits: Float32Array;
  /** What is explained. */
  readonly score: ClassScore;
  /** The class that is best; of numbers the largest. */
  readonly best: number;
  readonly maps: readonly ExplainedMap[];
}

/** The class that was asked for, else the best one. */
function scoreFor({ classIndex: asked, score: kind, versus, reading }: RunSettings, logits: Float32Array): ClassScore {
  const classIndex = asked ?? bestScore(logits, reading).classIndex;
  return { classIndex, kind, versus: versusOf(versus, classIndex, logits, reading) ?? null, reading };
}

/** What was found by a method, as a map. */
export function explainedMap({ layer, backend, ablation }: RunSettings, modelId: string, found: SetMap): ExplainedMap {
  const { result, score } = found;
  const method = methodOf(found.method);
  const isOfImage = isAboutImage(method.whole({ score, ablation }));
  return { ...found, ...method.mapOf(result, score, null), modelId, layer: isOfImage ? INPUT_IMAGE : layer, backend };
}

/** @throws AppError, or the signal's reason when cancelled */
export async function explainImage(
  engine: Engine,
  request: WholeRequest,
  settings: RunSettings,
  modelId: string,
  signal: AbortSignal,
): Promise<ExplainedImage> {
  const logits = await logitsOf(engine, request, signal);
  const score = scoreFor(settings, logits);
  const maps: ExplainedMap[] = [];
  for (const id of settings.methods) {
    const result = await explainWhole(engine, request, id, { score, ablation: settings.ablation }, signal);
    if (result) maps.push(explainedMap(settings, modelId, { method: id, result, score, logits }));
  }
  return { logits, score, best: bestScore(logits, settings.reading).classIndex, maps };
}
