import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISK } from '../output/whole-file.ts';
import { type Ended, runHere, type Surroundings } from '../testing/run-here.ts';
import { CLASSES, type TinySet, tinySet } from '../testing/tiny-set.ts';
import { LocalWorker } from '../worker/local-worker.ts';
import type { ImageWorker } from '../worker/messages.ts';

const COUNT = 6;
let set: TinySet;
beforeAll(async () => {
  set = await tinySet(COUNT);
});
afterAll(() => set.remove());

interface Line {
  path: string;
  error: { code: string; message: string } | null;
  maps: { method: string; overlay: string | null; data: string | null; array: string | null }[];
  durationMs?: number;
  [field: string]: unknown;
}

function linesIn(out: string, file = 'results.jsonl'): Line[] {
  const rows = readFileSync(join(out, file), 'utf8').split('\n').slice(0, -1);
  return rows.map((row) => JSON.parse(row));
}

/** What was found, whichever order and however long it took. */
function foundIn(out: string, file?: string): Line[] {
  return linesIn(out, file)
    .map(({ durationMs: _, ...line }) => line as Line)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All files below a folder, with what is in them; times are left out. */
function filesIn(out: string): Map<string, string> {
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(out, path)).isFile());
  return new Map(
    paths.sort().map((path) => {
      const text = readFileSync(join(out, path)).toString('latin1');
      return [path, text.replace(/"(durationMs|forwardMs)": ?\d+/g, '')];
    }),
  );
}

function explain(out: string, options: readonly string[] = [], surroundings: Surroundings = {}, images = [set.images]): Promise<Ended> {
  return runHere(['explain', ...images, '--model', set.model, '--out', out, ...options], surroundings);
}

/** A worker that is disturbed before it works on its n-th image. */
function disturbed(before: (count: number) => void | Promise<void>, worker: ImageWorker = new LocalWorker()): () => ImageWorker {
  let count = 0;
  const { work } = worker;
  worker.work = async (...given) => {
    await before(++count);
    return work.apply(worker, given);
  };
  return () => worker;
}

let whole = '';
beforeAll(async () => {
  whole = set.out('whole');
  expect(await explain(whole)).toEqual({ code: 0, printed: '', said: '' });
});

describe('explain', () => {
  it('writes a line for each image, and the files that it names', async () => {
    const lines = linesIn(whole);
    expect(lines.map(({ path }) => path).sort()).toEqual(
      CLASSES.flatMap((name, i) => [`trees/${name}/${i}.png`, `trees/${name}/${i + 3}.png`]).sort(),
    );
    for (const { path, label, width, height, maps, error } of lines) {
      expect(error).toBeNull();
      expect(label).toBe(path.split('/')[1]);
      expect(maps.map(({ method }) => method)).toEqual(['grad-cam', 'fast-ablation-cam']);
      for (const { overlay, data, array } of maps) {
        const { values, shape, input, model } = JSON.parse(readFileSync(join(whole, data ?? ''), 'utf8'));
        expect(shape).toEqual([12, 12]);
        expect([input.name, input.width, input.height, model]).toEqual([path.split('/')[2], width, height, 'trees-net']);
        const numbers = readFileSync(join(whole, array ?? ''));
        const read = new Float32Array(
          numbers.buffer.slice(numbers.byteOffset + numbers.length - 4 * 144, numbers.byteOffset + numbers.length),
        );
        expect([...read]).toEqual(values.flat());
        const image = await sharp(join(whole, overlay ?? '')).metadata();
        expect([image.width, image.height, image.channels]).toEqual([width, height, 3]);
      }
    }
    expect(readdirSync(whole).sort()).toEqual(['maps', 'results.jsonl', 'run.json']);
  });

  it('writes what is asked for and nothing else', async () => {
    const out = set.out('data-only');
    const { code, printed } = await explain(out, [
      '--files',
      'data',
      '--methods',
      'eigen-cam',
      '--json',
      '--layer',
      'out',
      '--class',
      'elm',
    ]);
    expect(code).toBe(0);
    expect(printed.split('\n')).toHaveLength(1);
    expect(JSON.parse(printed)).toMatchObject({
      command: 'explain',
      images: COUNT,
      new: COUNT,
      failed: 0,
      settings: { layer: 'out', classIndex: 1 },
    });
    expect([...filesIn(out).keys()].filter((path) => path.startsWith('maps')).every((path) => path.endsWith('.json'))).toBe(true);
    for (const { maps } of linesIn(out)) expect(maps).toEqual([expect.objectContaining({ overlay: null, array: null })]);
  });

  it('notes an image that cannot be read, and goes on with the others', async () => {
    const images = set.out('some-broken');
    cpSync(set.images, images, { recursive: true });
    writeFileSync(join(images, 'elm', 'broken.png'), readFileSync(join(images, 'elm', '1.png')).subarray(0, 60));
    writeFileSync(join(images, 'elm', 'empty.jpg'), '');
    writeFileSync(join(images, 'elm', 'text.gif'), 'no image');
    const out = set.out('with-broken');
    const { code, said } = await explain(out, [], {}, [images]);
    expect(code).toBe(5);
    expect(said).toMatch(
      /^3 of 9 images failed, and results\.jsonl says why; the first one: The image some-broken\/elm\/broken\.png is cut short/,
    );
    const failed = linesIn(out).filter(({ error }) => error !== null);
    expect(failed.map(({ path, error, maps }) => [path.split('/')[2], error?.code, maps.length])).toEqual([
      ['broken.png', 'image-unreadable', 0],
      ['empty.jpg', 'image-empty', 0],
      ['text.gif', 'image-unreadable', 0],
    ]);
    // They are tried again when that is asked for.
    cpSync(join(images, 'elm', '1.png'), join(images, 'elm', 'broken.png'));
    expect(JSON.parse((await explain(out, ['--json'], {}, [images])).printed)).toMatchObject({ images: 9, new: 0, failed: 3 });
    expect(JSON.parse((await explain(out, ['--json', '--retry'], {}, [images])).printed)).toMatchObject({ images: 9, new: 3, failed: 2 });
    expect(JSON.parse((await explain(out, ['--json'], {}, [images])).printed)).toMatchObject({ images: 9, new: 0, failed: 2 });
  });

  it('takes a list on standard input, whose missing images are lines of the results', async () => {
    const out = set.out('listed');
    const list = ['ash/2.png', 'gone.png', 'oak/0.png'].map((name) => join(set.images, name)).join('\n');
    const { code } = await explain(out, ['--files', 'data'], { input: `${list}\n` }, ['-']);
    expect(code).toBe(5);
    expect(foundIn(out).map(({ path, error }) => [path, error?.code])).toEqual([
      ['trees/ash/2.png', undefined],
      ['trees/gone.png', 'image-unreadable'],
      ['trees/oak/0.png', undefined],
    ]);
  });

  it('holds no more tensors and no more memory after many images than after a few', async () => {
    const list = Array.from({ length: 60 }, (_, i) => join(set.images, CLASSES[i % 3] ?? '', `${i % 3}.png`));
    const images = set.out('many');
    for (const [i, path] of list.entries()) {
      mkdirSync(images, { recursive: true });
      cpSync(path, join(images, `${i}.png`));
    }
    const tensors: number[] = [];
    const bytes: number[] = [];
    const counting = disturbed((count) => {
      if (count % 10 !== 0) return;
      tensors.push(tf.memory().numTensors);
      bytes.push(tf.memory().numBytes);
    });
    expect((await explain(set.out('many-out'), ['--files', 'array'], { makeWorker: counting }, [images])).code).toBe(0);
    expect(new Set(tensors).size).toBe(1);
    expect(new Set(bytes).size).toBe(1);
  });
});

describe('a run that was stopped', () => {
  it.each([1, 2, 5])('before image %i leaves whole files, goes on, and finds the same in the end', async (at) => {
    const out = set.out(`stopped-${at}`);
    const stop = new AbortController();
    const { code, said } = await explain(out, [], {
      signal: stop.signal,
      makeWorker: disturbed((count) => {
        if (count === at) stop.abort();
      }),
    });
    expect([code, said]).toEqual([130, 'Stopped; the same command goes on where it was.']);
    expect(linesIn(out)).toHaveLength(at - 1);
    expect([...filesIn(out).keys()].filter((path) => path.includes('.part'))).toEqual([]);
    const { printed } = await explain(out, ['--json']);
    expect(JSON.parse(printed)).toMatchObject({ images: COUNT, new: COUNT - at + 1 });
    expect(foundIn(out)).toEqual(foundIn(whole));
    expect([...filesIn(out).keys()]).toEqual([...filesIn(whole).keys()]);
  });

  it('in the middle of a line does that image again', async () => {
    const out = set.out('torn');
    cpSync(whole, out, { recursive: true });
    const { size } = statSync(join(out, 'results.jsonl'));
    truncateSync(join(out, 'results.jsonl'), size - 25);
    expect(JSON.parse((await explain(out, ['--json'])).printed)).toMatchObject({ images: COUNT, new: 1 });
    expect(foundIn(out)).toEqual(foundIn(whole));
  });

  it.each<[string, readonly string[]]>([
    ['--layer is joined in the one and out in the other', ['--layer', 'out']],
    ['--methods is grad-cam,fast-ablation-cam in the one and grad-cam in the other', ['--methods', 'grad-cam']],
    ['--opacity is 0.55 in the one and 0.2 in the other', ['--opacity', '0.2']],
    ['they are divided into other shards', []],
  ])('does not go on as another one: %s', async (words, options) => {
    const out = set.out('other');
    rmSync(out, { recursive: true, force: true });
    cpSync(whole, out, { recursive: true });
    const shard = options.length === 0;
    if (shard)
      for (const name of ['run', 'results'])
        renameSync(
          join(out, name === 'run' ? 'run.json' : 'results.jsonl'),
          join(out, name === 'run' ? 'run.1-of-2.json' : 'results.1-of-2.jsonl'),
        );
    const before = filesIn(out);
    const { code, said } = await explain(out, shard ? ['--shard', '1/2'] : options);
    expect([code, said]).toEqual([
      7,
      expect.stringMatching(new RegExp(`^The folder .*other holds the results of another run: ${words}; please .*\\.$`)),
    ]);
    expect(filesIn(out)).toEqual(before);
  });

  it('does not go on with results that are damaged, or without a record', async () => {
    const out = set.out('damaged');
    cpSync(whole, out, { recursive: true });
    appendFileSync(join(out, 'results.jsonl'), 'no result\n');
    expect(await explain(out)).toMatchObject({ code: 7, said: expect.stringContaining(`Line ${COUNT + 1} of`) });
    rmSync(join(out, 'run.json'));
    expect(await explain(out)).toMatchObject({ code: 7, said: expect.stringContaining('without the record of its run') });
  });

  it('because the disk is full says so, leaves nothing torn, and goes on once there is room', async () => {
    const out = set.out('full');
    let room = 8;
    const write: typeof DISK.write = async (path, content) => {
      if (room-- > 0) return DISK.write(path, content);
      // A part of it had room.
      await DISK.write(path, content.slice(0, 10));
      throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    };
    const { code, said } = await explain(out, [], { makeWorker: () => new LocalWorker({ ...DISK, write }) });
    expect(code).toBe(6);
    expect(said).toMatch(/^The file .*\.(png|json|npy) could not be written \(the disk is full\); please make room, .*\.$/);
    expect([...filesIn(out).keys()].filter((path) => path.includes('.part'))).toEqual([]);
    expect(linesIn(out)).toHaveLength(1);
    expect((await explain(out)).code).toBe(0);
    expect(foundIn(out)).toEqual(foundIn(whole));
  });
});

describe('shards', () => {
  it('in one folder, or in a folder each, are one run once they are merged', async () => {
    const shared = set.out('shards');
    const parts = [1, 2, 3, 4].map((index) => set.out(`part-${index}`));
    for (const [i, part] of parts.entries()) {
      expect((await explain(shared, ['--shard', `${i + 1}/4`])).code).toBe(0);
      if (i === 3) {
        // One is missing still.
        const { code, said } = await runHere(['merge', ...parts.slice(0, 3), '--out', set.out('merged')]);
        expect([code, said]).toEqual([7, 'Shard 4 of 4 is not there; please run it, or name the folder that it is in.']);
      }
      expect((await explain(part, ['--shard', `${i + 1}/4`])).code).toBe(0);
    }
    for (const folders of [[shared], parts]) {
      const out = folders === parts ? set.out('merged') : shared;
      const { code, printed } = await runHere(['merge', ...folders, '--out', out, '--json']);
      expect([code, JSON.parse(printed)]).toEqual([0, expect.objectContaining({ shards: 4, images: COUNT, failed: 0 })]);
      expect(foundIn(out)).toEqual(foundIn(whole));
      const maps = (folder: string) => [...filesIn(folder)].filter(([path]) => path.startsWith('maps'));
      expect(maps(out)).toEqual(maps(whole));
      // Once more changes nothing, and what was merged is one whole run.
      expect((await runHere(['merge', ...folders, '--out', out])).code).toBe(0);
      expect(JSON.parse((await explain(out, ['--json'])).printed)).toMatchObject({ images: COUNT, new: 0 });
    }
    expect(existsSync(join(set.out('merged'), 'run.1-of-4.json'))).toBe(false);
  });
});
