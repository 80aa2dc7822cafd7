/** One backend's row of the first table: a pass, each method at the last concatenation, and the original's procedure, in one run. */

import { findNode } from '../../src/engine/graph/layer-graph.ts';
import { DEFAULT_SWEEP } from '../../src/explain/input/input-settings.ts';
import { ablationCam } from '../../src/explain/methods/ablation-cam.ts';
import { fastAblationCam } from '../../src/explain/methods/fast-ablation-cam.ts';
import { gradCam } from '../../src/explain/methods/gradient/grad-cam.ts';
import { METHODS, MOST_SHOWN } from '../../src/explain/methods/list.ts';
import type { Method } from '../../src/explain/methods/method.ts';
import type { BenchSubject } from './bench-subject.ts';
import { medianTimes, timeMs } from './measure.ts';
import { ablateByWholePasses } from './original-procedure.ts';

export interface SweepTimes {
  readonly cells: number;
  readonly passMs: number;
  readonly gradCamMs: number;
  readonly sweepMs: number;
  readonly ablationCamMs: number;
  /** As many methods as are shown at most, the slowest of those that need no whole pass for each copy, with the pass that all start from. */
  readonly together: { readonly methods: readonly string[]; readonly ms: number };
  readonly originalMs: number;
  /** How many of the cells the original's procedure was timed on; the rest is estimated from them. */
  readonly originalCells: number;
  /** The largest difference between the two procedures' maps over the timed cells, as a share of the map's range. */
  readonly difference: number;
}

/** No measurement of one backend should hold the others up: a pass that takes seconds is repeated less often. */
const SECONDS_FOR_ORIGINAL = 40;
/** At the last concatenation, all else takes hundreds. */
const MOST_PASSES = 10;
const SCORE = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
const EACH = { score: SCORE, ablation: DEFAULT_SWEEP };
const SWEEP = fastAblationCam.whole(EACH);

/** The slowest methods, as many as are shown at once, without those whose copies run through the whole network. */
async function slowestMethods(subject: BenchSubject, layerName: string): Promise<readonly Method[]> {
  const layer = subject.info.layers.find(({ name }) => name === layerName);
  if (!layer) throw new Error(`the model has no layer ${layerName}`);
  const timed: { readonly method: Method; readonly durationMs: number }[] = [];
  for (const method of METHODS) {
    if (method.cost(layer, DEFAULT_SWEEP, subject.info).passes > MOST_PASSES) continue;
    const work = method.whole(EACH);
    await subject.ask(layerName, work, false);
    const { result } = await subject.ask(layerName, work, true);
    timed.push({ method, durationMs: result?.durationMs ?? 0 });
  }
  return timed
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, MOST_SHOWN)
    .map(({ method }) => method);
}

export async function benchSweep(subject: BenchSubject): Promise<SweepTimes> {
  const { info, graph, input } = subject;
  const layer = info.defaultLayer;
  const onePassMs = await timeMs(() => subject.ask(layer, null, true));
  const rounds = onePassMs > 3000 ? 1 : onePassMs > 1000 ? 3 : 15;
  const slowest = await slowestMethods(subject, layer);
  const ours = await medianTimes(
    {
      pass: () => subject.ask(layer, null, true),
      gradCam: () => subject.ask(layer, gradCam.whole(EACH), true),
      sweep: () => subject.ask(layer, SWEEP, true),
      ablationCam: () => subject.ask(layer, ablationCam.whole(EACH), true),
      together: async () => {
        for (const [i, method] of slowest.entries()) await subject.ask(layer, method.whole(EACH), i === 0);
      },
    },
    rounds,
  );

  const { logits, result } = await subject.ask(layer, SWEEP, false);
  if (!result) throw new Error('the engine gave no sweep');
  const drop = fastAblationCam.mapOf(result, SCORE, null).raw.values;
  const node = findNode(graph, layer);
  if (!node) throw new Error(`the model has no layer ${layer}`);
  const cells = drop.length;
  const originalCells = Math.max(2, Math.min(cells, Math.floor((SECONDS_FOR_ORIGINAL * 1000) / ours.pass)));
  let scores: Float32Array[] = [];
  const timed = Array.from({ length: originalCells }, (_, cell) => cell);
  await ablateByWholePasses(graph, node, input, [0], 1);
  const timedMs = await timeMs(async () => {
    scores = await ablateByWholePasses(graph, node, input, timed, 1);
  });

  const range = Math.max(...drop) - Math.min(...drop);
  const off = scores.map(([score = Number.NaN], cell) => Math.abs((logits[0] ?? Number.NaN) - score - (drop[cell] ?? Number.NaN)));
  return {
    cells,
    passMs: ours.pass,
    gradCamMs: ours.gradCam,
    sweepMs: ours.sweep,
    ablationCamMs: ours.ablationCam,
    together: { methods: slowest.map(({ title }) => title), ms: ours.together },
    originalMs: (timedMs / originalCells) * cells,
    originalCells,
    difference: Math.max(...off) / range,
  };
}
