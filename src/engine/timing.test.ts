/** What a method is said to take is its own time, whatever was at hand before it: told by a clock that counts how often it is looked at. */
import { afterEach, expect, it, vi } from 'vitest';
import { ask } from '../protocol/ask.ts';
import { engineWith, explain, type Question, testManifest, unevenImage, WORK_KINDS, type WorkKind, workOf } from './testing/test-engine.ts';
import { denseModel } from './testing/tiny-models.ts';

const IMAGE = unevenImage(4, 6);

afterEach(() => vi.restoreAllMocks());

/** Every look takes a little: nothing pauses for it, and what is looked at as often takes as long. */
function countLooks(): void {
  let looks = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => ++looks / 1024);
}

function question(id: string, methods: readonly WorkKind[]): Question {
  return { image: { id, pixels: IMAGE }, layer: 'joined', classIndex: 0, score: 'logit', methods };
}

it('the time of a method is the same with and without a forward and a backward pass at hand', async () => {
  const engine = await engineWith('cpu', await denseModel(6, 4), testManifest(6, 4));
  countLooks();
  const timesOf = async (id: string, methods: readonly WorkKind[]) =>
    (await explain(engine, question(id, methods))).results.map(({ durationMs, forwardMs }) => [durationMs, forwardMs]);
  const together = await timesOf('one', WORK_KINDS);
  const again = await timesOf('one', WORK_KINDS);
  const apart: number[][] = [];
  for (const method of WORK_KINDS) {
    // Nothing was asked of this image before: its pass is run for this very request.
    const image = { id: method, pixels: IMAGE };
    const { result } = await ask(engine, {
      image,
      layer: 'joined',
      work: workOf(method, question(method, [method]), 0),
      budgetBytes: 1e8,
    });
    if (result) apart.push([result.durationMs, result.forwardMs]);
  }
  expect(again).toEqual(together);
  expect(apart).toEqual(together);
  // One pass, which is said apart: the same for all.
  const [[own = 0, forward = 0] = []] = together;
  expect(new Set(together.map(([, shared]) => shared))).toEqual(new Set([forward]));
  expect(own).toBeGreaterThan(0);
  expect(forward).toBeGreaterThan(0);
  engine.dispose();
});
