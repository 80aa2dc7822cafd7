/** What a file that a person gave is for, as far as its first bytes tell, and which files go together. */

export type FileRole =
  | 'image'
  /** Keras' HDF5: a whole model, or weights alone. */
  | 'hdf5'
  /** A zip archive: `.keras`, or any other with a model in it. */
  | 'archive'
  | 'safetensors'
  /** The `model.json` of tf.js. */
  | 'layers-model'
  /** Keras' JSON of a network without its weights. */
  | 'architecture'
  | 'shard'
  | 'names'
  | 'manifest'
  /** What Teachable Machine or Keras say of a model beside it. */
  | 'metadata'
  /** JSON of any other kind, or damaged. */
  | 'json'
  /** What is taken for a model, and cannot be one here. */
  | 'refused'
  | 'unknown';

/** A file's place among those given with it. */
export interface RoledFile<Given> {
  readonly file: Given;
  readonly role: FileRole;
}

const MODELS: ReadonlySet<FileRole> = new Set(['hdf5', 'archive', 'safetensors', 'layers-model', 'architecture']);

/** Whether a model is called after it. */
export function isModelRole(role: FileRole): boolean {
  return MODELS.has(role);
}

/** Lists of class names are called so; where files were not given one by one, other texts lie about too. */
export function isCalledNames(name: string): boolean {
  return /label|class|name|categor|synset/i.test(name);
}

/**
 * Those of the files given before, that still wait for others, which the new ones lack. The newest come last, and take the place of older
 * ones of their kind.
 */
export function complementOf<Given>(files: readonly RoledFile<Given>[], waiting: readonly RoledFile<Given>[]): RoledFile<Given>[] {
  const has = (...roles: FileRole[]) => files.some(({ role }) => roles.includes(role));
  const waitingOf = (...roles: FileRole[]) => waiting.filter(({ role }) => roles.includes(role));
  const newest = (...roles: FileRole[]) => waitingOf(...roles).slice(-1);
  const extras = waitingOf('names', 'metadata', 'manifest');
  if (has('layers-model')) return [...waitingOf('shard', 'unknown'), ...extras];
  if (has('architecture')) return has('hdf5', 'archive') ? extras : [...newest('hdf5', 'archive'), ...extras];
  if (has('hdf5', 'archive')) return [...newest('architecture'), ...extras];
  if (has('safetensors')) return [];
  // Shards alone, or what goes with a model that waits.
  const last = waiting.findLast(({ role }) => isModelRole(role));
  if (last?.role === 'layers-model') return [...waitingOf('shard', 'unknown'), last, ...extras];
  return last ? [last, ...extras] : waitingOf('shard', 'unknown', 'names', 'metadata', 'manifest');
}
