import { describe, expect, it, vi } from 'vitest';
import type { SetImage } from '../../protocol/image-set.ts';
import { formatResultLine, type ResultLine } from '../../sets/results/result-line.ts';
import { formatRunRecord, type RunRecord, recordFileName, resultsFileName, type Shard } from '../../sets/results/run-record.ts';
import { sampleLine, sampleRecord } from '../../sets/testing/sample-run.ts';
import { resultsIn } from '../testing/fake-storage.ts';
import { startedStore, type TestStore } from '../testing/test-store.ts';

const PATHS = ['trees/ash/a.png', 'trees/elm/b.png', 'trees/elm/c.png'];
const DATA = JSON.stringify({ shape: [1, 2], values: [[-1, 2]], window: null, stride: null });

function given(path: string, content: string): SetImage {
  return { path, file: new File([content], path.slice(path.lastIndexOf('/') + 1)) };
}

function folderOf(record: RunRecord, lines: readonly ResultLine[], folder = 'out'): SetImage[] {
  const { shard } = record;
  return [
    given(`${folder}/${recordFileName(shard)}`, formatRunRecord(record)),
    given(`${folder}/${resultsFileName(shard)}`, lines.map(formatResultLine).join('')),
    ...lines.flatMap(({ maps }) =>
      maps.flatMap(({ overlay, data }) => [
        ...(overlay ? [given(`${folder}/${overlay}`, 'png')] : []),
        ...(data ? [given(`${folder}/${data}`, DATA)] : []),
      ]),
    ),
  ];
}

const images = PATHS.map((path) => given(`home/${path}`, path));

describe('a folder of results', () => {
  it('is shown as a set, with its maps, answers, truths and measures, and what could not be read', async () => {
    const { state } = await startedStore();
    const [a = '', b = '', c = ''] = PATHS;
    const broken: ResultLine = {
      ...sampleLine(b),
      maps: [],
      predicted: null,
      explained: null,
      scores: null,
      error: { code: 'image-unreadable', message: 'It is torn.' },
    };
    await state().giveFolder(folderOf(await sampleRecord(PATHS), [sampleLine(a), broken, sampleLine(c)]));
    const { set, view } = state();
    expect(set).toMatchObject({ status: 'done', failed: [{ path: b, message: 'It is torn.' }] });
    expect(set.kept).toMatchObject({ name: 'trees', paths: PATHS, layer: 'last', chosen: { replacement: 'mean' } });
    expect(set.results.map(({ path }) => path)).toEqual([a, c]);
    expect(set.results[0]).toMatchObject({
      label: 'elm',
      predicted: 'elm',
      probability: 0.75,
      left: 0.25,
      size: { width: 40, height: 30 },
    });
    expect(set.results[0]?.maps?.['grad-cam']).toEqual({ rows: 1, columns: 2, values: Float32Array.of(-1, 2) });
    expect(Object.keys(set.results[0]?.scores ?? {})).toContain('random');
    expect(view.drawer).toEqual({ tab: 'dataset', isOpen: true });
    expect(state().images.items.every(({ sample }) => sample !== null)).toBe(true);
  });

  it('has overlays in place of images that are missing, and images once they are given', async () => {
    const { state } = await startedStore();
    const [a = ''] = PATHS;
    await state().giveFolder(folderOf(await sampleRecord(PATHS), PATHS.map(sampleLine)));
    expect(await state().setThumbnail(a, 'grad-cam')).toMatchObject({ isDrawn: true });
    expect(await state().setThumbnail(a, 'rise')).toBeNull();
    await state().openSetImage(a);
    expect(state().notices.at(-1)?.text).toBe(`The image ${a} was not given with the results; please drop its folder.`);

    await state().giveFolder(images.slice(0, 2));
    expect(state().notices.at(-1)?.text).toContain('2 images belong to the results; 1 are still missing');
    expect(state().set.kept?.paths).toEqual(PATHS);
    expect(await state().setThumbnail(a, null)).toMatchObject({ isDrawn: false });
    await state().openSetImage(a);
    expect(state().images.items.some(({ name, folder }) => name === 'a.png' && folder === 'trees/ash')).toBe(true);
  });

  it('takes the images that lie beside it, and shards of one run together', async () => {
    const { state } = await startedStore();
    const shards: Shard[] = [1, 2].map((index) => ({ index, count: 2 }));
    const parts = await Promise.all(
      shards.map(async (shard) => {
        const record = await sampleRecord(PATHS, shard);
        return folderOf(record, record.paths.map(sampleLine), 'home/out');
      }),
    );
    await state().giveFolder([...parts.flat(), ...images]);
    expect(state().set.results.map(({ path }) => path)).toEqual(PATHS);
    expect(state().set.run?.images.size).toBe(3);
  });

  it.each([
    ['without its record', async () => folderOf(await sampleRecord(PATHS), []).slice(1), 'There is no run.json beside the results'],
    [
      'without its results',
      async () => folderOf(await sampleRecord(PATHS), []).slice(0, 1),
      'There is no results.jsonl beside out/run.json',
    ],
    [
      'with a damaged record',
      async () => [given('out/run.json', '{}'), given('out/results.jsonl', '')],
      'The file out/run.json is no record of a run',
    ],
    [
      'with a damaged line',
      async () => [...folderOf(await sampleRecord(PATHS), []).slice(0, 1), given('out/results.jsonl', '{}\n')],
      'Line 1 of results.jsonl is no result',
    ],
    [
      'of another run beside it',
      async () => {
        const record = await sampleRecord(PATHS);
        return [...folderOf(record, []), ...folderOf({ ...record, command: 'explain' }, [], 'other')];
      },
      'These are the results of several runs',
    ],
  ] as const)('%s is refused in a sentence, and leaves the set that is there', async (_, files, sentence) => {
    const { state } = await startedStore();
    await state().giveFolder(await files());
    expect(state().set.kept).toBeNull();
    expect(state().notices.at(-1)).toMatchObject({ kind: 'error' });
    expect(state().notices.at(-1)?.text).toContain(sentence);
  });

  it('is taken off by deleting it, and what the browser keeps is there again', async () => {
    const { state, keptResults } = await startedStore();
    await state().giveFolder(folderOf(await sampleRecord(PATHS), PATHS.map(sampleLine)));
    expect(keptResults.size).toBeGreaterThan(0);
    await state().clearSet();
    expect(state().set).toMatchObject({ status: 'none', kept: null, run: null });
    expect(keptResults.size).toBe(0);
  });
});

describe('after a reload', () => {
  const reloaded = async ({ keptResults, sets }: TestStore) => startedStore({ results: resultsIn(keptResults), sets });

  it('results are there as they were, with the images that came later, and nothing else that was given', async () => {
    const before = await startedStore();
    const [a = ''] = PATHS;
    await before.state().giveFolder([...folderOf(await sampleRecord(PATHS), PATHS.map(sampleLine)), given('out/notes.txt', 'mine')]);
    await before.state().giveFolder(images);
    const { state, keptResults } = await reloaded(before);
    expect(state().set).toEqual({ ...before.state().set, opened: {} });
    expect(await state().setThumbnail(a, null)).toMatchObject({ isDrawn: false });
    expect([...keptResults.keys()]).not.toContain('out/notes.txt');
    // The drawer is as it was left, too.
    expect(state().notices).toEqual([]);
  });

  it('a folder that was measured after them is what is there', async () => {
    const before = await startedStore();
    await before.state().giveFolder(folderOf(await sampleRecord(PATHS), PATHS.map(sampleLine)));
    void before.state().giveFolder([given('home/other/x.png', 'x')]);
    await vi.waitFor(() => expect(before.keptSet.set).not.toBeNull());
    const { state } = await reloaded(before);
    await vi.waitFor(() => expect(state().set.kept?.paths).toEqual(['home/other/x.png']));
    expect(state().set.run).toBeNull();
  });

  it('damaged ones are left out with a sentence, and what was measured here is there', async () => {
    const before = await startedStore();
    await before.state().giveFolder(folderOf(await sampleRecord(PATHS), PATHS.map(sampleLine)));
    before.keptResults.delete('out/results.jsonl');
    const { state, keptResults, noticeTexts } = await reloaded(before);
    expect(state().set.kept).toBeNull();
    expect(noticeTexts().at(-1)).toContain('What this browser kept of the results that were given is damaged and was left out');
    expect(keptResults.size).toBe(0);
  });

  it('they are not there where the browser has no room, which is said', async () => {
    const full = async () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const { state, noticeTexts } = await startedStore({ results: { ...resultsIn(new Map()), keep: full } });
    await state().giveFolder(folderOf(await sampleRecord(PATHS), PATHS.map(sampleLine)));
    expect(state().set.kept).not.toBeNull();
    expect(noticeTexts().at(-1)).toContain('only as long as this page is open');
  });
});
