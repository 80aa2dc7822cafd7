/** Questions to a network that is loaded, each answered as a whole. */
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { LayerInfo } from '../explain/layer-info.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import { knowsNoClass, unitOf } from '../explain/methods/method.ts';
import { classLogits, probabilities, type ScoreKind, scoreOf, topClasses } from '../explain/target.ts';
import { ask } from '../protocol/ask.ts';
import { DEFAULT_MEMORY_MB, type ModelInfo } from '../protocol/engine.ts';
import type { Explains } from '../protocol/explain.ts';
import { layerAsked, methodAsked, type Question, scoreAsked, settingsAsked } from './question.ts';

/** A layer of the network. */
export type ModelLayer = Pick<LayerInfo, 'name' | 'kind' | 'rows' | 'columns' | 'channels' | 'unsupportedReason'>;

/** What is known of a network that was opened. */
export interface OpenedModel
  extends Pick<
    ModelInfo,
    'title' | 'input' | 'classNames' | 'reading' | 'defaultLayer' | 'preprocessing' | 'isGuessed' | 'parameterCount' | 'remark'
  > {
  /** In the order in which the network runs them; those that cannot be explained say why. */
  readonly layers: readonly ModelLayer[];
}

/** One class, or one number, as the network says it. */
export interface NamedScore {
  /** From 0. */
  readonly index: number;
  readonly name: string;
  /** Before the output's activation; of a number the value itself. */
  readonly logit: number;
  /** From 0 to 1; null for numbers, which have none. */
  readonly probability: number | null;
}

/** What the network says of an image: all classes, the best first. */
export type Prediction = readonly NamedScore[];

/** A finished map, and all that is needed to use it elsewhere. */
export interface Explanation {
  readonly method: MethodId;
  readonly layer: string;
  /** What is explained; null for a method that knows no class (Eigen-CAM). */
  readonly explained: NamedScore | null;
  /** The score that is explained: which, and how much the intact network gives; null likewise. */
  readonly score: { readonly kind: ScoreKind; readonly baseline: number } | null;
  /**
   * One value for each cell of the layer (of Occlusion and RISE: each pixel, or cell of a grid, of the network's input), signed, not
   * normalised, and 0 where there is nothing but float32's rounding: what is drawn.
   */
  readonly map: SaliencyMap;
  /** As it was computed: of a sweep with windows one value for each of their positions. */
  readonly raw: SaliencyMap;
  /** Of the map's values, in words, such as `drop in logit`. */
  readonly unit: string;
  /** What must be known to read the map right; empty where there is nothing. */
  readonly caveat: string;
  readonly prediction: Prediction;
  /** The method's own time, in milliseconds, and that of the forward pass that it starts from. */
  readonly durationMs: number;
  readonly forwardMs: number;
}

/**
 * A network that is ready to be asked.
 *
 * @typeParam Image in which form it takes images
 */
export interface Explainer<Image> {
  readonly model: OpenedModel;
  /** What it runs on: `webgpu`, `webgl`, `wasm` or `cpu`. */
  readonly backend: string;
  /**
   * What the network says of the image.
   *
   * @throws AppError
   */
  predict(image: Image, options?: Pick<Question, 'signal'>): Promise<Prediction>;
  /**
   * Explains the image. Images wait for those that were asked for before them.
   *
   * @throws AppError `layer-unknown`, `class-unknown` or `option-wrong` for what does not fit the model, `out-of-memory` where not even one copy
   * of a layer keeps to the memory allowed; or the signal's reason
   */
  explain(image: Image, question?: Question): Promise<Explanation>;
  /** Frees all that it holds. It is of no use afterwards. */
  close(): void;
}

/** @param Input in which form the engine takes images */
export interface ExplainerParts<Image, Input> {
  readonly engine: Explains<Input>;
  readonly model: ModelInfo;
  readonly backend: string;
  inputOf(image: Image): Promise<Input>;
  close(): void;
}

function predictionOf({ reading, classNames }: ModelInfo, logits: Float32Array): Prediction {
  const values = classLogits(logits, reading);
  const shares = probabilities(logits, reading);
  return topClasses(logits, reading, values.length).map((index) => ({
    index,
    name: classNames[index] ?? '',
    logit: values[index] ?? Number.NaN,
    probability: shares?.[index] ?? null,
  }));
}

export function explainerOf<Image, Input>(parts: ExplainerParts<Image, Input>): Explainer<Image> {
  const { engine, model, backend } = parts;
  const usualBudgetBytes = 1e6 * DEFAULT_MEMORY_MB[backend.startsWith('webg') ? 'webgpu' : 'wasm'];

  async function explain(image: Image, question: Question = {}): Promise<Explanation> {
    const method = methodOf(methodAsked(question));
    const info = layerAsked(model, question);
    const ablation = settingsAsked(model, question, info);
    const layer = info.name;
    const { signal, onProgress, budgetBytes = usualBudgetBytes } = question;
    const request = { image: await parts.inputOf(image), preprocessing: model.preprocessing, layer, budgetBytes };
    const { logits } = await ask(engine, { ...request, work: null }, () => {}, signal);
    const score = scoreAsked(model, question, logits);
    const work = method.whole({ score, ablation });
    const { result } = await ask(
      engine,
      { ...request, work },
      (event) => {
        if (event.kind === 'progress') onProgress?.(event.done, event.total);
      },
      signal,
    );
    if (!result) throw new Error(`${method.id} gave no result`);
    const prediction = predictionOf(model, logits);
    const isOfClass = !knowsNoClass(method);
    return {
      method: method.id,
      layer,
      explained: (isOfClass && prediction.find(({ index }) => index === score.classIndex)) || null,
      score: isOfClass ? { kind: score.kind, baseline: scoreOf(logits, score) } : null,
      ...method.mapOf(result, score, null),
      unit: unitOf(method, score),
      caveat: method.caveat(result, score),
      prediction,
      durationMs: result.durationMs,
      forwardMs: result.forwardMs,
    };
  }

  return {
    model,
    backend,
    explain,
    async predict(image, { signal } = {}) {
      const { preprocessing, defaultLayer: layer } = model;
      const request = { image: await parts.inputOf(image), preprocessing, layer, budgetBytes: usualBudgetBytes, work: null };
      const { logits } = await ask(engine, request, () => {}, signal);
      return predictionOf(model, logits);
    },
    close: () => parts.close(),
  };
}
