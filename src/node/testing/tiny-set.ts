/** A small network on disk, and images of its classes, in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { testManifest, unevenImage } from '../../engine/testing/test-engine.ts';
import { writeLayersModel } from '../../formats/tfjs/layers-model-writer.ts';
import { SIDE, tinyNetwork } from './tiny-network.ts';

export const CLASSES = ['oak', 'elm', 'ash'];

export interface TinySet {
  readonly folder: string;
  /** The folder of the network. */
  readonly model: string;
  /** The folder of the images: a folder for each class. */
  readonly images: string;
  /** Where results go that are not there yet. */
  out(name: string): string;
  remove(): void;
}

/** An image like no other, of a size of its own. */
async function putImage(path: string, seed: number): Promise<void> {
  const [width, height] = [20 + (seed % 5), 16 + (seed % 7)];
  const { data } = unevenImage(width, height);
  mkdirSync(dirname(path), { recursive: true });
  const shifted = data.map((value, i) => (i % 4 === 3 ? 255 : (value * (seed + 3) + seed * 40) % 256));
  await sharp(shifted, { raw: { width, height, channels: 4 } })
    .png()
    .toFile(path);
}

/** @param count of the images, evenly of all classes */
export async function tinySet(count: number): Promise<TinySet> {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-set-'));
  const model = join(folder, 'trees-net');
  mkdirSync(model);
  for (const { path, bytes } of writeLayersModel(await tinyNetwork(), 'float32')) writeFileSync(join(model, path), bytes);
  writeFileSync(join(model, 'manifest.json'), JSON.stringify(testManifest(SIDE, SIDE, { classNames: CLASSES, title: 'Trees' })));
  const images = join(folder, 'trees');
  for (let i = 0; i < count; i++) await putImage(join(images, CLASSES[i % CLASSES.length] ?? '', `${i}.png`), i);
  return { folder, model, images, out: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}
