import { describe, expect, it } from 'vitest';
import { asFit, inputFrame, shortSideOfShare, usualShortSideFit } from './geometry.ts';

describe('asFit', () => {
  it('knows every fit, and nothing else', () => {
    for (const fit of [
      'stretched',
      'letterbox',
      'centre-crop',
      'short-side-256',
      'stretched-0.95',
      'border-1',
      'cover-0.875',
      'short-side-256-floor',
      'stretched-0.9-floor',
    ])
      expect(asFit(fit)).toBe(fit);
    for (const other of [
      'short-side-',
      'short-side-0',
      'short-side-99999',
      'short-side-2.5',
      'short-side-0-floor',
      'short-side-256-ceil',
      'letterbox-floor',
      'stretched-0',
      'border-1.5',
      'cover-0.01',
      'crop',
      256,
      null,
    ])
      expect(asFit(other)).toBeNull();
    expect(usualShortSideFit({ width: 224, height: 224 })).toBe('short-side-256');
    expect(usualShortSideFit({ width: 299, height: 320 })).toBe('short-side-342');
  });
});

describe('inputFrame', () => {
  const input = { width: 100, height: 100 };
  it('is the whole image, or keeps its aspect inside or around it', () => {
    expect(inputFrame({ width: 400, height: 200 }, input, 'stretched')).toEqual({ left: 0, top: 0, width: 400, height: 200 });
    expect(inputFrame({ width: 400, height: 200 }, input, 'letterbox')).toEqual({ left: 0, top: -100, width: 400, height: 400 });
    expect(inputFrame({ width: 400, height: 200 }, input, 'centre-crop')).toEqual({ left: 100, top: 0, width: 200, height: 200 });
  });

  it('is the middle that torchvision’s Resize(256) and CenterCrop(224) leave', () => {
    // 500 x 375 becomes int(256 * 500 / 375) = 341 x 256; the crop begins at round(58.5) = 58 (halves to even) and 16.
    const frame = inputFrame({ width: 500, height: 375 }, { width: 224, height: 224 }, 'short-side-256');
    expect(frame.left).toBeCloseTo((58 * 500) / 341, 10);
    expect(frame.top).toBeCloseTo((16 * 375) / 256, 10);
    expect(frame.width).toBeCloseTo((224 * 500) / 341, 10);
    expect(frame.height).toBeCloseTo((224 * 375) / 256, 10);
  });

  it('reaches beyond an image that is resized to less than the crop, one pixel further to the right and below where bars are odd', () => {
    const frame = inputFrame({ width: 10, height: 10 }, { width: 15, height: 15 }, 'short-side-10');
    expect(frame).toEqual({ left: -2, top: -2, width: 15, height: 15 });
  });

  it('begins at the whole pixel below, beyond the image too, as transformers’ center_crop does', () => {
    const input = { width: 16, height: 16 };
    const image = { width: 25, height: 19 };
    expect(inputFrame(image, input, 'short-side-19-floor')).toEqual({ left: 4, top: 1, ...input });
    expect(inputFrame(image, input, 'short-side-19')).toEqual({ left: 4, top: 2, ...input });
    const small = inputFrame({ width: 10, height: 10 }, { width: 15, height: 15 }, 'short-side-10-floor');
    expect(small).toEqual({ left: -3, top: -3, width: 15, height: 15 });
  });

  it('is what timm’s ways of cropping leave', () => {
    const image = { width: 400, height: 200 };
    // Stretched to 125 x 125, and 100 of them cut out from the 12th on (halves to even).
    expect(inputFrame(image, input, 'stretched-0.8')).toEqual({ left: 12 * 3.2, top: 12 * 1.6, width: 320, height: 160 });
    // 125 x 62, with bars of 19 above and below.
    expect(inputFrame(image, input, 'border-0.8')).toMatchObject({ left: 12 * 3.2, top: (-19 * 200) / 62, width: 320 });
    // 250 x 125.
    expect(inputFrame(image, input, 'cover-0.8')).toEqual({ left: 75 * 1.6, top: 12 * 1.6, width: 160, height: 160 });
    expect(shortSideOfShare(224, 0.95)).toBe(235);
  });
});
