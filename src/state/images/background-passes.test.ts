import { describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { brokenFile, imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { LOGITS } from '../testing/fake-model.ts';
import { answerAll, explainedStore, type TestStore, works } from '../testing/test-store.ts';
import { imageVerdict } from './image-verdict.ts';

const imageOf = (test: TestStore, name: string) => {
  const image = test.state().images.items.find((item) => item.name === name);
  if (!image) throw new Error(`there is no ${name}`);
  return image;
};
const verdictOf = (test: TestStore, name: string) => imageVerdict(test.state(), imageOf(test, name));
const askedAbout = (test: TestStore) => test.engine().explains.map(({ request }) => request.image.id);

/** Answers what is asked about the image in view: its logits, then both maps. */
async function answerView(test: TestStore): Promise<void> {
  for (let i = 0; i < 3; i++) await test.lastExplain().answer();
  await settled();
}

async function withMore(...names: string[]): Promise<TestStore> {
  const test = await explainedStore();
  test.engine().explains.length = 0;
  await test.state().giveFiles(names.map((name) => imageFile(name)));
  await settled();
  return test;
}

describe('images that nobody has looked at', () => {
  it('are run in the background, once what is in view is known', async () => {
    const test = await withMore('a.png', 'b.png', 'c.png');
    expect(verdictOf(test, 'b.png')).toBeNull();
    await answerAll(test);
    await settled();
    await answerAll(test);
    expect(works(test)).toEqual([null, 'grad-cam', 'fast-ablation-cam', null, null]);
    expect(askedAbout(test).slice(3)).toEqual([imageOf(test, 'b.png').id, imageOf(test, 'c.png').id]);
    expect(verdictOf(test, 'c.png')).toMatchObject({ name: 'birch', truth: null, isRight: null });
  });

  it('wait for whatever comes into view meanwhile', async () => {
    const test = await withMore('a.png', 'b.png', 'c.png');
    await answerView(test);
    const background = test.lastExplain();
    expect(background.request).toMatchObject({ image: { id: imageOf(test, 'b.png').id }, work: null });
    test.state().selectImage(imageOf(test, 'c.png').id);
    expect(background.signal?.aborted).toBe(true);
    expect(test.lastExplain().request.image.id).toBe(imageOf(test, 'c.png').id);
    background.emitLogits();
    expect(verdictOf(test, 'b.png')).toBeNull();
  });

  it('are run anew, and nothing of the former run is kept, where images are prepared otherwise', async () => {
    const test = await withMore('a.png', 'b.png');
    await answerView(test);
    const former = test.lastExplain();
    expect(former.request.image.id).toBe(imageOf(test, 'b.png').id);
    test.state().setPreprocessing({ fit: 'letterbox' });
    former.emitLogits();
    expect(verdictOf(test, 'b.png')).toBeNull();
    await answerAll(test);
    await settled();
    await answerAll(test);
    expect(verdictOf(test, 'b.png')).not.toBeNull();
    const ofB = test.engine().explains.filter(({ request }) => request.image.id === imageOf(test, 'b.png').id);
    expect(ofB.map(({ request }) => request.preprocessing)).toEqual([TORCH_PREPROCESSING, { ...TORCH_PREPROCESSING, fit: 'letterbox' }]);
  });

  it('are left alone where a pass takes long: it could not be stopped', async () => {
    const test = await withMore();
    test.store.setState(({ device }) => ({ device: { ...device, passTimesMs: [9000, 9000, 9000] } }));
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png')]);
    await answerAll(test);
    await settled();
    expect(askedAbout(test)).not.toContain(imageOf(test, 'b.png').id);
  });

  it('are passed over without a word where they cannot be run', async () => {
    const test = await withMore('a.png', 'b.png', 'c.png');
    await answerView(test);
    await test.lastExplain().fail(new Error('no memory'));
    await test.lastExplain().answer();
    expect(verdictOf(test, 'b.png')).toBeNull();
    expect(verdictOf(test, 'c.png')).not.toBeNull();
    expect(test.noticeTexts()).toEqual([]);
  });
});

describe('what is said of an image', () => {
  it('is right or wrong where its folder is called after a class', async () => {
    const test = await explainedStore();
    await test.state().addImages([imageFile('right.png')], 'trees/Birch');
    await test.state().addImages([imageFile('wrong.png')], 'trees/ash');
    await test.state().addImages([imageFile('open.png'), brokenFile('none.png')], 'trees/various');
    await answerAll(test);
    await settled();
    await answerAll(test);
    const [, birch] = LOGITS;
    const sum = LOGITS.reduce<number>((total, logit) => total + Math.exp(logit), 0);
    expect(verdictOf(test, 'right.png')).toMatchObject({ name: 'birch', truth: 'birch', isRight: true });
    expect(verdictOf(test, 'right.png')?.value).toBeCloseTo(Math.exp(birch) / sum, 6);
    expect(verdictOf(test, 'wrong.png')).toMatchObject({ name: 'birch', truth: 'ash', isRight: false });
    expect(verdictOf(test, 'open.png')).toMatchObject({ name: 'birch', truth: null, isRight: null });
  });

  it('is a number where outputs are numbers, which is neither right nor wrong', async () => {
    const test = await explainedStore();
    await test.state().addImages([imageFile('right.png')], 'birch');
    await answerAll(test);
    test.state().setReading('number');
    expect(verdictOf(test, 'right.png')).toEqual({ name: 'birch', value: 3, isNumber: true, truth: null, isRight: null });
  });
});
