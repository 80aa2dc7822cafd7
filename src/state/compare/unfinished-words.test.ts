import { expect, it } from 'vitest';
import { settled } from '../testing/fake-jobs.ts';
import { answerAll, createTestStore, explainedStore, storeWithImage } from '../testing/test-store.ts';
import { unfinishedMapWords, unfinishedWords } from './unfinished-words.ts';

it('nothing is said of maps that are there, and of those that are not whether anybody works at them', async () => {
  const done = await explainedStore();
  expect(unfinishedWords(done.state())).toBe('');
  const test = await storeWithImage();
  expect(unfinishedWords(test.state())).toBe('The maps are being computed.');
  test.state().cancel('fast-ablation-cam');
  await settled();
  expect(unfinishedWords(test.state())).toBe('The maps are being computed.');
  await answerAll(test);
  await settled();
  expect(unfinishedWords(test.state())).toBe('FastAblationCAM was stopped: please resume it in its figure, side by side.');
  test.state().resume('fast-ablation-cam');
  await settled();
  expect(unfinishedWords(test.state())).toBe('The maps are being computed.');
});

it('of one map it is said as of one, also where it was stopped, and of a model that is not there before anything else', async () => {
  const test = await storeWithImage();
  expect(unfinishedMapWords(test.state(), 'grad-cam')).toBe('The map is being computed.');
  test.state().cancel('grad-cam');
  expect(unfinishedMapWords(test.state(), 'grad-cam')).toBe('The map was stopped: please resume it.');
  const early = createTestStore();
  expect(unfinishedWords(early.state())).toBe('The model is being loaded.');
});
