import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { brokenFile, imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { startedStore, type TestStore } from '../testing/test-store.ts';

function file(name: string): File {
  return new File([name], name);
}

function loadedNames({ lastLoad }: TestStore): string[] {
  const { source } = lastLoad();
  return source.kind === 'files' ? source.files.map(({ name }) => name) : [];
}

/** Given, and found to lack something. */
async function giveParts(test: TestStore, names: readonly string[], sentence: string): Promise<void> {
  void test.state().giveFiles(names.map(file));
  await settled();
  await test.lastLoad().fail(new AppError('model-file-missing', sentence));
}

/** Given, and loaded. */
async function giveWhole(test: TestStore, names: readonly string[]): Promise<void> {
  const opened = test.state().giveFiles(names.map(file));
  await settled();
  await test.lastLoad().finish(fakeModel(test.lastLoad().source.id));
  await opened;
}

describe('files go where they belong', () => {
  it('given together', async () => {
    const test = await startedStore();
    void test.state().giveFiles([file('net.keras'), imageFile('a.png'), file('labels.txt')]);
    await settled();
    expect(loadedNames(test)).toEqual(['net.keras', 'labels.txt']);
    expect(test.state().images.items.map(({ name }) => name)).toEqual(['a.png', 'sample.png']);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('but for what is of no use beside a model, which is opened without it', async () => {
    const test = await startedStore();
    void test.state().giveFiles([file('net.keras'), file('paper.pdf'), imageFile('a.png')]);
    await settled();
    expect(loadedNames(test)).toEqual(['net.keras']);
    expect(test.noticeTexts()).toEqual(['The file paper.pdf is of no kind that is known here, so it was left out.']);
  });

  it('with shards that nothing tells from other files, where the model has such, and without those that have an ending', async () => {
    const test = await startedStore();
    void test.state().giveFiles([file('model.json'), file('group1-shard1of1'), file('paper.pdf'), file('notes.docx')]);
    await settled();
    expect(loadedNames(test)).toEqual(['model.json', 'group1-shard1of1']);
    expect(test.noticeTexts()).toEqual(['The files paper.pdf and 1 more are of no kind that is known here, so they were left out.']);
  });

  it('by names without what turns the sentences around that they stand in', async () => {
    const test = await startedStore();
    await test.state().giveFiles([imageFile('a\u202egnp.png')]);
    expect(test.state().images.items[0]?.name).toBe('agnp.png');
  });

  it('images alone leave the model as it is', async () => {
    const test = await startedStore();
    await test.state().giveFiles([imageFile('a.png')]);
    expect(test.engine().loads).toHaveLength(1);
    expect(test.state().images.items[0]?.name).toBe('a.png');
  });

  it('what nobody can tell is taken for a model, unless it is called like an image', async () => {
    const test = await startedStore();
    await test.state().giveFiles([brokenFile('gone.png')]);
    expect(test.noticeTexts()).toEqual(['The file gone.png is empty.']);
    void test.state().giveFiles([file('liveness')]);
    await settled();
    expect(loadedNames(test)).toEqual(['liveness']);
  });

  it.each(['labels.txt', 'metadata.json'])('class names alone (%s) are those of the model on screen', async (name) => {
    const test = await startedStore({ readClassNames: async () => ['x', 'y', 'z'] });
    await test.state().giveFiles([file(name)]);
    expect(test.state().model.card?.classNames).toEqual(['x', 'y', 'z']);
    expect(test.engine().loads).toHaveLength(1);
  });

  it('where class names are asked for, a model or an image is taken for what it is', async () => {
    const test = await startedStore();
    await test.state().giveClassNames(imageFile('a.png'));
    expect(test.state().images.items[0]?.name).toBe('a.png');
    void test.state().giveClassNames(file('net.keras'));
    await settled();
    expect(loadedNames(test)).toEqual(['net.keras']);
    await test.lastLoad().finish(fakeModel(test.lastLoad().source.id));
    await test.state().giveClassNames(new File(['x\ny\nz'], 'names'));
    expect(test.state().model.card?.classNames).toEqual(['x', 'y', 'z']);
  });
});

describe('a model whose parts are not all there', () => {
  it.each([
    ['a network, then its weights', ['fer.json'], ['fer.h5']],
    ['weights, then their network', ['fer.h5'], ['fer.json']],
    ['a model.json, then its shards', ['model.json'], ['a.bin', 'b.bin']],
    ['shards, then their model.json', ['a.bin', 'b.bin'], ['model.json']],
    ['class names and a network, then its weights', ['labels.txt', 'fer.json'], ['fer.h5']],
  ])('waits, and says for what: %s', async (_what, first, second) => {
    const test = await startedStore();
    await giveParts(test, first, 'Please give the rest.');
    expect(test.state().notices).toMatchObject([{ kind: 'waiting', text: 'Please give the rest.' }]);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' } });
    await giveWhole(test, second);
    expect(loadedNames(test).sort()).toEqual([...first, ...second].sort());
    expect(test.noticeTexts()).toEqual([]);
    const [kept] = [...test.kept.values()];
    expect(kept?.files.map(({ name }) => name).sort()).toEqual([...first, ...second].sort());
  });

  it('comes in as many steps as a person likes', async () => {
    const test = await startedStore();
    await giveParts(test, ['a.bin'], 'One.');
    await giveParts(test, ['model.json'], 'Two.');
    await giveWhole(test, ['b.bin']);
    expect(loadedNames(test).sort()).toEqual(['a.bin', 'b.bin', 'model.json']);
  });

  it('takes a file given again for the one that waits', async () => {
    const test = await startedStore();
    await giveParts(test, ['model.json', 'a.bin'], 'Please give b.bin.');
    await giveWhole(test, ['model.json', 'a.bin', 'b.bin']);
    expect(loadedNames(test).sort()).toEqual(['a.bin', 'b.bin', 'model.json']);
  });

  it('waits no more once a whole one was given', async () => {
    const test = await startedStore();
    await giveParts(test, ['fer.json'], 'Please give its weights.');
    await giveWhole(test, ['net.keras']);
    await giveParts(test, ['other.h5'], 'Please give its network.');
    expect(loadedNames(test)).toEqual(['other.h5']);
  });

  it('waits no more once another was chosen from the list', async () => {
    const test = await startedStore();
    await giveParts(test, ['fer.json'], 'Please give its weights.');
    const chosen = test.state().chooseModel('other');
    await settled();
    await test.lastLoad().finish(fakeModel('other'));
    await chosen;
    await giveParts(test, ['fer.h5'], 'Please give its network.');
    expect(loadedNames(test)).toEqual(['fer.h5']);
  });

  it('goes on waiting where what came next was broken', async () => {
    const test = await startedStore();
    await giveParts(test, ['fer.json'], 'Please give its weights.');
    void test.state().giveFiles([file('bad.h5')]);
    await settled();
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file bad.h5 is damaged.'));
    await giveWhole(test, ['fer.h5']);
    expect(loadedNames(test)).toEqual(['fer.json', 'fer.h5']);
  });

  it('comes as fast as a person, or a program, gives it', async () => {
    const test = await startedStore();
    void test.state().giveFiles([file('fer.json')]);
    void test.state().giveFiles([file('fer.h5')]);
    await settled();
    expect(loadedNames(test)).toEqual(['fer.json', 'fer.h5']);
    await test.lastLoad().finish(fakeModel(test.lastLoad().source.id));
    expect(test.noticeTexts()).toEqual([]);
    expect(test.state().model.catalogue).toHaveLength(3);
  });

  it('is the last one that was given', async () => {
    const test = await startedStore();
    await giveParts(test, ['first.json'], 'One.');
    await giveParts(test, ['second.json'], 'Two.');
    await giveWhole(test, ['fer.h5']);
    expect(loadedNames(test)).toEqual(['second.json', 'fer.h5']);
  });
});

describe('folders', () => {
  const inFolder = (...names: string[]) =>
    names.map((name) => ({ path: `f/${name}`, file: name.endsWith('.png') ? imageFile(name) : file(name) }));

  it('of images are a set, whatever else lies in them', async () => {
    const test = await startedStore();
    void test.state().giveFolder(inFolder('b.png', 'a.png', 'annotations.csv', 'old.zip', 'notes.md'));
    await settled();
    expect(test.state().set.kept?.paths).toEqual(['f/a.png', 'f/b.png']);
    expect(test.engine().loads).toHaveLength(1);
  });

  it('of a model open it, without what is no part of it', async () => {
    const test = await startedStore();
    void test.state().giveFolder(inFolder('model.json', 'group1-shard1of1', 'labels.txt', 'README.txt', 'notes.md'));
    await settled();
    expect(loadedNames(test)).toEqual(['model.json', 'group1-shard1of1', 'labels.txt']);
  });

  it('of shards go with the model.json that was given beside them', async () => {
    const test = await startedStore();
    void test.state().giveFiles([file('model.json')]);
    void test.state().giveFolder(inFolder('a.bin', 'b.bin'));
    await settled();
    expect(loadedNames(test).sort()).toEqual(['a.bin', 'b.bin', 'model.json']);
  });

  it('of both open the model, and measure the images with it', async () => {
    const test = await startedStore();
    void test.state().giveFolder(inFolder('net.keras', 'a.png'));
    await settled();
    const { id } = test.lastLoad().source;
    await test.lastLoad().finish(fakeModel(id));
    await settled();
    expect(test.state().set.kept).toMatchObject({ modelId: id, paths: ['f/a.png'] });
  });

  it('with neither say so', async () => {
    const test = await startedStore();
    await test.state().giveFolder(inFolder('notes.md'));
    expect(test.noticeTexts()).toEqual(['There are neither images nor a model in that folder.']);
  });

  it('says what is wrong with several files of one drop together, and of the next one apart', async () => {
    const test = await startedStore();
    const empty = (name: string) => new File([], name, { type: 'image/png' });
    await test.state().giveFiles([empty('a.png'), imageFile('b.png'), empty('c.png')]);
    await test.state().giveFiles([empty('d.png')]);
    const [a, c, d] = test.state().notices;
    expect(test.noticeTexts()).toEqual(['The file a.png is empty.', 'The file c.png is empty.', 'The file d.png is empty.']);
    expect(a?.group).not.toBeNull();
    expect(c?.group).toBe(a?.group);
    expect(d?.group).not.toBe(a?.group);
    test.state().dismiss(a?.id ?? 0, c?.id ?? 0);
    expect(test.noticeTexts()).toEqual(['The file d.png is empty.']);
  });
});
