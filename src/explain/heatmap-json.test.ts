import { expect, it } from 'vitest';
import { heatmapJson } from './heatmap-json.ts';

it('heatmap JSON has the promised fields in the promised order, and values by rows', () => {
  const text = heatmapJson({
    method: 'fast-ablation-cam',
    model: 'm',
    layer: 'relu',
    class: { index: 3, name: 'cat' },
    score: 'logit',
    baseline: 4.5,
    map: { rows: 2, columns: 3, values: Float32Array.from([1, -2, 3, 4, 5, 6]) },
    window: 1,
    stride: 1,
    value: 0,
    versus: null,
    input: { name: 'cat.png', width: 640, height: 480 },
    backend: 'wasm',
    durationMs: 12.6,
    forwardMs: 300.2,
  });
  const json = JSON.parse(text);
  const fields = [
    'method',
    'model',
    'layer',
    'class',
    'score',
    'baseline',
    'shape',
    'values',
    'window',
    'stride',
    'value',
    'versus',
    'input',
    'backend',
    'durationMs',
    'forwardMs',
  ];
  expect(Object.keys(json)).toEqual(fields);
  expect(json).toMatchObject({
    shape: [2, 3],
    values: [
      [1, -2, 3],
      [4, 5, 6],
    ],
    durationMs: 13,
    forwardMs: 300,
  });
});
