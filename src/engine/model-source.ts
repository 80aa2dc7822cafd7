/** Opens a model from wherever it is: a folder on a server (kept in the browser's cache) or files that the person gave. */
import { AppError } from '../core/app-error.ts';
import type { ModelManifest } from '../core/manifest.ts';
import { TORCH_PREPROCESSING } from '../core/preprocessing.ts';
import { readLayersModel } from '../formats/layers-model.ts';
import { parseManifest } from '../formats/manifest.ts';
import type { LoadProgress, ModelSource } from '../protocol/engine.ts';
import type { OpenedModel } from './local-engine.ts';
import { checkFile, fetchFile } from './model-cache.ts';

type ProgressListener = (progress: LoadProgress) => void;

/** A model without a manifest says nothing about how pictures are prepared: the commonest way is assumed. */
const ASSUMED_MANIFEST: ModelManifest = {
  title: 'Opened model',
  description: '',
  input: { width: 224, height: 224 },
  preprocessing: TORCH_PREPROCESSING,
  outputActivation: 'softmax',
  classNames: [],
  origin: '',
  licence: '',
  files: [],
};

async function openFolder(url: string, onProgress: ProgressListener, signal?: AbortSignal): Promise<OpenedModel> {
  const folder = new URL(url.endsWith('/') ? url : `${url}/`, globalThis.location?.href);
  // The manifest names every other file by its hash, so it alone must be fresh.
  const manifestUrl = new URL('manifest.json', folder);
  const manifest = parseManifest('manifest.json', new TextDecoder().decode((await fetchFile(manifestUrl, null, () => {}, signal)).bytes));

  const totalBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  let loadedBytes = 0;
  let isFromCache = true;
  const report = (bytes: number, isPartFromCache: boolean) => {
    loadedBytes += bytes;
    isFromCache &&= isPartFromCache;
    onProgress({ loadedBytes, totalBytes, isFromCache });
  };
  const files = new Map<string, ArrayBuffer>();
  await Promise.all(
    manifest.files.map(async (expected) => {
      files.set(expected.path, (await fetchFile(new URL(expected.path, folder), expected, report, signal)).bytes);
    }),
  );
  return {
    artifacts: await readLayersModel('model.json', textOf(files, 'model.json'), (path) => bytesOf(files, path)),
    manifest,
    remark: '',
  };
}

function bytesOf(files: ReadonlyMap<string, ArrayBuffer>, path: string): ArrayBuffer {
  const bytes = files.get(path);
  if (!bytes)
    throw new AppError('model-file-missing', `The file ${path} is missing; please choose it together with the model’s other files.`);
  return bytes;
}

function textOf(files: ReadonlyMap<string, ArrayBuffer>, path: string): string {
  return new TextDecoder().decode(bytesOf(files, path));
}

async function openFiles(given: readonly File[], onProgress: ProgressListener, signal?: AbortSignal): Promise<OpenedModel> {
  const totalBytes = given.reduce((sum, file) => sum + file.size, 0);
  let loadedBytes = 0;
  const files = new Map<string, ArrayBuffer>();
  for (const file of given) {
    signal?.throwIfAborted();
    if (file.size === 0) throw new AppError('model-file-broken', `The file ${file.name} is empty; please get it again.`);
    const bytes = await file.arrayBuffer().catch((error: unknown) => {
      // Browsers refuse a file that was changed or moved since it was chosen.
      throw new AppError('model-file-broken', `The file ${file.name} could not be read; please choose it again.`, { cause: error });
    });
    files.set(file.name, bytes);
    loadedBytes += file.size;
    onProgress({ loadedBytes, totalBytes, isFromCache: false });
  }
  const topologyName = files.has('model.json')
    ? 'model.json'
    : [...files.keys()].find((name) => name.endsWith('.json') && name !== 'manifest.json');
  if (!topologyName) {
    const [first] = files.keys();
    throw new AppError(
      'model-unsupported',
      `There is no model.json with ${first ?? 'these files'}; please choose a tf.js layers-model: its model.json together with its shards.`,
    );
  }
  const manifest = files.has('manifest.json') ? parseManifest('manifest.json', textOf(files, 'manifest.json')) : ASSUMED_MANIFEST;
  for (const expected of manifest.files) {
    const bytes = files.get(expected.path);
    if (bytes) await checkFile(bytes, expected);
  }
  const artifacts = await readLayersModel(topologyName, textOf(files, topologyName), (path) =>
    bytesOf(files, path.split('/').at(-1) ?? path),
  );
  const remark = files.has('manifest.json')
    ? ''
    : `There is no manifest.json with ${topologyName}, so RGB pictures with ImageNet’s mean and deviation are assumed, and classes are numbered.`;
  return { artifacts, manifest, remark };
}

/** @throws AppError with one sentence that names the file, for everything that can be wrong with a model's files or their download. */
export function openModel(source: ModelSource, onProgress: ProgressListener, signal?: AbortSignal): Promise<OpenedModel> {
  return source.kind === 'folder' ? openFolder(source.url, onProgress, signal) : openFiles(source.files, onProgress, signal);
}
