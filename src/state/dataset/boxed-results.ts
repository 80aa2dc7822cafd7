/** What was measured of a set, with what the boxes that were drawn on its images say of their maps. */
import { inputFrame } from '../../core/images/geometry.ts';
import { memoize } from '../../core/memoize.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { pointingOf } from '../../metrics/pointing.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { METRICS, type MetricScores } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { randomMapFor } from '../../sets/measure-set-image.ts';
import type { AppState } from '../app-state.ts';
import type { SetSlice } from './set-state.ts';

const BOX_METRICS = METRICS.filter(({ needsBox }) => needsBox);

function withBox(result: SetResult, card: ModelCard, boxes: SetSlice['set']['boxes']): SetResult {
  const { path, size, maps, scores } = result;
  const box = boxes[path];
  if (!box || !size || !maps) return result;
  const frame = inputFrame(size, card.input, card.preprocessing.fit);
  const [first] = Object.values(maps);
  const all = first ? { ...maps, [RANDOM_MAP.id]: randomMapFor(path, first) } : maps;
  const boxed = Object.entries(all).flatMap(([id, map]) => {
    const own = scores[id];
    if (!own) return [];
    const pointing = pointingOf(map, box, frame);
    const said = Object.fromEntries(BOX_METRICS.map((metric) => [metric.id, metric.score(null, pointing)])) as Partial<MetricScores>;
    return [[id, { ...own, ...said }] as const];
  });
  return { ...result, scores: { ...scores, ...Object.fromEntries(boxed) } };
}

const boxedResults = memoize(
  (results: readonly SetResult[], card: ModelCard | null, boxes: SetSlice['set']['boxes']): readonly SetResult[] =>
    card && Object.keys(boxes).length > 0 ? results.map((result) => withBox(result, card, boxes)) : results,
);

/** The results of the set; boxes count as long as the model on screen is the one that it was measured with. */
export function setResults({ set, model }: AppState): readonly SetResult[] {
  return boxedResults(set.results, model.card?.id === set.kept?.modelId ? model.card : null, set.boxes);
}

/** Whether any image of the set has a box. */
export function hasBoxes({ set }: AppState): boolean {
  return Object.keys(set.boxes).length > 0;
}
