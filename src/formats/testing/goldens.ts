/** The reference models, images and numbers in tools/fixtures/goldens, made with real Keras and PyTorch. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Pixels } from '../../core/images/resize.ts';
import type { ModelArtifacts } from '../network/artifacts.ts';
import { type ReadModel, readModel } from '../read-model.ts';
import { fixture, type SharedData, sharedData } from './test-data.ts';

export const GOLDEN_NAMES = ['tiny-imagenet-head', 'tiny-pollen-head', 'tiny-torch'] as const;
export type GoldenName = (typeof GOLDEN_NAMES)[number];

interface GoldenExplanation {
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

export function goldenExpected(name: GoldenName): GoldenExpected {
  return JSON.parse(readFileSync(fixture(`goldens/${name}/expected.json`), 'utf8'));
}

export interface GoldenFile extends SharedData {
  readonly name: GoldenName;
  readonly file: string;
}

/** Each format and each head: these are in the repository. */
const COMMITTED: readonly GoldenFile[] = [
  committed('tiny-imagenet-head', 'model.h5'),
  committed('tiny-pollen-head', 'model.keras'),
  committed('tiny-pollen-head', 'model.weights-only.h5'),
  committed('tiny-torch', 'weights.safetensors'),
];

/** Every file that holds a golden's network: the other pairs of format and head are only in ../shared. Says aloud which are missing. */
export function goldenFiles(): GoldenFile[] {
  const others = [
    shared('tiny-imagenet-head', 'model.keras'),
    shared('tiny-imagenet-head', 'model.weights-only.h5'),
    shared('tiny-pollen-head', 'model.h5'),
  ];
  return [...COMMITTED, ...others];
}

function committed(name: GoldenName, file: string): GoldenFile {
  return { name, file, path: fixture(`goldens/${name}/${file}`), isThere: true };
}

function shared(name: GoldenName, file: string): GoldenFile {
  return { name, file, ...sharedData(`goldens/${name}/${file}`, 'one of the files of a golden network is not read') };
}

export async function readGolden({ file, path }: GoldenFile): Promise<ReadModel> {
  return readModel([{ name: file, bytes: Uint8Array.from(await readFile(path)) }]);
}

/** The network from the first of its files. */
export async function goldenModel(name: GoldenName): Promise<ReadModel> {
  const first = COMMITTED.find((golden) => golden.name === name);
  if (!first) throw new Error(`there is no golden called ${name}`);
  return readGolden(first);
}

export async function loadGoldenModel(name: GoldenName): Promise<ModelArtifacts> {
  return (await goldenModel(name)).artifacts;
}

/** Any image file as RGBA. */
export async function readImage(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

export function goldenImage(name: GoldenName): Promise<Pixels> {
  return readImage(fixture(`goldens/${name}/input.png`));
}
