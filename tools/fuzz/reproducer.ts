/** What is left of a network that differs: its file, its image, and what was found, in a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { GivenFile } from '../../src/formats/given-file.ts';
import type { Origin } from './draw.ts';
import type { DrawnNetwork } from './network.ts';
import { kerasJson } from './writing/keras-json.ts';

/** The command that draws the same network again. */
export function commandFor({ seed, index }: Origin): string {
  return `npm run fuzz -- --seed ${seed} --index ${index}`;
}

/**
 * @param out the folder of all reproducers
 * @param lines what was found
 * @returns the folder of this one
 */
export async function writeReproducer(
  out: string,
  origin: Origin,
  network: DrawnNetwork,
  files: readonly GivenFile[],
  lines: readonly string[],
): Promise<string> {
  const folder = join(out, `seed-${origin.seed}-index-${origin.index}`);
  await mkdir(folder, { recursive: true });
  const { image, preprocessing } = network;
  const { width, height, data } = image;
  await Promise.all([
    ...files.map(({ name, bytes }) => writeFile(join(folder, name), bytes)),
    sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toFile(join(folder, 'image.png')),
    writeFile(join(folder, 'network.json'), `${JSON.stringify({ preprocessing, ...kerasJson(network) }, null, 1)}\n`),
    writeFile(join(folder, 'found.txt'), `${[commandFor(origin), ...lines].join('\n')}\n`),
  ]);
  return folder;
}
