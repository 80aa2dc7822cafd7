/** The small networks in `keras/`, and what real Keras computes with them: see tools/fixtures/make_keras_fixtures.py. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pixels } from '../../core/images/resize.ts';
import type { GivenFile } from '../given-file.ts';

const FOLDER = fileURLToPath(new URL('keras/', import.meta.url));

export interface KerasExpected {
  /** `[height, width]` */
  readonly size: readonly [number, number];
  /** The network's input is the image times this. */
  readonly scale: number;
  /** RGB, row by row. */
  readonly pixels: readonly number[];
  readonly output: readonly number[];
  readonly logits: readonly number[];
  readonly layer: string;
  readonly class: number;
  readonly gradCam: readonly (readonly number[])[];
  readonly fastAblationLogitDrop: readonly (readonly number[])[];
}

/** The networks by name, each with the files that hold it. */
export function kerasFixtures(): Map<string, string[]> {
  const files = readdirSync(FOLDER).filter((file) => !file.endsWith('.json'));
  const names = [...new Set(files.map((file) => file.split('.')[0] ?? file))];
  return new Map(names.map((name) => [name, files.filter((file) => file.startsWith(`${name}.`))]));
}

export function kerasExpected(name: string): KerasExpected {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8'));
}

export function kerasFile(name: string): GivenFile {
  return { name, bytes: Uint8Array.from(readFileSync(FOLDER + name)) };
}

export function kerasImage({ size: [height, width], pixels }: KerasExpected): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [i, value] of pixels.entries()) data[Math.floor(i / 3) * 4 + (i % 3)] = value;
  return { width, height, data };
}
