/** The reference models, pictures and numbers in ../shared/goldens, made with real Keras and PyTorch. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Pixels } from '../../core/resize.ts';
import type { ModelArtifacts } from '../artifacts.ts';
import { type ReadModel, readModel } from '../read-model.ts';

export const GOLDEN_NAMES = ['tiny-imagenet-head', 'tiny-pollen-head', 'tiny-torch'] as const;
export type GoldenName = (typeof GOLDEN_NAMES)[number];

export interface GoldenExplanation {
  readonly layer: string;
  readonly shape: readonly [number, number, number];
  readonly class: number;
  readonly logit: number;
  readonly probability: number;
  readonly gradCam: number[][];
  readonly fastAblationLogitDrop: number[][];
  readonly fastAblationProbabilityDrop: number[][];
  readonly ablationCamWeights: number[];
  readonly ablationCam: number[][];
  /** Only where Keras could afford it. */
  readonly fastAblationLogitDropWindow2Stride2?: number[][];
  readonly fastAblationLogitDropTimes2?: number[][];
}

export interface GoldenExpected {
  /** `[height, width]` */
  readonly inputSize: readonly [number, number];
  readonly classes: number;
  readonly top5: readonly (readonly [number, number])[];
  readonly layers?: readonly string[];
  readonly explanations: readonly GoldenExplanation[];
}

export const SHARED = fileURLToPath(new URL('../../../../shared', import.meta.url));

function pathOf(name: GoldenName, file: string): string {
  return join(SHARED, 'goldens', name, file);
}

export function isSharedPresent(): boolean {
  return existsSync(join(SHARED, 'goldens'));
}

/** The numbers; empty where ../shared is missing, so that tests can be declared and then skipped. */
export function goldenExpected(name: GoldenName): GoldenExpected {
  if (!isSharedPresent()) return { inputSize: [1, 1], classes: 0, top5: [], explanations: [] };
  return JSON.parse(readFileSync(pathOf(name, 'expected.json'), 'utf8'));
}

/** The files of each golden that hold the same network. */
export const GOLDEN_FILES: Readonly<Record<GoldenName, readonly string[]>> = {
  'tiny-imagenet-head': ['model.h5', 'model.keras', 'model.weights-only.h5'],
  'tiny-pollen-head': ['model.h5', 'model.keras', 'model.weights-only.h5'],
  'tiny-torch': ['weights.safetensors'],
};

export async function readGolden(name: GoldenName, file: string): Promise<ReadModel> {
  return readModel([{ name: file, bytes: Uint8Array.from(await readFile(pathOf(name, file))) }]);
}

/** The network from the first of its files. */
export async function loadGoldenModel(name: GoldenName): Promise<ModelArtifacts> {
  return (await readGolden(name, GOLDEN_FILES[name][0] ?? '')).artifacts;
}

/** Any picture file as RGBA. */
export async function readPicture(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

export function goldenPicture(name: GoldenName): Promise<Pixels> {
  return readPicture(pathOf(name, 'input.png'));
}
