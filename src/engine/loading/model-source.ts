/** Opens a model from wherever it is: a folder on a server (kept in the browser's cache) or files that the person gave. */
import { AppError } from '../../core/app-error.ts';
import { forInference } from '../../formats/layers/for-inference.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import { readLayersModel } from '../../formats/tfjs/layers-model.ts';
import { parseManifest } from '../../formats/usage/manifest.ts';
import type { LoadProgress } from '../../protocol/engine.ts';
import type { EngineEnvironment } from '../local-engine.ts';
import { fetchFile } from './model-cache.ts';
import { type ReadFiles, readFiles } from './read-files.ts';

type ProgressListener = (progress: LoadProgress) => void;

/** A fast server's parts come by the hundred a second; to draw each costs more than to load it. */
const REPORT_EVERY_MS = 100;

async function openFolder(url: string, onProgress: ProgressListener, signal?: AbortSignal): Promise<ReadModel> {
  const folder = new URL(url.endsWith('/') ? url : `${url}/`, globalThis.location?.href);
  // The manifest names every other file by its hash, so it alone must be fresh.
  const manifestUrl = new URL('manifest.json', folder);
  const manifest = parseManifest('manifest.json', new TextDecoder().decode((await fetchFile(manifestUrl, null, () => {}, signal)).bytes));

  const totalBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  let loadedBytes = 0;
  let isFromCache = true;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const report = (bytes: number, isPartFromCache: boolean) => {
    loadedBytes += bytes;
    isFromCache &&= isPartFromCache;
    const now = performance.now();
    if (loadedBytes < totalBytes && now - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = now;
    onProgress({ loadedBytes, totalBytes, isFromCache });
  };
  const files = new Map<string, ArrayBuffer>();
  await Promise.all(
    manifest.files.map(async (expected) => {
      files.set(expected.path, (await fetchFile(new URL(expected.path, folder), expected, report, signal)).bytes);
    }),
  );
  const bytesOf = (path: string): ArrayBuffer => {
    const bytes = files.get(path);
    if (!bytes)
      throw new AppError(
        'model-file-missing',
        `The manifest of ${url} does not name the file ${path}; please ask whoever hosts the model.`,
      );
    return bytes;
  };
  const fileName = 'model.json';
  const artifacts = await readLayersModel(fileName, new TextDecoder().decode(bytesOf(fileName)), bytesOf);
  return { fileName, artifacts: forInference(fileName, artifacts), manifest, isGuessed: false, remark: '' };
}

/**
 * @param read reads the files that a person gave
 * @returns opens a model; throws an AppError with one sentence that names the file, for everything that can be wrong with a model's files or
 *   their download
 */
export function modelOpener(read: ReadFiles): EngineEnvironment['openModel'] {
  return (source, onProgress, signal) =>
    source.kind === 'folder' ? openFolder(source.url, onProgress, signal) : read(source, onProgress, signal);
}

/** Reads files in this thread. */
export const openModel = modelOpener(readFiles);
