import { describe, expect, it } from 'vitest';
import { imageFile } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { startedStore, type TestStore } from '../testing/test-store.ts';
import { selectedImage } from '../view/in-view.ts';

/** Each fills most of the memory that there is for pixels. */
const SIDE = 6000;

function withLargeImages(change: { readonly goneNames?: Set<string> } = {}): Promise<TestStore> {
  return startedStore({
    async decodeImage(file, name) {
      if (change.goneNames?.has(name)) throw new DOMException('It was changed.', 'NotReadableError');
      const bitmap = { width: SIDE, height: SIDE, isClosed: false, close: () => Object.assign(bitmap, { isClosed: true }) };
      const side = { width: SIDE, height: SIDE };
      const rest = { pixels: null, thumbnail: file, depth: null, isStretched: false, remark: '' };
      return { ...side, ...rest, bitmap: bitmap as unknown as ImageBitmap };
    },
  });
}

const inMemory = (test: TestStore) =>
  test
    .state()
    .images.items.filter(({ bitmap }) => bitmap)
    .map(({ name }) => name);
const idOf = (test: TestStore, name: string) => test.state().images.items.find((item) => item.name === name)?.id ?? '';

describe('the pixels of many images', () => {
  it('are in memory for the one in view and the last one read, where there is no room for others', async () => {
    const test = await withLargeImages();
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png'), imageFile('c.png'), imageFile('d.png')]);
    const former = test.state().images.items.find(({ name }) => name === 'a.png')?.bitmap;
    expect(inMemory(test)).toEqual(['a.png', 'd.png']);
    expect(former).toMatchObject({ isClosed: false });
  });

  it('are read again when their image is chosen, while the one before stays in view', async () => {
    const test = await withLargeImages();
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png'), imageFile('c.png')]);
    const former = selectedImage(test.state())?.bitmap;
    test.state().selectImage(idOf(test, 'b.png'));
    expect(selectedImage(test.state())?.name).toBe('a.png');
    expect(test.state().images.awaitedId).toBe(idOf(test, 'b.png'));
    await settled();
    expect(selectedImage(test.state())?.name).toBe('b.png');
    expect(test.state().images.awaitedId).toBeNull();
    test.state().selectImage(idOf(test, 'c.png'));
    await settled();
    expect(inMemory(test)).toEqual(['c.png']);
    expect(former).toMatchObject({ isClosed: true });
  });

  it('leave the view to the last one that was chosen', async () => {
    const test = await withLargeImages();
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png'), imageFile('c.png')]);
    test.state().selectImage(idOf(test, 'b.png'));
    test.state().selectImage(idOf(test, 'c.png'));
    await settled();
    expect(selectedImage(test.state())?.name).toBe('c.png');
  });

  it('of a file that was changed since are said to be gone, and the view stays', async () => {
    const goneNames = new Set<string>();
    const test = await withLargeImages({ goneNames });
    await test.state().giveFiles([imageFile('a.png'), imageFile('b.png'), imageFile('c.png')]);
    goneNames.add('b.png');
    test.state().selectImage(idOf(test, 'b.png'));
    await settled();
    expect(selectedImage(test.state())?.name).toBe('a.png');
    expect(test.noticeTexts()).toEqual(['The file b.png can no longer be read, as it was changed or moved; please give it again.']);
  });
});
