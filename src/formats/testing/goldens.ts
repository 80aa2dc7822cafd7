/** The reference models, pictures and numbers in ../shared/goldens, made with real Keras and PyTorch. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import h5wasm from 'h5wasm/node';
import sharp from 'sharp';
import type { Pixels } from '../../core/resize.ts';
import type { ModelArtifacts } from '../artifacts.ts';
import { denseNetFromTorch } from '../densenet.ts';
import { readKerasH5 } from '../keras-h5.ts';
import { readyToLoad } from '../ready-to-load.ts';
import { readSafetensors } from '../safetensors.ts';

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

export async function loadGoldenModel(name: GoldenName): Promise<ModelArtifacts> {
  if (name === 'tiny-torch') {
    const bytes = await readFile(pathOf(name, 'weights.safetensors'));
    const [height, width] = goldenExpected(name).inputSize;
    const artifacts = denseNetFromTorch('weights.safetensors', readSafetensors('weights.safetensors', Uint8Array.from(bytes).buffer), {
      width,
      height,
    });
    return { ...artifacts, topology: readyToLoad(artifacts.topology) };
  }
  await h5wasm.ready;
  const file = new h5wasm.File(pathOf(name, 'model.h5'), 'r');
  try {
    return readKerasH5('model.h5', file);
  } finally {
    file.close();
  }
}

/** Any picture file as RGBA. */
export async function readPicture(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

export function goldenPicture(name: GoldenName): Promise<Pixels> {
  return readPicture(pathOf(name, 'input.png'));
}
