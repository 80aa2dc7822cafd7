/** The numbers that real Keras and PyTorch gave, through the command line: the same as the engine's to 1e-5, and as theirs to 1e-3 of the range. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LocalEngine } from '../engine/local-engine.ts';
import { nodeDeviceEnvironment } from '../engine/node/node-device.ts';
import { explain, noDownload, resultOf } from '../engine/testing/test-engine.ts';
import { methodOf } from '../explain/methods/list.ts';
import { goldenExpected, goldenFiles, goldenImage, readGolden } from '../formats/testing/goldens.ts';
import { runHere } from './testing/run-here.ts';

const METHODS = ['grad-cam', 'fast-ablation-cam', 'ablation-cam'] as const;
const folder = mkdtempSync(join(tmpdir(), 'goldens-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of each network one file and its last explanation, or all of them. */
const TAKES_ALL = process.env.NETWORKS === 'all';
const FILES = goldenFiles().filter(
  ({ isThere, name }, i, all) => isThere && (TAKES_ALL || all.findIndex((other) => other.name === name) === i),
);

function furthest(actual: readonly number[], wanted: readonly number[]): number {
  expect(actual).toHaveLength(wanted.length);
  return Math.max(...wanted.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
}

function rangeOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values) || Math.max(...values.map(Math.abs));
}

describe.each(FILES)('$name/$file', (golden) => {
  const { name, path } = golden;
  const expected = goldenExpected(name);
  const [height, width] = expected.inputSize;
  const given = TAKES_ALL ? expected.explanations : expected.explanations.slice(-1);

  it.each(given)('$layer, class $class', async ({ layer, class: classIndex, gradCam, fastAblationLogitDrop, ablationCam }) => {
    const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: () => readGolden(golden), download: noDownload });
    await engine.start('wasm');
    await engine.loadModel({ kind: 'files', id: name, files: [], input: { width, height }, output: null }, () => {});
    // The classes that it names may be called like numbers: the JSON says which one was explained.
    const out = join(folder, `${name}-${layer.replaceAll('/', '-')}-${classIndex}`);
    const image = join(dirname(path), 'input.png');
    const options = [
      '--layer',
      layer,
      '--class',
      String(classIndex),
      '--methods',
      METHODS.join(),
      '--channels',
      '0',
      '--input',
      `${height}x${width}`,
    ];
    const { code, said } = await runHere(['explain', image, '--model', path, '--out', out, ...options, '--files', 'data,array']);
    expect(code, said).toBe(0);
    const [line = ''] = readFileSync(join(out, 'results.jsonl'), 'utf8').split('\n');
    const { maps, explained } = JSON.parse(line);
    expect(explained.index).toBe(classIndex);
    const request = { image: { id: name, pixels: await goldenImage(name) }, layer, classIndex, score: 'logit', methods: METHODS } as const;
    const { results } = await explain(engine, request);
    const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
    for (const [id, theirs] of [
      ['grad-cam', gradCam],
      ['fast-ablation-cam', fastAblationLogitDrop],
      ['ablation-cam', ablationCam],
    ] as const) {
      const { data } = maps.find(({ method }: { method: string }) => method === id);
      const { values } = JSON.parse(readFileSync(join(out, data), 'utf8'));
      const own = [...methodOf(id).mapOf(resultOf(results, id), score, null).raw.values];
      expect(furthest(values.flat(), own)).toBeLessThanOrEqual(1e-5 * Math.max(1, rangeOf(own)));
      expect(furthest(values.flat(), theirs.flat()) / rangeOf(theirs.flat())).toBeLessThan(1e-3);
    }
    engine.dispose();
  });
});
