/** Networks and numbers made with real Keras and PyTorch, and a small file for every fault that people's own models once ran into. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../../src/formats/testing/test-data.ts';
import type { GivenFile } from './app.ts';

const GOLDENS = fixture('goldens');
export const FIELD = fixture('field');

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
