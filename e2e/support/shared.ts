/** What lies beside the repository: networks and numbers made with real Keras and PyTorch. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenFile } from './app.ts';

export const GOLDENS = '../shared/goldens';
export const hasGoldens = existsSync(GOLDENS);
if (!hasGoldens) console.warn('SKIPPED: ../shared/goldens is not there, so no network of Keras or PyTorch is opened in the browser.');

/** A small file for every fault that people's own models once ran into. */
export const FIELD = '../shared/field';
export const hasField = existsSync(FIELD);
if (!hasField) console.warn('SKIPPED: ../shared/field is not there, so the files that models of the field are like are not opened.');

export function fileAt(path: string, name = path.split('/').at(-1) ?? path): GivenFile {
  return { name, mimeType: 'application/octet-stream', buffer: readFileSync(path) };
}

export function golden(name: string, file: string): GivenFile {
  return fileAt(join(GOLDENS, name, file));
}

export interface GoldenNumbers {
  /** `[height, width]` */
  readonly inputSize: readonly [number, number];
  readonly top5: readonly (readonly [number, number])[];
  readonly explanations: readonly {
    readonly layer: string;
    readonly class: number;
    readonly gradCam: readonly (readonly number[])[];
    readonly fastAblationLogitDrop: readonly (readonly number[])[];
  }[];
}

export function goldenNumbers(name: string): GoldenNumbers {
  return JSON.parse(readFileSync(join(GOLDENS, name, 'expected.json'), 'utf8'));
}
