import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../testing/run-here.ts';
import { tinySet } from '../testing/tiny-set.ts';
import { occupy, placeOf } from './occupied.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'occupied-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder that a run is at work in', () => {
  it('is kept from others, whatever they call it, until it is given free', async () => {
    const out = join(folder, 'out');
    const free = await occupy(out, null);
    symlinkSync(out, join(folder, 'linked'));
    const refused = { code: 'results-other', message: expect.stringContaining(`Another run (process ${process.pid}) is at work in`) };
    await expect(occupy(out, null)).rejects.toMatchObject(refused);
    await expect(occupy(join(folder, 'linked'), null)).rejects.toMatchObject(refused);
    await free();
    await (await occupy(out, null))();
  });

  it('is told to a second one, which works once the first is done', async () => {
    const set = await tinySet(1);
    const argv = ['explain', set.images, '--model', set.model, '--files', 'data', '--out', set.out('twice')];
    const free = await occupy(set.out('twice'), null);
    const { code, said } = await runHere(argv);
    expect([code, said]).toEqual([
      7,
      expect.stringMatching(/^Another run \(process \d+\) is at work in the folder .*twice; please wait .*\.$/),
    ]);
    await free();
    expect((await runHere(argv)).code).toBe(0);
    set.remove();
  });

  it('is open to other shards', async () => {
    const frees = await Promise.all([1, 2].map((index) => occupy(join(folder, 'shards'), { index, count: 2 })));
    await expect(occupy(join(folder, 'shards'), { index: 2, count: 2 })).rejects.toThrow('is at work');
    for (const free of frees) await free();
  });

  it('is free once that run was killed', async () => {
    const out = join(folder, 'killed');
    mkdirSync(out);
    const place = await placeOf(out, null);
    const code = `require('node:net').createServer(() => {}).listen(${JSON.stringify(place)}, () => process.stdout.write('here'))`;
    const other = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => other.stdout.once('data', resolve));
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    if (process.platform !== 'win32') expect(existsSync(place)).toBe(true);
    await (await occupy(out, null))();
  });
});
