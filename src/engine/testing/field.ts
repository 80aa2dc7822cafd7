/** Files of people, a small one for each fault that they found, and what an independent implementation computed from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { normalisationOf } from '../../core/preprocessing.ts';
import { shownValues } from '../../core/scores.ts';
import type { GivenFile } from '../../formats/given-file.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import { readPicture } from '../../formats/testing/goldens.ts';
import { fixture } from '../../formats/testing/test-data.ts';
import type { BackendName, ModelInfo } from '../../protocol/engine.ts';
import { LocalEngine } from '../local-engine.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { explain, noDownload } from './test-engine.ts';

export const FIELD = fixture('field');

const TOLERANCE = 1e-4;

interface RightValues {
  readonly what_keras_gives: readonly number[];
  readonly logits: readonly number[];
}

/** All files of a folder that are a model's, in the order of their names. */
export function filesIn(folder: string): GivenFile[] {
  const names = readdirSync(join(FIELD, folder)).filter((name) => !/^README|\.png$/.test(name));
  return names.map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(FIELD, folder, name))) }));
}

export function rightValues(folder: string): RightValues {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(FIELD, folder, 'README.md'), 'utf8')) ?? [];
  return JSON.parse(json);
}

/** What the network gives for the folder's picture. @param white what it is given for white, if not 1 */
export async function outputOf(
  backend: BackendName,
  read: ReadModel,
  picture: string,
  white: 1 | 255 = 1,
): Promise<{ info: ModelInfo; logits: number[]; output: number[] }> {
  const preprocessing = { ...normalisationOf(white === 1 ? 'unit' : 'none'), fit: read.manifest.preprocessing.fit };
  const engine = new LocalEngine({
    device: await nodeDeviceEnvironment(),
    openModel: async () => ({ ...read, manifest: { ...read.manifest, preprocessing } }),
    download: noDownload,
  });
  await engine.start(backend);
  const info = await engine.loadModel({ kind: 'folder', id: 'field', url: '' }, () => {});
  const pixels = await readPicture(picture);
  const request = { picture: { id: picture, pixels }, layer: info.defaultLayer, classIndex: null, score: 'logit', methods: [] } as const;
  const { logits } = await explain(engine, request);
  engine.dispose();
  return { info, logits: [...logits], output: [...shownValues(logits, info.reading)] };
}

export function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
}
