import { describe, expect, it } from 'vitest';
import { severalAtOnce } from './several-at-once.ts';

const NEVER = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

describe('several at once', () => {
  it('begins all in order, and never more than so many', async () => {
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const run = async (entry: number) => {
      begun.push(entry);
      most = Math.max(most, ++running);
      for (let i = 0; i < entry % 3; i++) await turn();
      running--;
    };
    await severalAtOnce([0, 1, 2, 3, 4, 5, 6], 3, run, NEVER);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(3);
    await severalAtOnce([], 3, run, NEVER);
    expect(begun).toHaveLength(7);
  });

  it('ends with the first failure, once nothing runs any more', async () => {
    const begun: number[] = [];
    let ended = 0;
    const run = async (entry: number, signal: AbortSignal) => {
      begun.push(entry);
      if (entry === 1) throw new Error('broken');
      while (!signal.aborted) await turn();
      ended++;
      signal.throwIfAborted();
    };
    await expect(severalAtOnce([0, 1, 2, 3], 2, run, NEVER)).rejects.toThrow('broken');
    expect(begun).toEqual([0, 1]);
    expect(ended).toBe(1);
  });

  it('is cancelled', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const run = async (entry: number, signal: AbortSignal) => {
      begun.push(entry);
      if (entry === 1) controller.abort(new Error('enough'));
      signal.throwIfAborted();
    };
    await expect(severalAtOnce([0, 1, 2, 3], 1, run, controller.signal)).rejects.toThrow('enough');
    expect(begun).toEqual([0, 1]);
    await expect(severalAtOnce([0], 1, run, controller.signal)).rejects.toThrow('enough');
    expect(begun).toEqual([0, 1]);
  });
});
