/** Networks of torch's families, and what PyTorch gives for them: weights alone, an image, and the numbers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenFile } from '../given-file.ts';
import { fixture } from './test-data.ts';

export interface NetworkExpected {
  /** `[height, width]` */
  readonly inputSize: readonly [number, number];
  readonly logits: readonly number[];
  readonly explanations: readonly {
    /** The path of torch's module whose output it is. */
    readonly layer: string;
    readonly class: number;
    readonly gradCam: number[][];
    readonly fastAblationLogitDrop: number[][];
  }[];
}

export interface GoldenNetwork {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
}

const FILE = 'weights.safetensors';

/** Those of the repository. */
export function goldenNetworks(): GoldenNetwork[] {
  const root = fixture('goldens/networks');
  return readdirSync(root)
    .filter((name) => existsSync(join(root, name, FILE)))
    .map((name) => ({ name, folder: join(root, name), file: FILE }));
}

export function expectedOf({ folder }: GoldenNetwork): NetworkExpected {
  return JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
}

export function weightsOf({ folder, file }: GoldenNetwork): GivenFile {
  return { name: file, bytes: Uint8Array.from(readFileSync(join(folder, file))) };
}
