/** What `measure` writes is what the page's Dataset writes of the same images. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, testManifest } from '../../engine/testing/test-engine.ts';
import { DEFAULT_METHODS } from '../../explain/methods/list.ts';
import { chooseReplacement } from '../../metrics/removal.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { measureSetImage, removedScoresOf } from '../../sets/measure-set-image.ts';
import { parseRunRecord } from '../../sets/results/run-record.ts';
import { setTable } from '../../sets/set-table.ts';
import { findImages } from '../images/find-images.ts';
import { readPixels } from '../images/read-pixels.ts';
import { runHere } from '../testing/run-here.ts';
import { SIDE, tinyNetwork } from '../testing/tiny-network.ts';
import { CLASSES, type TinySet, tinySet } from '../testing/tiny-set.ts';

let set: TinySet;
let out = '';
const OPTIONS = ['--steps', '4', '--samples', '2'];
beforeAll(async () => {
  set = await tinySet(4);
  out = set.out('measures');
  expect(await runHere(['measure', set.images, '--model', set.model, '--out', out, ...OPTIONS])).toEqual({
    code: 0,
    printed: '',
    said: '',
  });
});
afterAll(() => set.remove());

/** As the page does it, image by image. */
async function byHand(): Promise<{ readonly csv: string; readonly json: string }> {
  const manifest = testManifest(SIDE, SIDE, { classNames: CLASSES, title: 'Trees' });
  const engine = await engineWith('wasm', await tinyNetwork(), manifest);
  const info = await engine.loadModel({ kind: 'folder', id: 'trees-net', url: '' }, () => {});
  const { settings } = parseRunRecord('run.json', readFileSync(join(out, 'run.json'), 'utf8'));
  const { images } = await findImages([set.images], async () => '', null);
  const { preprocessing, reading, layer, ablation, measure, isStretched } = settings;
  const begun: KeptSet = {
    ...{ name: 'trees', paths: images.map(({ path }) => path), modelId: 'trees-net', preprocessing, reading, layer },
    ...{ methods: DEFAULT_METHODS, ablation, settings: measure, isStretched },
  };
  const { signal } = new AbortController();
  const subjects = await Promise.all(
    images.map(async ({ path, file }) => {
      const { width, height, data } = await readPixels(file);
      const card = { reading, givenNames: CLASSES };
      return { card, info, path, pixels: { width, height, data }, size: { width, height }, budgetBytes: 64e6 };
    }),
  );
  const removed = [];
  for (const subject of subjects) removed.push(await removedScoresOf(engine, { ...subject, set: begun }, signal));
  const scores = removed.filter((one) => one !== null);
  const kept = { ...begun, chosen: { replacement: chooseReplacement(scores), images: scores.length, left: {} } };
  const results = [];
  for (const subject of subjects) results.push(await measureSetImage(engine, { ...subject, set: kept }, signal));
  engine.dispose();
  return { csv: setTable(kept, results, 'csv'), json: setTable(kept, results, 'json') };
}

describe('measure', () => {
  it('writes the table of the page’s Dataset, as CSV and as JSON', async () => {
    const { csv, json } = await byHand();
    expect(readFileSync(join(out, 'trees_faithfulness.csv'), 'utf8')).toBe(csv);
    expect(csv.split('\r\n')).toHaveLength(1 + 4 * 3);
    expect(csv).toContain('trees/oak/0.png,oak,');
    const { chosen, ...own } = JSON.parse(readFileSync(join(out, 'trees_faithfulness.json'), 'utf8'));
    const { chosen: expected, ...byPage } = JSON.parse(json);
    expect(own).toEqual(byPage);
    expect(chosen).toMatchObject({ replacement: expected.replacement, images: 4 });
  });

  it('in shards chooses one replacement for all images, and comes to the same', async () => {
    const sharded = set.out('sharded');
    for (const shard of ['2/2', '1/2']) {
      const { code } = await runHere(['measure', set.images, '--model', set.model, '--out', sharded, '--shard', shard, ...OPTIONS]);
      expect(code).toBe(0);
    }
    expect((await runHere(['merge', sharded, '--out', sharded])).code).toBe(0);
    for (const name of ['trees_faithfulness.csv', 'trees_faithfulness.json'])
      expect(readFileSync(join(sharded, name), 'utf8')).toBe(readFileSync(join(out, name), 'utf8'));
  });
});
