/** Methods that start from the score's gradient take it from one backward pass, however many of them are shown. */
import { expect, it, vi } from 'vitest';
import { METHODS } from '../../../explain/methods/list.ts';
import { backwardPass } from '../../gradients/backward-pass.ts';
import { engineWith, explain, type Question, testManifest, unevenImage, type WorkKind } from '../../testing/test-engine.ts';
import { denseModel } from '../../testing/tiny-models.ts';

vi.mock('../../gradients/backward-pass.ts', { spy: true });

const OF_GRADIENT = METHODS.filter(({ group }) => group === 'gradient').map(({ id }) => id);
const OTHERS = METHODS.filter(({ group }) => group !== 'gradient').map(({ id }) => id);

function question(change: Partial<Question>): Question {
  const image = { id: 'uneven', pixels: unevenImage(5, 6) };
  return { image, layer: 'joined', classIndex: 0, score: 'logit', methods: OF_GRADIENT, ...change };
}

it('one backward pass serves all methods of a gradient, and the estimate', async () => {
  const engine = await engineWith('cpu', await denseModel(6, 5), testManifest(6, 5));
  expect(OF_GRADIENT.length).toBeGreaterThan(4);
  const asked = async (change: Partial<Question>) => {
    vi.mocked(backwardPass).mockClear();
    const { results } = await explain(engine, question(change));
    expect(results).toHaveLength(change.methods?.length ?? OF_GRADIENT.length);
    return vi.mocked(backwardPass).mock.calls.length;
  };
  const together: WorkKind[] = [...OF_GRADIENT, 'first-order'];
  expect(await asked({ methods: together })).toBe(1);
  expect(await asked({ methods: together })).toBe(0);
  // Another score has another gradient; other methods in between lose none.
  expect(await asked({ classIndex: 1 })).toBe(1);
  expect(await asked({ methods: OTHERS, classIndex: 1 })).toBe(0);
  expect(await asked({ classIndex: 1 })).toBe(0);
  expect(await asked({ layer: 'first' })).toBe(1);
  engine.dispose();
});
