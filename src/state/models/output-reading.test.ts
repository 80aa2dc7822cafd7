/** What a network's outputs mean, as a person sees and changes it: arithmetic on what was found out already. */

import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../protocol/engine.ts';
import { predictions, scoreNameOf, shownMap } from '../explanation/selectors.ts';
import { reportContent } from '../export/report-content.ts';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { openFiles } from '../testing/load-models.ts';
import { startedStore, type TestStore, works } from '../testing/test-store.ts';
import { effectiveClass, scoreInView } from '../view/in-view.ts';

const ONE_UNIT: Partial<ModelInfo> = {
  units: 1,
  reading: 'number',
  readings: ['binary', 'number'],
  givenNames: [],
  nameSource: 'none',
  classNames: ['output'],
  isGuessed: true,
  remark: 'It is guessed.',
};

const FILES = [new File(['x'], 'one.h5')];
/** Of the intact image, and without each of the two cells. */
const [INTACT, WITHOUT] = [-0.5, [-0.75, 0.25]] as const;

/** Answers whatever is asked of a network of one unit. */
async function answer({ lastExplain }: TestStore): Promise<void> {
  for (let job = lastExplain(); job.isOpen; job = lastExplain()) {
    const { work } = job.request;
    job.emit({ kind: 'logits', logits: Float32Array.of(INTACT), durationMs: 5 });
    if (work && 'items' in work) {
      job.emitBegun();
      const items = work.items ?? Uint32Array.from([0, 1]);
      job.emit({ kind: 'items', swept: { items, logits: Float32Array.from(items, (item) => WITHOUT[item] ?? 0) }, durationMs: 1 });
    } else job.emitResult();
    await job.finish(undefined);
  }
}

async function oneUnit(): Promise<TestStore> {
  const test = await startedStore();
  await test.state().giveFiles([imageFile('grain.png')]);
  await openFiles(test, FILES, ONE_UNIT);
  await answer(test);
  return test;
}

function ablationMap({ state }: TestStore): number[] {
  return [...(shownMap(state(), 'fast-ablation-cam')?.map.values ?? [])];
}

describe('one linear unit', () => {
  it('is a number at first, explained by its value, without any probability', async () => {
    const test = await oneUnit();
    const state = test.state();
    expect(predictions(state, 5)).toEqual([{ classIndex: 0, name: 'output', probability: null, value: INTACT }]);
    expect(scoreInView(state)).toEqual({ classIndex: 0, kind: 'value', versus: null, reading: 'number' });
    expect(ablationMap(test)).toEqual([0.25, -0.75]);
    expect(state.model.card?.toCheck).toBe('It is guessed.');
    await state.saveFigure('fast-ablation-cam', 'json');
    const json = JSON.parse((await test.saved.at(-1)?.content.text()) ?? '');
    expect(json).toMatchObject({ score: 'value', baseline: INTACT, class: { index: 0, name: 'output' } });
    const surroundings = { model: { sha256: '', tensorflow: '' }, version: '', url: '', madeAt: new Date(0) };
    const { tables, settings } = reportContent(state, [], surroundings);
    expect(tables[0]).toMatchObject({ head: ['Output', 'Value'], rows: [['output', '\u22120.500']] });
    expect(JSON.stringify({ tables, settings })).not.toContain('%');
  });

  it('becomes two classes without loading, or running a sweep, again; the negative one is explained by minus the unit', async () => {
    const test = await oneUnit();
    const { loads, explains } = test.engine();
    const before = [loads.length, explains.length] as const;
    test.state().setReading('binary');
    // The figure is there at once; Grad-CAM of another score is one backward pass.
    expect(ablationMap(test)).toEqual([-0.25, 0.75]);
    expect(predictions(test.state(), 5)).toMatchObject([
      { classIndex: 0, name: 'class 0', probability: expect.closeTo(1 / (1 + Math.exp(-0.5)), 6), value: 0.5 },
      { classIndex: 1, name: 'class 1', probability: expect.closeTo(1 / (1 + Math.exp(0.5)), 6), value: -0.5 },
    ]);
    expect(test.lastExplain().request.work).toMatchObject({
      method: 'grad-cam',
      score: { classIndex: 0, kind: 'logit', reading: 'binary' },
    });
    await answer(test);
    expect(loads).toHaveLength(before[0]);
    expect(works(test).slice(before[1])).toEqual(['grad-cam']);
    test.state().chooseClass(1);
    await answer(test);
    expect(ablationMap(test)).toEqual([0.25, -0.75]);
    test.state().chooseScore('probability');
    const p = (z: number) => 1 / (1 + Math.exp(-z));
    expect(ablationMap(test)[0]).toBeCloseTo(p(INTACT) - p(WITHOUT[0]), 6);
    test.state().chooseClass(0);
    expect(ablationMap(test)[0]).toBeCloseTo(-(p(INTACT) - p(WITHOUT[0])), 6);
    // Back to a number: nothing is asked any more.
    await answer(test);
    const asked = explains.length;
    test.state().setReading('number');
    expect(ablationMap(test)).toEqual([0.25, -0.75]);
    expect(test.state().view).toMatchObject({ classIndex: 0, versus: null });
    expect(explains).toHaveLength(asked);
  });

  it('measured as a number is followed by its value, as a class by its probability', async () => {
    const test = await oneUnit();
    void test.state().measureMaps();
    await settled();
    expect(test.engine().measures.at(-1)?.request.score).toEqual({ classIndex: 0, kind: 'value', versus: null, reading: 'number' });
    test.state().setReading('binary');
    expect(test.state().faithfulness.about).toBeNull();
    await answer(test);
    void test.state().measureMaps();
    await settled();
    expect(test.engine().measures.at(-1)?.request.score).toMatchObject({ classIndex: 0, kind: 'probability', reading: 'binary' });
  });

  it('takes two names as those of two classes: the second one is the unit’s', async () => {
    const test = await oneUnit();
    await test.state().openClassNames(new File(['rainy\nsunny'], 'names.txt'));
    expect(test.state().model.card).toMatchObject({ reading: 'binary', classNames: ['rainy', 'sunny'] });
    expect(effectiveClass(test.state())).toBe(0);
    expect(scoreNameOf(test.state(), { classIndex: 0, kind: 'logit', versus: 1, reading: 'binary' })).toBe('rainy rather than sunny');
    test.state().setReading('number');
    expect(test.state().model.card?.classNames).toEqual(['sunny']);
    test.state().setReading('binary');
    expect(test.state().model.card?.classNames).toEqual(['rainy', 'sunny']);
    await test.state().openClassNames(new File(['age'], 'names.txt'));
    expect(test.state().model.card?.classNames).toEqual(['not age', 'age']);
    await test.state().openClassNames(new File(['a\nb\nc'], 'names.txt'));
    expect(test.noticeTexts()).toEqual([expect.stringContaining('names.txt has 3 names')]);
  });

  it('is kept as it was read, with its names', async () => {
    const test = await oneUnit();
    await test.state().openClassNames(new File(['rainy\nsunny'], 'names.txt'));
    await openFiles(test, [new File(['y'], 'other.h5')]);
    expect(test.state().model.card?.reading).toBe('softmax');
    await openFiles(test, FILES, ONE_UNIT);
    expect(test.state().model.card).toMatchObject({ reading: 'binary', classNames: ['rainy', 'sunny'] });
  });

  it('is no softmax: what its network cannot be is not chosen', async () => {
    const test = await oneUnit();
    test.state().setReading('softmax');
    expect(test.state().model.card?.reading).toBe('number');
  });
});

describe('a kept card that says what the network cannot be', () => {
  it('is put right by the network, as those of a former version that took one unit for one class', async () => {
    const test = await oneUnit();
    const kept = test.kept.get('own-one');
    if (!kept) throw new Error('the model is not kept');
    const { reading: _, givenNames: __, nameSource: ___, ...card } = kept.model.card;
    const former = { ...card, outputActivation: 'softmax', classNames: ['class 0'], toCheck: '' } as unknown as typeof kept.model.card;
    test.kept.set('own-one', { ...kept, model: { ...kept.model, card: former } });
    await openFiles(test, FILES, ONE_UNIT);
    expect(test.state().model.card).toMatchObject({ reading: 'number', classNames: ['output'], toCheck: 'It is guessed.' });
  });
});

describe('several outputs', () => {
  const OUTPUTS = [
    { index: 0, name: 'kind', units: 3 },
    { index: 2, name: 'age', units: 1 },
  ];
  const kind: Partial<ModelInfo> = { outputs: OUTPUTS, output: 0 };
  const age: Partial<ModelInfo> = { ...ONE_UNIT, outputs: OUTPUTS, output: 2 };

  it('are chosen by loading the model with another one, whose own meaning counts; the choice is kept', async () => {
    const test = await startedStore();
    const files = [new File(['x'], 'heads.h5')];
    await openFiles(test, files, kind);
    expect(test.lastLoad().source).toMatchObject({ output: null });
    test.state().setPreprocessing({ channels: 'bgr' });
    await test.state().openClassNames(new File(['oak\nelm\nyew'], 'names.txt'));
    const chosen = test.state().setOutput(2);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', files, output: 2 });
    await test.lastLoad().finish({ ...fakeModel('own-heads'), ...age });
    await chosen;
    const { card } = test.state().model;
    expect(card).toMatchObject({ output: 2, reading: 'number', classNames: ['output'], preprocessing: { channels: 'bgr' } });
    expect(test.kept.get('own-heads')?.model.card).toMatchObject({ output: 2, reading: 'number' });
    const loads = test.engine().loads.length;
    await test.state().setOutput(1);
    await test.state().setOutput(2);
    expect(test.engine().loads).toHaveLength(loads);
    await openFiles(test, [new File(['y'], 'other.h5')]);
    await openFiles(test, files, age);
    expect(test.lastLoad().source).toMatchObject({ output: 2 });
    expect(test.state().model.card).toMatchObject({ output: 2, reading: 'number' });
  });
});

describe('ImageNet’s names', () => {
  const imageNet: Partial<ModelInfo> = {
    units: 1000,
    readings: ['softmax'],
    nameSource: 'imagenet',
    givenNames: Array.from({ length: 1000 }, (_, i) => `imagenet ${i}`),
    classNames: Array.from({ length: 1000 }, (_, i) => `imagenet ${i}`),
  };

  it('are taken away, and taken in another order', async () => {
    const test = await startedStore();
    await openFiles(test, [new File(['x'], 'net.h5')], imageNet);
    expect(test.state().model.card).toMatchObject({ nameSource: 'imagenet' });
    await test.state().chooseNames('none');
    expect(test.state().model.card).toMatchObject({ nameSource: 'none', givenNames: [] });
    expect(test.state().model.card?.classNames[344]).toBe('class 344');
    await test.state().chooseNames('imagenet-darknet');
    expect(test.state().model.card?.classNames[344]).toBe('imagenet-darknet 344');
    await test.state().chooseNames('imagenet-background');
    expect(test.state().model.card?.nameSource).toBe('imagenet-darknet');
    await settled();
    expect(test.kept.get('own-net')?.model.card.nameSource).toBe('imagenet-darknet');
  });
});
