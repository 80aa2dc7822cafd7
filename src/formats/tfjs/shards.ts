/** The shards of a tf.js model among the files that were given, under the names that they have by now. */
import { AppError } from '../../core/app-error.ts';
import { baseName, type GivenFile, labelOf, listed } from '../given-file.ts';
import { asObject, parseJson } from '../json.ts';
import { shardPaths } from './weights-manifest.ts';

/** What browsers put behind a name that there is already: `model (1).json`, `model(1).json`, `model-1.json`, `model 2.json`. */
const COPY = /(\s?\(\d+\)|[ -]\d+)$/;

interface CopyName {
  /** Without ending and without what marks a copy. */
  readonly stem: string;
  readonly copy: string;
}

function copyName(path: string): CopyName {
  const name = baseName(path)
    .toLowerCase()
    .replace(/\.(bin|json)$/, '');
  const [copy = ''] = COPY.exec(name) ?? [];
  return { stem: name.slice(0, name.length - copy.length), copy };
}

/** Whether a file may be this shard, under a name that became of its own. */
export function isLikeShard(name: string, path: string): boolean {
  return copyName(name).stem === copyName(path).stem;
}

export class Shards {
  readonly #model: GivenFile;
  readonly #files: readonly GivenFile[];
  readonly #found = new Map<string, GivenFile>();

  /**
   * @param model the `model.json`
   * @param files what may be its shards
   * @throws AppError `model-file-missing` naming every shard that is not there, or `model-file-broken`
   */
  constructor(model: GivenFile, files: readonly GivenFile[]) {
    this.#model = model;
    this.#files = files;
    const json = asObject(parseJson(labelOf(model), new TextDecoder().decode(model.bytes)));
    const paths = shardPaths(json);
    for (const path of paths) {
      const file = this.#find(path);
      if (file) this.#found.set(path, file);
    }
    const missing = paths.filter((path) => !this.#found.has(path)).map(baseName);
    if (missing.length > 0) {
      const whose = `The file ${labelOf(model)} lacks its weights`;
      throw new AppError(
        'model-file-missing',
        `${whose}, in ${listed(missing)}; please give ${missing.length > 1 ? 'those' : 'that'} as well.`,
      );
    }
  }

  read(path: string): ArrayBuffer {
    const file = this.#found.get(path);
    if (!file) throw new AppError('model-file-missing', `The file ${baseName(path)} is missing; please give it as well.`);
    return file.bytes.buffer;
  }

  /** Those that the model does not name. */
  unused(): GivenFile[] {
    const used = new Set(this.#found.values());
    return this.#files.filter((file) => !used.has(file));
  }

  #find(path: string): GivenFile | null {
    const own = copyName(this.#model.name);
    const alike = this.#files.filter(({ name }) => baseName(name).toLowerCase() === baseName(path).toLowerCase());
    const copies = this.#files.filter(({ name }) => isLikeShard(name, path));
    // Shards that were downloaded with the model were renamed like it.
    const together = own.copy === '' ? [] : copies.filter(({ name }) => copyName(name).copy === own.copy);
    const [candidates = []] = [together, this.#beside(path, alike), alike, copies].filter(({ length }) => length > 0);
    const [first, second] = candidates;
    if (!second) return first ?? null;
    throw new AppError(
      'model-unsupported',
      `The files ${labelOf(first as GivenFile)} and ${labelOf(second)} could both be ${baseName(path)} of ${labelOf(this.#model)}; please give one of them.`,
    );
  }

  /** In an archive, folders tell shards of one name apart. */
  #beside(path: string, files: readonly GivenFile[]): GivenFile[] {
    const folder = this.#model.name.split('/').slice(0, -1);
    const parts = path.split('/').filter((part) => part !== '.');
    const place = [...folder, ...parts].join('/');
    return files.filter(({ name }) => name === place);
  }
}
