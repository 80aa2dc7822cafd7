import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../testing/property.ts';
import { MAX_ZOOM, movedBy, placeInBox, WHOLE_IMAGE, zoomedAt } from './viewport.ts';

const box = { width: 400, height: 300 };
const side = fc.integer({ min: 1, max: 4000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('an image in a box', () => {
  it('is letter-boxed in its middle as long as the whole of it is shown', () => {
    expect(placeInBox({ width: 100, height: 100 }, box, WHOLE_IMAGE)).toEqual({ left: 50, top: 0, width: 300, height: 300 });
    expect(placeInBox({ width: 800, height: 200 }, box, WHOLE_IMAGE)).toEqual({ left: 0, top: 100, width: 400, height: 100 });
  });

  it('keeps what is under the pointer there, where the borders allow it', () => {
    const image = { width: 400, height: 300 };
    const zoomed = zoomedAt(WHOLE_IMAGE, 4, { x: 100, y: 60 }, image, box);
    const frame = placeInBox(image, box, zoomed);
    expect((100 - frame.left) / frame.width).toBeCloseTo(100 / 400, 10);
    expect((60 - frame.top) / frame.height).toBeCloseTo(60 / 300, 10);
    expect(zoomedAt(zoomed, 1 / 4, { x: 380, y: 5 }, image, box)).toEqual(WHOLE_IMAGE);
  });

  it('follows the pointer that drags it, up to its border', () => {
    const image = { width: 400, height: 300 };
    const zoomed = zoomedAt(WHOLE_IMAGE, 2, { x: 200, y: 150 }, image, box);
    const before = placeInBox(image, box, zoomed);
    const after = placeInBox(image, box, movedBy(zoomed, 30, -20, image, box));
    expect([after.left - before.left, after.top - before.top].map(Math.round)).toEqual([30, -20]);
    expect(placeInBox(image, box, movedBy(zoomed, 1e6, 1e6, image, box))).toMatchObject({ left: 0, top: 0 });
  });

  it('never leaves room empty that it could fill, and never grows without end', () => {
    const step = fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), share, share, fc.integer({ min: -500, max: 500 }));
    holds(
      fc.property(side, side, fc.array(step, { maxLength: 6 }), (width, height, steps) => {
        const image = { width, height };
        let viewport = WHOLE_IMAGE;
        for (const [factor, x, y, right] of steps) {
          viewport = zoomedAt(viewport, factor, { x: x * box.width, y: y * box.height }, image, box);
          viewport = movedBy(viewport, right, -right, image, box);
        }
        const frame = placeInBox(image, box, viewport);
        expect(viewport.zoom).toBeGreaterThanOrEqual(1);
        expect(viewport.zoom).toBeLessThanOrEqual(MAX_ZOOM);
        for (const [start, length, room] of [
          [frame.left, frame.width, box.width],
          [frame.top, frame.height, box.height],
        ] as const) {
          if (length <= room) expect(start).toBeCloseTo((room - length) / 2, 6);
          else expect([start <= 1e-6, start + length >= room - 1e-6]).toEqual([true, true]);
        }
      }),
      300,
    );
  });
});
