/** The files that a checkpoint is: its `.index`, and the shards under the names that they have by now. */
import { AppError } from '../../core/app-error.ts';
import { baseName, type GivenFile, labelOf, listed } from '../given-file.ts';
import { tooMany } from '../too-many.ts';
import type { CheckpointIndex } from './checkpoint-index.ts';

/** What browsers put into a name that there is already: `x (1).index`, `x(1).index`, `x-1.index`, `x 2.index`. */
const COPY = /(\s?\(\d+\)|[ -]\d+)$/;

/** `weights.data-00001-of-00002`. */
const SHARD = /^(.*)\.data-(\d{5})-of-(\d{5})(?!\d)(.*)$/i;

/** Browsers may have put an ending behind its own. */
function stemOf(name: string): string {
  return name.replace(/\.index(\.\w+)?$/i, '');
}

/** How TensorFlow calls a shard. */
export function shardName(index: string, shard: number, count: number): string {
  const number = (value: number) => String(value).padStart(5, '0');
  return `${stemOf(index)}.data-${number(shard)}-of-${number(count)}`;
}

interface ShardName {
  /** With the folder, where there is one. */
  readonly stem: string;
  readonly shard: number;
  readonly count: number;
}

function parts(name: string): ShardName | null {
  const [, stem = '', shard, count] = SHARD.exec(name) ?? [];
  return shard === undefined ? null : { stem, shard: Number(shard), count: Number(count) };
}

/** Whether a file may be this shard, under a name that became of its own. */
export function isLikeShard(name: string, path: string): boolean {
  const [own, wanted] = [parts(baseName(name)), parts(baseName(path))];
  if (!own || !wanted || own.shard !== wanted.shard || own.count !== wanted.count) return false;
  return own.stem.replace(COPY, '') === wanted.stem.replace(COPY, '');
}

/** The one file that may be a shard: by its whole name, else by what became of it, else as the only one of its number. */
function shardOf(index: GivenFile, wanted: string, files: readonly GivenFile[]): GivenFile | null {
  const { shard, count } = parts(baseName(wanted)) ?? {};
  const numbered = files.filter(({ name }) => {
    const own = parts(baseName(name));
    return own?.shard === shard && own?.count === count;
  });
  const beside = numbered.filter(({ name }) => name === wanted);
  const named = numbered.filter(({ name }) => baseName(name) === baseName(wanted));
  const alike = numbered.filter(({ name }) => isLikeShard(name, wanted));
  const [candidates = []] = [beside, named, alike, numbered].filter(({ length }) => length > 0);
  const [first, second] = candidates;
  if (!first || !second) return first ?? null;
  throw new AppError(
    'model-unsupported',
    `The files ${labelOf(first)} and ${labelOf(second)} could both be ${baseName(wanted)} of ${labelOf(index)}; please give one of them.`,
  );
}

/** How many tensors lie in each shard. */
function counts({ shardCount, entries }: CheckpointIndex): number[] {
  const found = new Array<number>(shardCount).fill(0);
  for (const { shard } of entries.values()) found[shard] = (found[shard] ?? 0) + 1;
  return found;
}

/**
 * The shards, by their numbers; one that no tensor lies in may be missing.
 *
 * @param files what may be its shards
 * @throws AppError `model-file-missing` saying how many tensors lie in what is not there
 */
export function shardsOf(file: GivenFile, index: CheckpointIndex, files: readonly GivenFile[]): ReadonlyMap<number, Uint8Array> {
  const shards = new Map<number, Uint8Array>();
  const missing: string[] = [];
  let lost = 0;
  for (const [shard, count] of counts(index).entries()) {
    if (count === 0) continue;
    const wanted = shardName(file.name, shard, index.shardCount);
    const found = shardOf(file, wanted, files);
    if (found) shards.set(shard, found.bytes);
    else {
      missing.push(baseName(wanted));
      lost += count;
    }
  }
  if (missing.length === 0) return shards;
  const isOne = missing.length === 1;
  const how = lost === index.entries.size ? `all of its ${lost} tensors` : `${lost} of its tensors`;
  throw new AppError(
    'model-file-missing',
    `The checkpoint ${labelOf(file)} is not whole: ${how} lie in the ${isOne ? 'shard' : 'shards'} ${listed(missing)}, which ${isOne ? 'is' : 'are'} not there; please give ${isOne ? 'that file' : 'those files'} as well.`,
  );
}

/** What the text file `checkpoint` names as the latest: the path of an index, without its ending. */
function latestIn(state: GivenFile): string {
  const [, path = ''] = /^model_checkpoint_path:\s*"([^"\n]*)"/m.exec(new TextDecoder().decode(state.bytes)) ?? [];
  return path;
}

export interface ChosenIndex {
  readonly file: GivenFile;
  /** What the person should know about the choice; empty when there was none. */
  readonly remark: string;
}

/**
 * The one checkpoint that is meant.
 *
 * @param indexes at least one
 * @param states the files called `checkpoint`
 * @throws AppError `model-unsupported` where that is not clear
 */
export function chosenIndex(indexes: readonly GivenFile[], states: readonly GivenFile[]): ChosenIndex {
  const [first, second] = indexes;
  if (!first) throw new RangeError('there is no index');
  if (!second) return { file: first, remark: '' };
  const [state, another] = states;
  if (!state || another) throw tooMany(indexes);
  const latest = baseName(latestIn(state));
  const [file, twin] = indexes.filter(({ name }) => baseName(stemOf(name)) === latest);
  if (!file || twin) {
    throw new AppError(
      'model-unsupported',
      `The file ${labelOf(state)} names ${latest} as the latest checkpoint, which is not one of ${listed(indexes.map(labelOf))}; please give one of them.`,
    );
  }
  const count = indexes.length === 2 ? 'two' : `${indexes.length}`;
  return { file, remark: `Of ${count} checkpoints ${labelOf(file)} was opened, as ${labelOf(state)} says that it is the latest.` };
}
