import { describe, expect, it } from 'vitest';
import { batchSize } from './tail-memory.ts';

const MEMORY = { peakBytes: 1000, largestBytes: 400 };
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

describe('the batch size', () => {
  it('keeps to the budget and to the largest tensor that the device can bind', () => {
    for (let items = 1; items < 60; items++) {
      for (const budgetBytes of [1000, 5500, 20_000]) {
        expect(batchSize(MEMORY, items, { budgetBytes, maxTensorBytes: NO_LIMIT, maxItems: NO_LIMIT }) * 1000).toBeLessThanOrEqual(
          budgetBytes,
        );
        expect(
          batchSize(MEMORY, items, { budgetBytes: NO_LIMIT, maxTensorBytes: budgetBytes, maxItems: NO_LIMIT }) * 400,
        ).toBeLessThanOrEqual(budgetBytes);
      }
    }
  });

  it('cannot be had where not even one item fits, and the sentence says what to do', () => {
    const tight = () =>
      batchSize({ peakBytes: 45e6, largestBytes: 1 }, 49, { budgetBytes: 32e6, maxTensorBytes: NO_LIMIT, maxItems: NO_LIMIT });
    expect(tight).toThrow('takes 45 MB, and 32 MB are allowed; please allow more memory');
  });

  it('tells what is allowed in such a way that it is less than what it takes', () => {
    const hair = () =>
      batchSize({ peakBytes: 1.2e6, largestBytes: 1 }, 49, { budgetBytes: 1.1e6, maxTensorBytes: NO_LIMIT, maxItems: NO_LIMIT });
    expect(hair).toThrow('takes 2 MB, and 1 MB is allowed');
  });

  it('asks for no more memory where it is the device that cannot hold a tensor', () => {
    const large = () =>
      batchSize({ peakBytes: 300e6, largestBytes: 200e6 }, 49, { budgetBytes: 1e9, maxTensorBytes: 128e6, maxItems: NO_LIMIT });
    expect(large).toThrow('takes a tensor of 200 MB, and this device holds 128 MB in one; please choose a later layer.');
  });

  it('is never more than there is to do', () => {
    expect(batchSize(MEMORY, 49, { budgetBytes: NO_LIMIT, maxTensorBytes: NO_LIMIT, maxItems: NO_LIMIT })).toBe(49);
  });

  it('is never more than a person should wait for', () => {
    expect(batchSize(MEMORY, 100, { budgetBytes: NO_LIMIT, maxTensorBytes: NO_LIMIT, maxItems: 12 })).toBe(12);
  });

  it('is evened out, so that the last batch carries little padding', () => {
    // 30 would fit: two batches of 25 waste one place, 30 and 19 would waste eleven.
    expect(batchSize(MEMORY, 49, { budgetBytes: 30_000, maxTensorBytes: NO_LIMIT, maxItems: NO_LIMIT })).toBe(25);
  });
});
