import { describe, expect, it } from 'vitest';
import { AppError } from '../../../core/app-error.ts';
import { brokenFile, imageFile } from '../../testing/fake-images.ts';
import { settled } from '../../testing/fake-jobs.ts';
import { filesInFakeZip } from '../../testing/fake-zip.ts';
import { answerAll, explainedStore, type TestStore, works } from '../../testing/test-store.ts';
import { archivePlan } from './archive-plan.ts';

/** Answers the engine until it is asked nothing more, however long it takes in between. */
async function answered(test: TestStore, saving: Promise<void>): Promise<void> {
  let isOver = false;
  void saving.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await settled();
    await answerAll(test);
  }
}

async function archiveOf(test: TestStore) {
  const archive = test.saved.at(-1);
  const files = await filesInFakeZip(archive?.content ?? new Blob());
  const manifest = JSON.parse((await files.get('manifest.json')?.text()) ?? '');
  return { name: archive?.name, files, manifest };
}

/** An archive of several images that is being made, of a layer that all of them are asked for anew. */
async function begun(): Promise<{ test: TestStore; saving: Promise<void> }> {
  const test = await explainedStore();
  await test.state().giveFiles([imageFile('leaf.png')]);
  await answerAll(test);
  test.state().chooseLayer('first');
  await answerAll(test);
  const saving = test.state().saveArchive();
  await settled();
  return { test, saving };
}

describe('an archive of all images', () => {
  it('holds overlay, data and array of every image by every method, and computes only what is missing', async () => {
    const test = await explainedStore();
    await test.state().giveFiles([imageFile('leaf.png')]);
    const first = test.state().images.items.find(({ name }) => name === 'grain.png');
    test.state().selectImage(first?.id ?? '');
    await answerAll(test);
    expect(archivePlan(test.state())).toMatchObject({ images: 3, maps: 6 });
    const asked = test.engine().explains.length;
    const { missing } = archivePlan(test.state());
    await answered(test, test.state().saveArchive());
    const { name, files, manifest } = await archiveOf(test);
    expect(works(test).slice(asked).filter(Boolean)).toHaveLength(missing);
    expect(name).toBe('fast-ablation-cam_built-in_last_images.zip');
    expect(manifest).toMatchObject({ format: 'fast-ablation-cam-images', layer: 'last', methods: ['grad-cam', 'fast-ablation-cam'] });
    expect(manifest.model).toMatchObject({ id: 'built-in' });
    expect(manifest.images.map((image: { name: string }) => image.name).toSorted()).toEqual(['grain.png', 'leaf.png', 'sample.png']);
    for (const { maps, error, explained } of manifest.images) {
      expect(error).toBeNull();
      expect(explained).toMatchObject({ index: 1, name: 'birch' });
      expect(maps).toHaveLength(2);
      for (const { overlay, data, array } of maps) for (const file of [overlay, data, array]) expect(files.has(file)).toBe(true);
    }
    expect(files.size).toBe(1 + 3 * 2 * 3);
    expect(archivePlan(test.state()).missing).toBe(0);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('says of maps of the image itself that they are of no layer, whether they were there or are computed for it', async () => {
    const test = await explainedStore();
    test.state().setMethodShown('occlusion', true);
    await answerAll(test);
    await test.state().giveFiles([imageFile('leaf.png')]);
    await answered(test, test.state().saveArchive());
    const { files } = await archiveOf(test);
    const names = [...files.keys()].filter((name) => name.endsWith('occlusion.json'));
    expect(names.map((name) => name.split('_').slice(1).join('_'))).toEqual(Array(3).fill('birch_input-image_occlusion.json'));
    for (const name of names) expect(JSON.parse((await files.get(name)?.text()) ?? '')).toMatchObject({ layer: 'input image' });
  });

  it('says what could not be explained, and goes on with the others', async () => {
    let isBroken = false;
    const test = await explainedStore({
      async renderOverlay(image) {
        if (image.name === 'leaf.png' && isBroken) throw new AppError('out-of-memory', 'There is too little memory for leaf.png.');
        return new Blob();
      },
    });
    await test.state().giveFiles([imageFile('leaf.png'), brokenFile('none.png')]);
    await answerAll(test);
    isBroken = true;
    await answered(test, test.state().saveArchive());
    const { manifest } = await archiveOf(test);
    const errors = manifest.images.map(({ name, error }: { name: string; error: string | null }) => [name, error]);
    expect(errors).toContainEqual(['leaf.png', 'There is too little memory for leaf.png.']);
    expect(errors).toContainEqual(['grain.png', null]);
    expect(test.noticeTexts()).toContain('1 of 3 images could not be explained; manifest.json in the archive says why.');
  });

  it('is stopped at once, and saves nothing', async () => {
    const { test, saving } = await begun();
    expect(test.state().exporting?.what).toBe('All images (ZIP)');
    expect(test.lastExplain().isOpen).toBe(true);
    test.state().cancelExport();
    await saving;
    expect(test.state().exporting).toBeNull();
    expect(test.lastExplain().signal?.aborted).toBe(true);
    await answerAll(test);
    expect(test.saved).toEqual([]);
    expect(test.noticeTexts()).toEqual([]);
  });

  it('gives way to what is in view, and goes on where it was, with every file once', async () => {
    let drawn = 0;
    let interrupt = () => {};
    const test = await explainedStore({
      async renderOverlay() {
        // In the middle of an image whose first map is made.
        if (++drawn === 4) interrupt();
        return new Blob();
      },
    });
    await test.state().giveFiles([imageFile('leaf.png')]);
    await answerAll(test);
    test.state().chooseLayer('first');
    await answerAll(test);
    interrupt = () => test.state().setAblation({ value: 'mean' });
    await answered(test, test.state().saveArchive());
    const { files, manifest } = await archiveOf(test);
    expect(manifest.ablation).toEqual({
      ...{ window: 1, stride: 1, value: 0, channelValue: 0 },
      occlusion: { patch: null, stride: null, value: 'mean' },
      rise: { count: 2000, seed: 1 },
    });
    expect(manifest.images).toHaveLength(3);
    expect(manifest.images.every(({ error }: { error: string | null }) => error === null)).toBe(true);
    expect(drawn).toBeGreaterThan(6);
    expect(files.size).toBe(1 + 3 * 2 * 3);
  });

  it('is not put together from two ways of preparing images', async () => {
    const { test, saving } = await begun();
    test.state().setPreprocessing({ fit: 'letterbox' });
    await answered(test, saving);
    expect(test.saved).toEqual([]);
    expect(test.noticeTexts()).toEqual(['The model was changed, so that the archive was not finished; please save it again.']);
  });
});
