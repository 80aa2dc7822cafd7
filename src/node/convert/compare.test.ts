/** What smaller weights cost, measured on images of noise. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { asRead, testManifest } from '../../engine/testing/test-engine.ts';
import type { ModelArtifacts } from '../../formats/network/artifacts.ts';
import { readModel } from '../../formats/read-model.ts';
import { type WeightType, writeLayersModel } from '../../formats/tfjs/layers-model-writer.ts';
import { findImages } from '../images/find-images.ts';
import { readPixels } from '../images/read-pixels.ts';

const listImages = async (path: string) => (await findImages([path], async () => '', null)).images;

import { SIDE, tinyNetwork } from '../testing/tiny-network.ts';
import { type Comparison, compare, describeComparison } from './compare.ts';
import { openNetwork } from './network.ts';

const CLASSES = ['oak', 'elm', 'ash'];
let folder = '';
let artifacts: ModelArtifacts;

/** An image of seeded noise, of another shape than the network's input. */
async function putImage(path: string, seed: number): Promise<void> {
  const pixels = Buffer.from(Array.from({ length: 20 * 15 * 3 }, (_, i) => (i * 97 + ((i * i * seed) % 89) * 31) % 256));
  await sharp(pixels, { raw: { width: 20, height: 15, channels: 3 } }).toFile(path);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
  for (const name of ['some', 'some/oak', 'some/ash', 'broken', 'empty']) mkdirSync(join(folder, name));
  const places = ['some/oak/a.png', 'some/oak/b.webp', 'some/ash/c.jpg', 'some/d.PNG', 'broken/e.png'];
  await Promise.all(places.map((place, i) => putImage(join(folder, place), i + 1)));
  for (const name of ['broken/f.jpg', 'some/labels.txt', 'empty/notes.txt']) writeFileSync(join(folder, name), 'no image');
  artifacts = await tinyNetwork();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function measured(type: WeightType, images: string): Promise<{ comparison: Comparison; sentences: string[] }> {
  const manifest = testManifest(SIDE, SIDE, { classNames: CLASSES });
  const before = await openNetwork(asRead(artifacts, manifest), null);
  const files = writeLayersModel(artifacts, type).map(({ path, bytes }) => ({ name: path, bytes }));
  const after = await openNetwork(await readModel(files), null);
  const sentences: string[] = [];
  try {
    const found = await listImages(join(folder, images));
    return { comparison: await compare(before, after, TORCH_PREPROCESSING, found, (sentence) => sentences.push(sentence)), sentences };
  } finally {
    before.dispose();
    after.dispose();
  }
}

describe('smaller weights', () => {
  it('that are not smaller cost nothing', async () => {
    const { comparison } = await measured('float32', 'some');
    expect(comparison).toMatchObject({ images: 4, agreed: 4, largestChange: 0, meanChange: 0, labelled: 3 });
    expect(comparison.rightAfter).toBe(comparison.rightBefore);
  });

  it('cost more the smaller they are', async () => {
    const { comparison: half } = await measured('float16', 'some');
    const { comparison: byte } = await measured('uint8', 'some');
    expect(half.meanChange).toBeGreaterThan(0);
    expect(byte.meanChange).toBeGreaterThan(half.meanChange);
    expect(byte.largestChange).toBeGreaterThan(byte.meanChange);
    expect(byte.largestChange).toBeLessThan(0.05);
  });

  it('are compared on the images that can be read, and each other one is named', async () => {
    const { comparison, sentences } = await measured('float32', 'broken');
    expect(comparison).toMatchObject({ images: 1, labelled: 0 });
    expect(sentences).toEqual([expect.stringMatching(/f\.jpg is no PNG, JPEG, .*\.$/)]);
  });

  it('are not compared on a folder without images, or none at all', async () => {
    await expect(listImages(join(folder, 'empty'))).rejects.toMatchObject({ message: expect.stringContaining('empty; please') });
    await expect(listImages(join(folder, 'none'))).rejects.toMatchObject({ message: expect.stringContaining('none is not there') });
    const unreadable = [{ path: 'broken/f.jpg', file: join(folder, 'broken/f.jpg') }];
    const network = await openNetwork(asRead(artifacts, testManifest(SIDE, SIDE)), null);
    await expect(compare(network, network, TORCH_PREPROCESSING, unreadable, () => {})).rejects.toMatchObject({
      code: 'image-unreadable',
    });
    network.dispose();
  });
});

it('an image is read upright, and a grey one in three colours', async () => {
  const path = join(folder, 'turned.jpg');
  const grey = sharp(Buffer.alloc(20 * 15, 99), { raw: { width: 20, height: 15, channels: 1 } });
  // Orientation 6: to be turned by a quarter before it is shown.
  await grey.withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(path);
  const { width, height, data } = await readPixels(path);
  expect([width, height, data.length]).toEqual([15, 20, 15 * 20 * 4]);
  expect([...data.slice(0, 4)]).toEqual([99, 99, 99, 255]);
});

it('a TIFF is read as the page reads it, whatever its name says', async () => {
  const path = join(folder, 'other.jpg');
  cpSync('src/core/image-files/testing/tiff/rgb16-tiles-deflate-predictor-big-endian.tif', path);
  const plain = await readPixels('src/core/image-files/testing/tiff/rgb16.tif');
  expect(await readPixels(path)).toEqual(plain);
  await expect(readPixels('src/core/image-files/testing/tiff/float32.tif')).rejects.toThrow(
    /^The image .*float32\.tif holds floating-point values, .*\.$/,
  );
});

it('a comparison is told in words', () => {
  const comparison = {
    images: 200,
    agreed: 197,
    largestChange: 0.12345,
    meanChange: 0.01,
    labelled: 100,
    rightBefore: 93,
    rightAfter: 91,
  };
  expect(describeComparison(comparison)).toBe(
    [
      'On 200 images, the network as it was in the file and as it was written:',
      '  name the same class first for 98.5 % (197)',
      '  differ in a logit by 0.123 at most, and by 0.0100 on average',
      '  are right for 93.0 % (93) and 91.0 % (91) of 100 with a known class: −2.0 points',
    ].join('\n'),
  );
  expect(describeComparison({ ...comparison, labelled: 0 })).toContain('No folder is named like a class');
});
