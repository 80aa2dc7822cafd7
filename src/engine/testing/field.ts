/** Files of people, a small one for each fault that they found, and what an independent implementation computed from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { channelCount, normalisationOf } from '../../core/images/preprocessing.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { shownValues } from '../../explain/target.ts';
import type { GivenFile } from '../../formats/given-file.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import { readImage } from '../../formats/testing/goldens.ts';
import { fixture } from '../../formats/testing/test-data.ts';
import type { BackendName, ModelInfo } from '../../protocol/engine.ts';
import { LocalEngine } from '../local-engine.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { explain, noDownload, resultOf } from './test-engine.ts';

export const FIELD = fixture('field');

const TOLERANCE = 1e-4;

interface RightValues {
  readonly what_keras_gives: readonly number[];
  readonly logits: readonly number[];
  readonly grad_cam?: { readonly layer: string; readonly class_index: number; readonly values: readonly (readonly number[])[] };
}

/** All files of a folder that are a model's, in the order of their names. */
export function filesIn(folder: string): GivenFile[] {
  const names = readdirSync(join(FIELD, folder)).filter((name) => !/^README|\.png$/.test(name));
  return names.map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(FIELD, folder, name))) }));
}

function readmeOf(folder: string): string {
  return readFileSync(join(FIELD, folder, 'README.md'), 'utf8');
}

/** Null for a folder whose README gives none. */
export function rightValuesIn(folder: string): RightValues | null {
  const [, json = null] = /```json\n([\s\S]*?)```/.exec(readmeOf(folder)) ?? [];
  return json === null ? null : JSON.parse(json);
}

export function rightValues(folder: string): RightValues {
  const values = rightValuesIn(folder);
  if (!values) throw new Error(`the README of ${folder} gives no values`);
  return values;
}

/** What the folder's network was given for white. */
export function whiteOf(folder: string): 1 | 255 {
  return readmeOf(folder).includes('values 0 to 255') ? 255 : 1;
}

async function engineWith(backend: BackendName, read: ReadModel, white: 1 | 255): Promise<{ engine: LocalEngine; info: ModelInfo }> {
  const preprocessing = {
    ...normalisationOf(white === 1 ? 'unit' : 'none', channelCount(read.manifest.preprocessing.channels)),
    fit: read.manifest.preprocessing.fit,
  };
  const engine = new LocalEngine({
    device: await nodeDeviceEnvironment(),
    openModel: async () => ({ ...read, manifest: { ...read.manifest, preprocessing } }),
    download: noDownload,
  });
  await engine.start(backend);
  return { engine, info: await engine.loadModel({ kind: 'folder', id: 'field', url: '' }, () => {}) };
}

/** What the network gives for the folder's image. @param white what it is given for white, if not 1 */
export async function outputOf(
  backend: BackendName,
  read: ReadModel,
  image: string,
  white: 1 | 255 = 1,
): Promise<{ info: ModelInfo; logits: number[]; output: number[] }> {
  const { engine, info } = await engineWith(backend, read, white);
  const pixels = await readImage(image);
  const request = { image: { id: image, pixels }, layer: info.defaultLayer, classIndex: null, score: 'logit', methods: [] } as const;
  const { logits } = await explain(engine, request);
  engine.dispose();
  return { info, logits: [...logits], output: [...shownValues(logits, info.reading)] };
}

/** Grad-CAM of a class's logit, raw and signed. */
export async function gradCamOf(
  backend: BackendName,
  read: ReadModel,
  image: string,
  white: 1 | 255,
  layer: string,
  classIndex: number,
): Promise<SaliencyMap> {
  const { engine } = await engineWith(backend, read, white);
  const pixels = await readImage(image);
  const { results } = await explain(engine, { image: { id: image, pixels }, layer, classIndex, score: 'logit', methods: ['grad-cam'] });
  engine.dispose();
  return resultOf(results, 'grad-cam').map;
}

/** No value is further off than a thousandth of the map's range. */
export function expectMapClose({ rows, columns, values }: SaliencyMap, expected: readonly (readonly number[])[]): void {
  expect([rows, columns]).toEqual([expected.length, expected[0]?.length]);
  const right = expected.flat();
  const range = Math.max(...right) - Math.min(...right);
  const furthest = Math.max(...right.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN))));
  expect(furthest / range).toBeLessThan(1e-3);
}

export function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
}
