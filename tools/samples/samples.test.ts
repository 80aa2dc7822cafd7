/** The samples that come with the built-in models: what is stored of them, and what they are there to show. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../../src/core/ablation-plan.ts';
import { pointingOf } from '../../src/core/faithfulness/pointing.ts';
import { inputFrame } from '../../src/core/geometry.ts';
import type { SaliencyMap } from '../../src/core/saliency-map.ts';
import { type ClassScore, topClasses } from '../../src/core/scores.ts';
import { download } from '../../src/engine/download.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { openModel } from '../../src/engine/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { readPicture } from '../../src/formats/testing/goldens.ts';
import { restoreSample, type StoredSample } from '../../src/platform/samples.ts';
import { ask } from '../../src/protocol/ask.ts';
import type { MethodResult, ModelInfo } from '../../src/protocol/engine.ts';
import { SHIPPED } from '../model-index/model-index.ts';
import { EVERYDAY_SAMPLES } from './everyday-samples.ts';

const FOLDER = 'public/samples';
const EVERYDAY = 'densenet169-everyday';

function storedSamples(modelId: string): StoredSample[] {
  return JSON.parse(readFileSync(`${FOLDER}/${modelId}/samples.json`, 'utf8'));
}

function mapOf(result: MethodResult, score: ClassScore): SaliencyMap {
  if (result.method === 'grad-cam') return result.map;
  if (result.method === 'fast-ablation-cam') return mapOfSweep(result.sweep, score, 'softmax');
  throw new Error(`samples have no ${result.method}`);
}

describe.each(SHIPPED)('the samples of %s', (modelId) => {
  const samples = storedSamples(modelId);
  let engine: LocalEngine;
  let model: ModelInfo;
  beforeAll(async () => {
    engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
    await engine.start('wasm');
    model = await engine.loadModel(await modelFolder(`public/models/${modelId}`, modelId), () => {});
  });
  afterAll(() => engine.dispose());

  it.each(samples)('$name has the scores that the network gives today', async ({ name, layer, logits, label, isMistaken }) => {
    const picture = { id: name, pixels: await readPicture(`${FOLDER}/${modelId}/${name}`) };
    const reply = await ask(engine, { picture, layer, work: null, budgetBytes: 64e6 });
    for (const [i, logit] of logits.entries()) expect(reply.logits[i]).toBeCloseTo(logit, 3);
    const named = model.classNames[topClasses(reply.logits, 1)[0] ?? -1];
    if (label !== null) expect(named !== label).toBe(isMistaken);
    expect(layer).toBe(model.defaultLayer);
  });

  it('are small, and all that lies in their folder', async () => {
    expect(readdirSync(`${FOLDER}/${modelId}`).sort()).toEqual([...samples.map(({ name }) => name), 'samples.json'].sort());
    for (const { name } of samples) {
      const { width, height } = await readPicture(`${FOLDER}/${modelId}/${name}`);
      expect(Math.max(width, height)).toBeLessThanOrEqual(480);
    }
  });

  it.each(samples.filter(({ box, isMistaken }) => box && !isMistaken))(
    '$name: both methods point at the object more than chance would',
    async ({ box, ...stored }) => {
      const { results, logits } = restoreSample({ box, ...stored }, () => Promise.reject(new Error('not needed')));
      const size = await readPicture(`${FOLDER}/${modelId}/${stored.name}`);
      const frame = inputFrame(size, model.input, model.preprocessing.fit);
      const score = { classIndex: topClasses(logits, 1)[0] ?? -1, kind: 'logit', versus: null } as const;
      expect(results.map(({ work }) => work.method)).toEqual(['grad-cam', 'fast-ablation-cam']);
      for (const { result } of results) {
        const pointing = box && pointingOf(mapOf(result, score), box, frame);
        expect(pointing?.boxShare, result.method).toBeLessThan(0.95);
        expect(pointing?.energy, result.method).toBeGreaterThan(pointing?.boxShare ?? 1);
      }
    },
  );
});

describe('the everyday samples', () => {
  const samples = storedSamples(EVERYDAY);

  it('are the ones that are described, with what is said of them', () => {
    const described = ({ name, label, caption, credit, box }: StoredSample) => ({ name, label, caption, credit, box });
    expect(samples.map(described)).toEqual(EVERYDAY_SAMPLES);
    expect(samples.every(({ credit, label }) => credit && label)).toBe(true);
  });

  it('are credited to their makers, in the folder too', () => {
    const readme = readFileSync(`${FOLDER}/README.md`, 'utf8');
    for (const { name, credit } of samples) {
      const row = readme.split('\n').find((line) => line.startsWith(`| ${name} `));
      expect(row).toContain(credit?.text.split(',')[0]);
    }
  });

  it('are named rightly, but for the one that shows what the maps are for', () => {
    expect(samples.filter(({ isMistaken }) => isMistaken).map(({ name }) => name)).toEqual(['airplane.jpg']);
  });
});
