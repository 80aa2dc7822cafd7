import { describe, expect, it } from 'vitest';
import { inputFrame } from './geometry.ts';

describe('inputFrame', () => {
  const input = { width: 100, height: 100 };
  it('is the whole picture, or keeps its aspect inside or around it', () => {
    expect(inputFrame({ width: 400, height: 200 }, input, 'squeeze')).toEqual({ left: 0, top: 0, width: 400, height: 200 });
    expect(inputFrame({ width: 400, height: 200 }, input, 'letterbox')).toEqual({ left: 0, top: -100, width: 400, height: 400 });
    expect(inputFrame({ width: 400, height: 200 }, input, 'centre-crop')).toEqual({ left: 100, top: 0, width: 200, height: 200 });
  });
});
