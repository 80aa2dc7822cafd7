/**
 * The built-in models on the images that were held out when they were trained, against PyTorch: this holds the converter, the shipped
 * weights, the resize, the preprocessing and the executor to account at once.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../src/engine/loading/download.ts';
import { openModel } from '../../src/engine/loading/model-source.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { topClasses } from '../../src/explain/target.ts';
import { readImage } from '../../src/formats/testing/goldens.ts';
import { sharedData } from '../../src/formats/testing/test-data.ts';
import { ask } from '../../src/protocol/ask.ts';
import type { ModelInfo } from '../../src/protocol/engine.ts';
import { heldOutPaths } from './held-out.ts';

/**
 * Of everyday images every twentieth held-out one is tried, each against PyTorch's answer; `HELD_OUT_STEP=1` tries all, in a quarter of an
 * hour, and alone can tell half a point.
 */
const STEP = Number(process.env.HELD_OUT_STEP ?? 20);
const TIMEOUT_MS = 3_600_000;

const POLLEN = sharedData('polen23e', 'the accuracy of the built-in pollen model is not checked');
const EVERYDAY = sharedData('training/everyday.tar', 'the accuracy of the built-in everyday model is not checked');

let engine: LocalEngine;
beforeAll(async () => {
  engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
  await engine.start('wasm');
});
afterAll(() => engine.dispose());

async function load(id: string): Promise<ModelInfo> {
  return engine.loadModel(await modelFolder(`public/models/${id}`, id), () => {});
}

async function bestClass(path: string, layer: string): Promise<number> {
  const image = { id: path, pixels: await readImage(path) };
  const { logits } = await ask(engine, { image, layer, work: null, budgetBytes: 64e6 });
  return topClasses(logits, 'softmax', 1)[0] ?? -1;
}

describe.skipIf(!POLLEN.isThere)('the pollen model', () => {
  it(
    'gets 147 of the 158 held-out images right, as PyTorch does, give or take one',
    async () => {
      const { classNames, defaultLayer } = await load('densenet169-polen23e');
      expect(defaultLayer).toBe('conv5_block32_concat');
      let right = 0;
      let total = 0;
      for (const label of readdirSync(POLLEN.path)) {
        for (const file of readdirSync(join(POLLEN.path, label))) {
          if (classNames[await bestClass(join(POLLEN.path, label, file), defaultLayer)] === label) right++;
          total++;
        }
      }
      expect(total).toBe(158);
      expect(Math.abs(right - 147)).toBeLessThanOrEqual(1);
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(!EVERYDAY.isThere)('the everyday model', () => {
  const report: { heldOut: number; heldOutTop1At224: number; heldOutClasses: number[] } = JSON.parse(
    readFileSync('tools/training/densenet169-everyday.json', 'utf8'),
  );
  const folder = mkdtempSync(join(tmpdir(), 'everyday-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it(
    `names ${STEP === 1 ? 'all' : `one in ${STEP}`} of the held-out images as PyTorch does, and is right as often`,
    async () => {
      const { classNames, defaultLayer } = await load('densenet169-everyday');
      const listed = execFileSync('tar', ['-tf', EVERYDAY.path], { maxBuffer: 1e8 }).toString().split('\n');
      const heldOut = heldOutPaths(listed, classNames);
      expect(heldOut.length).toBe(report.heldOut);
      expect(report.heldOutClasses.length).toBe(report.heldOut);

      const tried = heldOut.map((entry, i) => ({ ...entry, torchs: report.heldOutClasses[i] })).filter((_, i) => i % STEP === 0);
      execFileSync('tar', ['-xf', EVERYDAY.path, '-C', folder, ...tried.map(({ path }) => path)]);
      let [right, rightByTorch, others] = [0, 0, 0];
      for (const { path, label, torchs } of tried) {
        const best = await bestClass(join(folder, path), defaultLayer);
        if (classNames[best] === label) right++;
        if (classNames[torchs ?? -1] === label) rightByTorch++;
        if (best !== torchs) others++;
      }
      const halfAPoint = Math.max(1, 0.005 * tried.length);
      expect(Math.abs(right - rightByTorch)).toBeLessThanOrEqual(halfAPoint);
      expect(others).toBeLessThanOrEqual(2 * halfAPoint);
      if (STEP === 1) expect(rightByTorch / tried.length).toBeCloseTo(report.heldOutTop1At224, 6);
      if (STEP === 1) console.warn(`${right} of ${tried.length} right, ${rightByTorch} by PyTorch; ${others} named otherwise than there.`);
    },
    TIMEOUT_MS,
  );
});
