/** A finished map as files: what it is called, and its numbers with all that they are numbers of. The same on the page and on the command line. */
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { exportName } from '../core/reports/export-name.ts';
import { heatmapJson } from '../explain/heatmap-json.ts';
import { ablationSweepIn, valueIn } from '../explain/methods/ablation-sweep.ts';
import { methodOf } from '../explain/methods/list.ts';
import { knowsNoClass } from '../explain/methods/method.ts';
import { type ClassScore, scoreOf, type Versus } from '../explain/target.ts';
import { isSweepResult, type Result } from '../explain/work.ts';
import type { BackendName } from '../protocol/engine.ts';

/** What is said in a class's place of a map that knows none. */
export const NO_CLASS = 'no class';

/** A map, and what it was made with. */
export interface FinishedMap {
  readonly result: Result;
  /** As the engine found it: what is saved. */
  readonly raw: SaliencyMap;
  readonly score: ClassScore;
  /** The intact network's, `[classes]`. */
  readonly logits: Float32Array;
  readonly modelId: string;
  readonly layer: string;
  readonly backend: BackendName;
}

/** The name of each class or number. */
type NameOf = (index: number) => string;

/** What is explained, in words: `birch`, `birch rather than ash`, or `birch rather than its look-alikes`. */
export function scoreName({ classIndex, versus }: Pick<ClassScore, 'classIndex' | 'versus'>, nameOf: NameOf): string {
  const own = nameOf(classIndex);
  if (versus === null) return own;
  return `${own} rather than ${typeof versus === 'number' ? nameOf(versus) : 'its look-alikes'}`;
}

/** What a map is of, in words: as `scoreName`, or that it is of none. */
export function explainedName({ result, score }: Pick<FinishedMap, 'result' | 'score'>, nameOf: NameOf): string {
  return knowsNoClass(methodOf(result.method)) ? NO_CLASS : scoreName(score, nameOf);
}

/** @param what the method, or what else is in the file */
export function mapFileName(
  { result, score, layer }: Pick<FinishedMap, 'result' | 'score' | 'layer'>,
  image: string,
  nameOf: NameOf,
  what: string,
  extension: string,
): string {
  return exportName(image, explainedName({ result, score }, nameOf), layer, what, extension);
}

/** One class, or several. */
export function rivalsIn<Named>(versus: Versus, named: (index: number) => Named): Named | readonly Named[] | null {
  return versus === null ? null : typeof versus === 'number' ? named(versus) : versus.map(named);
}

/** JSON text (docs/interface.md). */
export function mapJson(
  { result, raw, score, logits, modelId, layer, backend }: FinishedMap,
  input: { readonly name: string; readonly width: number; readonly height: number },
  nameOf: NameOf,
): string {
  const method = methodOf(result.method);
  const named = (index: number) => ({ index, name: nameOf(index) });
  const isOfClass = !knowsNoClass(method);
  const sweep = ablationSweepIn(result);
  const baseline = isSweepResult(result) ? result.sweep.baseline : logits;
  return heatmapJson({
    method: method.slug,
    model: modelId,
    layer,
    class: isOfClass ? named(score.classIndex) : null,
    score: isOfClass ? score.kind : null,
    baseline: isOfClass ? scoreOf(baseline, score) : null,
    map: raw,
    window: sweep?.window ?? null,
    stride: sweep?.stride ?? null,
    value: valueIn(result),
    versus: isOfClass ? rivalsIn(score.versus, named) : null,
    input: { name: input.name, width: input.width, height: input.height },
    backend,
    durationMs: result.durationMs,
    forwardMs: result.forwardMs,
  });
}
