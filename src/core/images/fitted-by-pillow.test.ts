import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asFit, type Size } from './geometry.ts';
import { fitImage } from './prepare-input.ts';
import { type ChannelOrder, channelCount } from './preprocessing.ts';
import type { Pixels, Resampling } from './resize.ts';

interface Fixture {
  readonly mode: 'L' | 'RGB' | 'RGBA';
  readonly image: Size;
  readonly input: Size;
  readonly fit: string;
  readonly resampling: Resampling;
  /** Left out: ImageNet's. */
  readonly mean?: readonly number[];
  /** In full, or as a hash. */
  readonly result: { readonly base64?: string; readonly sha256?: string };
}

/** See `tools/fixtures/make_image_numbers.py`. */
const CASES: readonly Fixture[] = JSON.parse(readFileSync(new URL('testing/fitted-by-pillow.json', import.meta.url), 'utf8'));

/** What the fixtures' images are drawn by, too. */
function noise(seed: number, count: number): Uint8ClampedArray {
  let state = seed;
  return Uint8ClampedArray.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function source(mode: string, width: number, height: number): Pixels {
  const data = noise(width * 1000 + height, width * height * 4);
  if (mode !== 'RGBA') for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, data };
}

/** ImageNet's; timm paints bars in the colour of the mean. */
const MEAN = [0.485, 0.456, 0.406];

const ORDERS: Readonly<Record<Fixture['mode'], ChannelOrder>> = { L: 'grey', RGB: 'rgb', RGBA: 'rgba' };

describe('images are fitted bit for bit as Pillow, torchvision, timm and transformers do it', () => {
  it.each(CASES)('$mode $image.width x $image.height to $input.width x $input.height, $fit, $resampling', (fixture) => {
    const { mode, image, input, resampling, mean = MEAN, result } = fixture;
    const fit = asFit(fixture.fit);
    const channels = ORDERS[mode];
    if (!fit) throw new Error(`there is no fit ${fixture.fit}`);
    const fitted = fitImage(source(mode, image.width, image.height), input, { channels, fit, resampling, scale: 1 / 255, mean });
    const values = fitted.filter((_, i) => i % 4 < channelCount(channels));
    if (result.base64) expect([...values]).toEqual([...Buffer.from(result.base64, 'base64')]);
    else expect(createHash('sha256').update(values).digest('hex')).toBe(result.sha256);
  });
});
