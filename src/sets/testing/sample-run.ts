/** A small finished run, for tests of what becomes of results. */
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { DEFAULT_METHODS } from '../../explain/methods/list.ts';
import { METRICS, type MetricScores } from '../../metrics/scores.ts';
import type { ResultLine } from '../results/result-line.ts';
import { hashOfPaths, pathsOfShard, type RunRecord, type Shard } from '../results/run-record.ts';
import { DEFAULT_DISPLAY, DEFAULT_SETTINGS } from '../setting-values.ts';

export function sampleLine(path: string): ResultLine {
  const output = { index: 1, name: 'elm', probability: 0.75, value: 1.5 };
  const scores = Object.fromEntries(METRICS.map(({ id }, i) => [id, i === 0 ? null : i / 8])) as MetricScores;
  return {
    path,
    label: 'elm',
    width: 40,
    height: 30,
    predicted: output,
    explained: output,
    maps: DEFAULT_METHODS.map((method) => ({
      method,
      overlay: `maps/${path}_${method}.png`,
      data: `maps/${path}_${method}.json`,
      array: null,
      unit: 'logit drop',
      minimum: -1,
      maximum: 2,
    })),
    scores: Object.fromEntries([...DEFAULT_METHODS, 'random'].map((id) => [id, scores])),
    left: 0.25,
    error: null,
    durationMs: 12,
  };
}

export async function sampleRecord(paths: readonly string[], shard: Shard | null = null): Promise<RunRecord> {
  return {
    command: 'measure',
    version: '0.1.0',
    startedAt: '2026-11-26T04:00:00.000Z',
    name: 'trees',
    model: { id: 'trees', title: 'Trees', sha256: 'ab'.repeat(32), classNames: ['oak', 'elm', 'ash'] },
    settings: {
      layer: 'last',
      methods: DEFAULT_METHODS,
      classIndex: null,
      score: 'logit',
      versus: null,
      ablation: DEFAULT_SETTINGS,
      measure: { steps: 8, replacement: 'auto' },
      preprocessing: TORCH_PREPROCESSING,
      input: { width: 12, height: 12 },
      output: 0,
      reading: 'softmax',
      choices: {},
      isStretched: false,
      display: DEFAULT_DISPLAY,
      files: ['data'],
      backend: 'wasm',
    },
    chosen: { replacement: 'mean', images: 2, left: { blur: 0.5, mean: 0.01 } },
    shard,
    set: { count: paths.length, sha256: await hashOfPaths(paths) },
    paths: pathsOfShard(paths, shard),
    remarks: [],
  };
}
