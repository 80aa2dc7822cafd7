/** What a folder of images costs by the command line: images per second, with a worker for each core against one, and whether memory stays. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BuiltProgram, buildProgram } from '../../src/node/testing/built-program.ts';
import { median } from './measure.ts';

const MODEL = resolve('public/models/densenet169-polen23e');
/** The held-out pollen images, or those that everybody has. */
const SOURCES = ['../shared/polen23e', 'public/samples'];
const ROUNDS = 3;
/** In each round, by each of the two: so many that starting, which every worker does, is a small part. */
const IMAGES_PER_ROUND = 200;

export interface FolderTimes {
  readonly images: number;
  readonly workers: number;
  /** Images per second: medians of rounds in turn. */
  readonly byOne: number;
  readonly byAll: number;
  /** Of the whole folder. */
  readonly whole: number;
  /** Of the whole folder, in bytes: after a tenth of the images, half, and all. */
  readonly memory: readonly number[];
}

/** Links to the images, again and again, until there are so many. */
function repeated(folder: string, count: number): void {
  const source = SOURCES.find(existsSync);
  if (!source) throw new Error('there are no images');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(jpe?g|png|webp)$/i.test(path));
  const images = files.map((path) => resolve(source, path)).filter((path) => statSync(path).isFile());
  for (let i = 0; i < count; i++) {
    const image = images[i % images.length] ?? '';
    const copy = join(folder, `copy-${Math.floor(i / images.length)}`);
    mkdirSync(copy, { recursive: true });
    symlinkSync(image, join(copy, `${i}-${image.split('/').at(-1)}`));
  }
}

/** What the process holds in memory, in bytes; null where the system does not tell. */
function memoryOf(pid: number | undefined): number | null {
  const path = `/proc/${pid}/status`;
  const [, kilobytes] = (existsSync(path) && /VmRSS:\s*(\d+) kB/.exec(readFileSync(path, 'utf8'))) || [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1000;
}

function linesIn(path: string): number {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

export async function benchFolder(count: number): Promise<FolderTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-folder-'));
  const program: BuiltProgram = await buildProgram();
  const images = join(folder, 'images');
  repeated(images, count);
  let runs = 0;
  async function explain(options: readonly string[], onStart: (out: string, pid: number | undefined) => () => void = () => () => {}) {
    const out = join(folder, `out-${runs++}`);
    const { child, ended } = program.start(['explain', images, '--model', MODEL, '--out', out, '--json', ...options]);
    const end = onStart(out, child.pid);
    const { code, printed, said } = await ended;
    end();
    if (code !== 0) throw new Error(said);
    const { new: done, elapsedMs } = JSON.parse(printed);
    return (1000 * done) / elapsedMs;
  }
  try {
    const [byOne, byAll]: [number[], number[]] = [[], []];
    const shards = Math.max(ROUNDS, Math.floor(count / IMAGES_PER_ROUND));
    for (let round = 1; round <= ROUNDS; round++) {
      byOne.push(await explain(['--workers', '1', '--shard', `${round}/${shards}`]));
      byAll.push(await explain(['--shard', `${round}/${shards}`]));
    }
    const memory: number[] = [];
    const whole = await explain([], (out, pid) => {
      const marks = [0.1, 0.5, 0.98].map((share) => Math.ceil(share * count));
      const timer = setInterval(() => {
        const due = marks[memory.length];
        if (due !== undefined && linesIn(join(out, 'results.jsonl')) >= due) memory.push(memoryOf(pid) ?? Number.NaN);
      }, 200);
      return () => clearInterval(timer);
    });
    return { images: count, workers: availableParallelism(), byOne: median(byOne), byAll: median(byAll), whole, memory };
  } finally {
    program.remove();
    rmSync(folder, { recursive: true });
  }
}
