import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { figureOf } from '../explanation/figures.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { choose, openFiles } from '../testing/load-models.ts';
import { answerAll, explainedStore, startedStore } from '../testing/test-store.ts';
import { logitsInView } from '../view/in-view.ts';

describe('how a network gets its images', () => {
  it('is to be checked where it was guessed, until somebody has', async () => {
    const test = await startedStore();
    expect(test.state().model.card?.toCheck).toBe('');
    await openFiles(test, [new File(['x'], 'a.keras')], { isGuessed: true, remark: 'It is guessed.' });
    expect(test.state().model.card?.toCheck).toBe('It is guessed.');
    expect(test.noticeTexts()).toEqual([]);
    test.state().confirmSetup();
    expect(test.state().model.card?.toCheck).toBe('');
  });

  it('is changed without loading again: what is in view is found out anew', async () => {
    const test = await explainedStore();
    const { loads, explains } = test.engine();
    const [loaded, asked] = [loads.length, explains.length];
    test.state().setPreprocessing({ channels: 'bgr' });
    expect(loads).toHaveLength(loaded);
    expect(explains.length).toBeGreaterThan(asked);
    expect(test.lastExplain().request.preprocessing).toMatchObject({ channels: 'bgr', fit: 'stretched' });
    expect(logitsInView(test.state())).toBeNull();
    await answerAll(test);
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
  });

  it('is as the person said when a built-in model comes back: so were its maps found out', async () => {
    const test = await explainedStore();
    test.state().setPreprocessing({ channels: 'bgr' });
    await answerAll(test);
    await choose(test, 'other');
    await choose(test, 'built-in');
    expect(test.state().model.card?.preprocessing).toMatchObject({ channels: 'bgr' });
    expect(figureOf(test.state(), 'grad-cam').status).toBe('done');
  });

  it('takes a new size by building the network anew, where it takes any', async () => {
    const test = await startedStore();
    const files = [new File(['x'], 'a.safetensors')];
    await openFiles(test, files, { takesAnySize: true });
    const changed = test.state().setInputSize({ width: 10, height: 6 });
    await settled();
    expect(test.lastLoad().source).toMatchObject({ files, input: { width: 10, height: 6 } });
    await test.lastLoad().finish(fakeModel('own-a', { takesAnySize: true, input: { width: 10, height: 6 } }));
    await changed;
    expect(test.state().model.card?.input).toEqual({ width: 10, height: 6 });
    expect(test.kept.get('own-a')?.model.card.input).toEqual({ width: 10, height: 6 });
    const { loads } = test.engine();
    // One side right after the other: both count.
    const both = [test.state().setInputSize({ width: 20 }), test.state().setInputSize({ height: 30 })];
    await settled();
    expect(test.lastLoad().source).toMatchObject({ input: { width: 20, height: 30 } });
    await test.lastLoad().finish(fakeModel('own-a', { takesAnySize: true, input: { width: 20, height: 30 } }));
    await Promise.all(both);
    expect(test.kept.get('own-a')?.model.card.input).toEqual({ width: 20, height: 30 });
    const count = loads.length;
    await choose(test, 'built-in');
    await test.state().setInputSize({ width: 99, height: 99 });
    expect(loads).toHaveLength(count + 1);
  });
});

describe('the short side that is resized before the crop', () => {
  it.each([
    ['short-side-256', 'short-side-512'],
    ['short-side-256-floor', 'short-side-512-floor'],
  ] as const)('keeps its share when the network is given another size: %s', async (fit, larger) => {
    const test = await startedStore();
    await openFiles(test, [new File(['x'], 'a.safetensors')], { takesAnySize: true, input: { width: 224, height: 224 } });
    test.state().setPreprocessing({ fit });
    const changed = test.state().setInputSize({ width: 448, height: 448 });
    await settled();
    await test.lastLoad().finish(fakeModel('own-a', { takesAnySize: true, input: { width: 448, height: 448 } }));
    await changed;
    expect(test.state().model.card?.preprocessing.fit).toBe(larger);
    expect(test.kept.get('own-a')?.model.card.preprocessing.fit).toBe(larger);
  });
});

describe('what was guessed', () => {
  it('is to be checked no more once the person has chosen, and the rest stays', async () => {
    const test = await startedStore();
    const guesses = { input: 'The values are assumed.', output: 'It is taken for classes.', names: 'The names are assumed.' };
    const remark = `It is old. ${guesses.input} ${guesses.output} ${guesses.names}`;
    await openFiles(test, [new File(['x'], 'a.keras')], { isGuessed: true, remark, guesses, readings: ['softmax', 'independent'] });
    const toCheck = () => test.state().model.card?.toCheck;
    expect(toCheck()).toBe(remark);
    test.state().setReading('independent');
    expect(toCheck()).toBe(`It is old. ${guesses.input} ${guesses.names}`);
    await test.state().openClassNames(new File(['oak\nelm\nyew'], 'trees.txt'));
    expect(toCheck()).toBe(`It is old. ${guesses.input}`);
    test.state().setPreprocessing({ fit: 'letterbox' });
    expect(toCheck()).toBe('It is old.');
  });
});

describe('class names', () => {
  it('are taken from a file, also one that is dropped by itself', async () => {
    const test = await startedStore();
    await test.state().giveFiles([new File(['oak\nelm\nyew'], 'trees.txt')]);
    await settled();
    expect(test.state().model.card?.classNames).toEqual(['oak', 'elm', 'yew']);
  });

  it('must be as many as there are classes', async () => {
    const test = await startedStore();
    await test.state().openClassNames(new File(['one'], 'names.txt'));
    expect(test.noticeTexts()).toEqual([expect.stringMatching(/1 name,.*3 classes/)]);
    expect(test.state().model.card?.classNames).toEqual(['ash', 'birch', 'cedar']);
  });

  it('that were written are kept until they are taken: whoever wrote them hears whether', async () => {
    const test = await startedStore();
    expect(await test.state().openClassNames(new File(['one'], 'list.txt'), 'The list')).toBe(false);
    expect(test.noticeTexts()).toEqual([expect.stringMatching(/^The list has 1 name, and .* tells 3 classes apart/)]);
    expect(await test.state().openClassNames(new File(['oak\nelm\nyew'], 'list.txt'), 'The list')).toBe(true);
  });

  it('that cannot be read are said so', async () => {
    const failure = new AppError('model-file-broken', 'The file x.txt is no list of class names.');
    const test = await startedStore({ readClassNames: () => Promise.reject(failure) });
    await test.state().openClassNames(new File([''], 'x.txt'));
    expect(test.noticeTexts()).toEqual([failure.message]);
  });

  it('whose file leaves something open is read otherwise, kept, and opened again so', async () => {
    const test = await startedStore();
    const options = ['kept', 'halved'].map((id) => ({ id, label: id }));
    const choice = { id: 'stem', title: 'Beginning', options, chosen: 'kept' };
    const halved = { choices: [{ ...choice, chosen: 'halved' }] };
    const id = await openFiles(test, [new File(['x'], 'a.pth')], { choices: [choice] });
    expect(test.state().model.card?.choices).toEqual([choice]);
    const loads = test.engine().loads.length;
    await test.state().setModelChoice('stem', 'kept');
    await test.state().setModelChoice('stem', 'none of them');
    await test.state().setModelChoice('another', 'halved');
    expect(test.engine().loads).toHaveLength(loads);
    const changed = test.state().setModelChoice('stem', 'halved');
    await settled();
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', id, choices: { stem: 'halved' } });
    await test.lastLoad().finish(fakeModel(id, halved));
    await changed;
    expect(test.kept.get(id)?.model.card.choices).toEqual(halved.choices);
    await choose(test, 'built-in');
    const again = test.state().chooseModel(id);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ id, choices: { stem: 'halved' } });
    await test.lastLoad().finish(fakeModel(id, halved));
    await again;
  });

  it('of two copies of the weights the other is loaded, kept, and opened again', async () => {
    const test = await startedStore();
    const copies = { names: ['ema', 'model'], chosen: 'ema' };
    const id = await openFiles(test, [new File(['x'], 'a.safetensors')], { copies });
    expect(test.state().model.card?.copies).toEqual(copies);
    await test.state().setWeightCopy('ema');
    await test.state().setWeightCopy('none of them');
    const loads = test.engine().loads.length;
    const changed = test.state().setWeightCopy('model');
    await settled();
    expect(test.lastLoad().source).toMatchObject({ kind: 'files', id, copy: 'model' });
    expect(test.engine().loads).toHaveLength(loads + 1);
    await test.lastLoad().finish(fakeModel(id, { copies: { ...copies, chosen: 'model' } }));
    await changed;
    expect(test.state().model.card?.copies?.chosen).toBe('model');
    expect(test.kept.get(id)?.model.card.copies?.chosen).toBe('model');
    await choose(test, 'built-in');
    const again = test.state().chooseModel(id);
    await settled();
    expect(test.lastLoad().source).toMatchObject({ id, copy: 'model' });
    await test.lastLoad().finish(fakeModel(id, { copies: { ...copies, chosen: 'model' } }));
    await again;
  });
});
