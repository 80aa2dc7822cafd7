/** What components read: derived from the state, and the same object as long as its ingredients are the same. */
import { mapOfSweep, onCells } from '../core/ablation-plan.ts';
import { mapOfChannels } from '../core/channel-sweep.ts';
import { correlation } from '../core/correlation.ts';
import { isComplete } from '../core/item-sweep.ts';
import type { LayerInfo } from '../core/layer-info.ts';
import { displayScale } from '../core/map-painter.ts';
import type { MethodId } from '../core/methods.ts';
import type { SaliencyMap } from '../core/saliency-map.ts';
import { type ClassScore, type OutputActivation, probabilities, type ScoreKind, topClasses } from '../core/scores.ts';
import type { MethodResult } from '../protocol/engine.ts';
import type { AppState } from './app-state.ts';
import type { ResultContext, SweepEstimate } from './explanation-state.ts';
import type { Picture } from './picture-state.ts';
import { remembered } from './remembered.ts';

export function selectedPicture({ pictures }: AppState): Picture | null {
  return pictures.items.find(({ id }) => id === pictures.selectedId) ?? null;
}

/** What the model on screen takes a sample for that shows something else; null where it is right, or nobody knows. */
export function mistakenName({ sample }: Picture, { model }: AppState): string | null {
  const isWrong = sample !== null && sample.label !== null && sample.label !== sample.named;
  return isWrong && sample.modelId === model.card?.id ? sample.named : null;
}

const scoreOfClass = remembered(
  (classIndex: number, kind: ScoreKind, versus: number | null): ClassScore => ({
    classIndex,
    kind,
    // A class is not explained against itself.
    versus: versus === classIndex ? null : versus,
  }),
);

/** What is explained: the class chosen, else the picture's best. Null while neither is known. */
export function scoreToExplain(view: AppState['view'], logits: Float32Array | null): ClassScore | null {
  const classIndex = view.classIndex ?? (logits ? topClasses(logits, 1)[0] : undefined);
  return classIndex === undefined ? null : scoreOfClass(classIndex, view.score, view.versus);
}

/** The class that is explained. */
export function effectiveClass({ view, explanation }: AppState): number | null {
  return scoreToExplain(view, explanation.logits)?.classIndex ?? null;
}

/** A map together with what it is a map of, which is what captions, legends and exports must say. */
export interface ShownMap {
  /** On the layer's cells: what is drawn. */
  readonly map: SaliencyMap;
  /** One value per window position: what is measured, and saved. */
  readonly raw: SaliencyMap;
  readonly result: MethodResult;
  readonly context: ResultContext;
  readonly score: ClassScore;
  /** For a long sweep: what the positions that are not exact yet show, and how well it did once all are. */
  readonly estimate: (SweepEstimate & { readonly correlation: number | null }) | null;
}

/** A result's map on the layer's cells, and as it was measured. */
export function mapOf(result: MethodResult, score: ClassScore, activation: OutputActivation, estimate: SweepEstimate | null) {
  switch (result.method) {
    case 'grad-cam':
      return { map: result.map, raw: result.map };
    case 'ablation-cam': {
      const map = mapOfChannels(result.sweep, score, activation);
      return { map, raw: map };
    }
    case 'fast-ablation-cam': {
      const raw = mapOfSweep(result.sweep, score, activation, estimate?.values ?? null);
      return { map: onCells(raw, result.sweep.cells, result.sweep), raw };
    }
  }
}

const shownMapOf = remembered(
  (
    result: MethodResult,
    context: ResultContext,
    score: ClassScore,
    activation: OutputActivation,
    estimate: SweepEstimate | null,
  ): ShownMap => {
    const { map, raw } = mapOf(result, score, activation, estimate);
    const isFinished = result.method === 'fast-ablation-cam' && isComplete(result.sweep);
    return {
      map,
      raw,
      result,
      context,
      score: result.method === 'grad-cam' ? result.score : score,
      estimate: estimate && { ...estimate, correlation: isFinished ? correlation(raw.values, estimate.values) : null },
    };
  },
);

/**
 * The map on screen: the one in view when the figure is done; before that, as much of it as there is, or the figure's former map of the same
 * picture, which may be of another layer or class. Null when there is none.
 */
export function shownMap(state: AppState, method: MethodId): ShownMap | null {
  const { result, resultOf, estimate } = state.explanation.figures[method];
  const score = scoreToExplain(state.view, state.explanation.logits);
  const { card } = state.model;
  if (!result || !resultOf || !card || resultOf.modelId !== card.id) return null;
  // A sweep that was left unfinished at another layer has holes.
  if (score === null || (result.method === 'fast-ablation-cam' && !estimate && !isComplete(result.sweep))) return null;
  return shownMapOf(result, resultOf, score, card.outputActivation, estimate);
}

/** The value at the end of the colour scale that all figures on screen have in common; null where each has its own. */
export function sharedLimit(state: AppState): number | null {
  const { display, methods } = state.view;
  if (display.scale === 'own') return null;
  const limits = methods.map((method) => {
    const shown = shownMap(state, method);
    return shown ? displayScale(shown.map, display.sign).limit : 0;
  });
  return Math.max(...limits) || null;
}

/** The layer in view; null until a model is loaded. */
export function layerInView({ model, view }: AppState): LayerInfo | null {
  return model.info?.layers.find(({ name }) => name === view.layer) ?? null;
}

export interface Prediction {
  readonly classIndex: number;
  readonly name: string;
  readonly probability: number;
}

const predictionsOf = remembered(
  (logits: Float32Array, activation: OutputActivation, classNames: readonly string[], count: number): readonly Prediction[] => {
    const all = probabilities(logits, activation);
    return topClasses(logits, count).map((classIndex) => ({
      classIndex,
      name: classNames[classIndex] ?? `class ${classIndex}`,
      probability: all[classIndex] ?? 0,
    }));
  },
);

const NONE: readonly Prediction[] = [];

/** The best classes of the selected picture, best first. */
export function predictions({ explanation, model }: AppState, count: number): readonly Prediction[] {
  const classNames = model.card?.classNames ?? [];
  return explanation.logits && model.card ? predictionsOf(explanation.logits, model.card.outputActivation, classNames, count) : NONE;
}

export function classNameOf({ model }: AppState, classIndex: number): string {
  return model.card?.classNames[classIndex] ?? `class ${classIndex}`;
}

/** What is explained, in words: `birch`, or `birch rather than ash`. */
export function scoreNameOf(state: AppState, { classIndex, versus }: ClassScore): string {
  const own = classNameOf(state, classIndex);
  return versus === null ? own : `${own} rather than ${classNameOf(state, versus)}`;
}
