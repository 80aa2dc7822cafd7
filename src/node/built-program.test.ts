/** The built program in processes and threads of its own: what no test in one process can tell. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltProgram, buildProgram, type RunningProgram } from './testing/built-program.ts';
import { type TinySet, tinySet } from './testing/tiny-set.ts';

let program: BuiltProgram;
let set: TinySet;
beforeAll(async () => {
  [program, set] = await Promise.all([buildProgram(), tinySet(24)]);
});
afterAll(() => {
  program.remove();
  set.remove();
});

function explain(out: string, ...options: string[]): RunningProgram {
  return program.start(['explain', set.images, '--model', set.model, '--out', out, '--files', 'data', ...options]);
}

/** What was found, whichever order and however long it took. */
function foundIn(out: string): string[] {
  const rows = readFileSync(join(out, 'results.jsonl'), 'utf8').split('\n').slice(0, -1);
  return rows.map((row) => row.replace(/"durationMs":\d+/, '')).sort();
}

/** Resolves once so many lines are there. */
async function linesIn(path: string, count: number): Promise<void> {
  while (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length <= count)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

it('says nothing but its results where nobody looks on, and takes a worker for each core', async () => {
  const out = set.out('whole');
  const { code, printed, said } = await explain(out, '--workers', '3', '--json').ended;
  expect([code, said]).toEqual([0, '']);
  expect(JSON.parse(printed)).toMatchObject({ images: 24, new: 24, failed: 0, settings: { backend: 'wasm' } });
  expect(foundIn(out)).toHaveLength(24);
});

it('says in one sentence that what it prints finds no room', async () => {
  const { code, said } = await program.start(['--help'], { shell: 'exec >/dev/full' }).ended;
  expect([code, said]).toEqual([6, 'What is printed on standard output could not be written (the disk is full); please make room.\n']);
  expect((await program.start(['explian'], { shell: 'exec 2>/dev/full' }).ended).code).toBe(2);
});

it('is the same, stopped and killed on the way', async () => {
  const out = set.out('stopped');
  const interrupted = explain(out);
  await linesIn(join(out, 'results.jsonl'), 2);
  interrupted.child.kill('SIGINT');
  const { code, said } = await interrupted.ended;
  // A quick machine may be done before it hears.
  if (code !== 0) expect([code, said]).toEqual([130, 'Stopped; the same command goes on where it was.\n']);
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  const killed = explain(out, '--workers', '2');
  await linesIn(join(out, 'results.jsonl'), 6);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect((await explain(out).ended).code).toBe(0);
  // What was half written when it was killed was written again.
  expect(readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(foundIn(out)).toEqual(foundIn(set.out('whole')));
});

it('in four shards, one of them killed and run again, merges into the same', async () => {
  const out = set.out('shards');
  const shards = [1, 2, 3, 4].map((index) => explain(out, '--shard', `${index}/4`, '--workers', '1'));
  await linesIn(join(out, 'results.2-of-4.jsonl'), 1);
  shards[1]?.child.kill('SIGKILL');
  await Promise.all(shards.map(({ ended }) => ended));
  expect((await explain(out, '--shard', '2/4').ended).code).toBe(0);
  expect((await program.start(['merge', out, '--out', out]).ended).code).toBe(0);
  expect(foundIn(out)).toEqual(foundIn(set.out('whole')));
});

it('ends in one sentence where there is no room', async () => {
  const out = set.out('full');
  // Files may have two blocks of 512 or 1024 bytes each: run.json has more.
  const argv = ['explain', set.images, '--model', set.model, '--out', out];
  const { code, printed, said } = await program.start(argv, { shell: 'ulimit -f 1' }).ended;
  expect([code, printed]).toEqual([6, '']);
  expect(said).toMatch(/^The file .*run\.json could not be written \(it would be larger than a file may be\); please .*\.\n$/);
  expect(readdirSync(out)).toEqual([]);
});

it('reads images upright, as the page does', async () => {
  const path = set.out('turned.jpg');
  await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(path);
  const out = set.out('turned');
  expect((await program.start(['explain', path, '--model', set.model, '--out', out]).ended).code).toBe(0);
  expect(JSON.parse(readFileSync(join(out, 'results.jsonl'), 'utf8'))).toMatchObject({ width: 10, height: 20 });
});
