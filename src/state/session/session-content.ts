/** What a session holds, from what is on screen and in memory. */
import { isComplete } from '../../explain/item-sweep.ts';
import { isSweepResult, isSweepWork } from '../../explain/work.ts';
import type { ModelIdentity } from '../../protocol/engine.ts';
import type { KeptFinding } from '../../protocol/kept-image.ts';
import type { Session, SessionMeasures, SessionModel, SessionSanity, SessionStability } from '../../protocol/session.ts';
import { depthStatus } from '../across-layers/depth-selectors.ts';
import type { AppState } from '../app-state.ts';
import type { ResultCache } from '../explanation/result-cache.ts';
import { stabilityInView } from '../stability/stability-selectors.ts';
import { subjectKey } from '../view/in-view.ts';

/** The model on screen, as sessions tell it from others; null while there is none. */
export function sessionModelOf({ model: { card, info } }: AppState, { sha256 }: ModelIdentity): SessionModel | null {
  if (!card || !info) return null;
  const { id, title, input, reading, preprocessing, classNames } = card;
  return { id, title, sha256, input, output: info.output, reading, preprocessing, classNames };
}

function findingsOf(state: AppState, cache: ResultCache, modelId: string): KeptFinding[] {
  const ids = new Set(state.images.items.map(({ id }) => id));
  const findings: KeptFinding[] = [];
  for (const imageId of ids) {
    const logits = cache.findLogits(modelId, imageId);
    if (logits) findings.push({ kind: 'logits', imageId, logits });
  }
  for (const { work, result, context } of cache.all()) {
    const { imageId, layer, backend } = context;
    if (context.modelId !== modelId || !ids.has(imageId) || (isSweepResult(result) && !isComplete(result.sweep))) continue;
    findings.push({ kind: 'result', imageId, layer, backend, work: isSweepWork(work) ? { ...work, items: null } : work, result });
  }
  return findings;
}

/** What is finished, and about what is in view. */
function measuredIn(state: AppState): SessionMeasures | null {
  const { status, about, className, reading, measuredWith, removal, rows } = state.faithfulness;
  if (status !== 'done' || about !== subjectKey(state, 'score')) return null;
  return {
    className,
    reading,
    measuredWith,
    removal,
    rows: rows.map(({ id, layer, map, measures, changes }) => ({ id, layer, map, measures, changes })),
  };
}

function sanityIn(state: AppState): SessionSanity | null {
  const { status, about, methods, stages } = state.sanity;
  return status === 'done' && about === subjectKey(state, 'score') ? { methods, stages } : null;
}

function stabilityIn(state: AppState): SessionStability | null {
  const begun = Object.entries(stabilityInView(state)?.maps ?? {}).filter(([, { moments }]) => moments !== null);
  return begun.length > 0 ? { settings: state.stability.settings, maps: Object.fromEntries(begun) } : null;
}

/** Null while there is nothing to save. */
export function sessionOf(state: AppState, cache: ResultCache, identity: ModelIdentity, version: string): Session | null {
  const model = sessionModelOf(state, identity);
  const { layer, classIndex, score, versus, ablation, methods, order, display } = state.view;
  if (!model || layer === null) return null;
  const { items, selectedId } = state.images;
  const isThere = (imageId: string) => items.some(({ id }) => id === imageId);
  const { removed, logits, about } = state.cells;
  const isAboutView = about !== null && about === subjectKey(state, 'layer');
  const { box } = state.faithfulness;
  const { combination, leftOut, added } = state.depth;
  return {
    version,
    model,
    view: { layer, classIndex, score, versus, ablation, methods, order, display },
    images: items.map(({ id, name, folder, isStretched, sample, file }) => ({ id, name, folder, isStretched, sample, file })),
    selectedId,
    findings: findingsOf(state, cache, model.id),
    cells: isAboutView ? { removed, logits } : { removed: [], logits: null },
    box: box && isThere(box.imageId) ? box : null,
    pins: state.compare.pins
      .filter(({ modelId, imageId }) => modelId === model.id && isThere(imageId))
      .map(({ title, unit, subject, imageId, map }) => ({ title, unit, subject, imageId, map })),
    measured: measuredIn(state),
    sanity: sanityIn(state),
    isAcrossLayers: depthStatus(state) === 'done',
    combined: { combination, leftOut, added },
    stability: stabilityIn(state),
  };
}
