/** Models of the Hugging Face hub: found, and downloaded as files that are opened and kept like any others. */
import { AppError } from '../../../core/app-error.ts';
import { formatHubName, type HubName } from '../../../core/models/hub-name.ts';
import { roleOfBlob } from '../../../formats/file-role.ts';
import { hubUsage } from '../../../formats/hub/hub-config.ts';
import { hubFiles, refuseByInfo } from '../../../formats/hub/hub-files.ts';
import { type HubFile, type HubInfo, parseInfo, parseSearch, parseTree } from '../../../formats/hub/hub-listing.ts';
import { asObject, parseJson } from '../../../formats/json.ts';
import { pathsOfParts } from '../../../formats/named-parts.ts';
import { namesInHead } from '../../../formats/safetensors/safetensors.ts';
import type { Engine } from '../../../protocol/engine.ts';
import { askHub, RefusedRequest, understood } from './hub-requests.ts';
import type { PartStore } from './part-store.ts';
import { downloadFile } from './resumable-download.ts';

type ProgressListener = Parameters<Engine['downloadFromHub']>[2];

/** What one page of results holds: whoever wants others says more of what is wanted. */
const RESULTS = 30;
/** A list of files goes on for so many pages at most: it is the folder itself that counts, where there are a few. */
const MAX_PAGES = 5;
const EXPANDED = ['pipeline_tag', 'downloads', 'gated', 'disabled', 'safetensors', 'tags'];

/** @throws AppError `download-failed` */
export async function searchHub(
  hub: string,
  query: Parameters<Engine['searchHub']>[1],
  signal?: AbortSignal,
): ReturnType<Engine['searchHub']> {
  const url = new URL('/api/models', hub);
  const { searchParams: asked } = url;
  if (query.text) asked.set('search', query.text);
  if (query.author) asked.set('author', query.author);
  if (query.isClassifier) asked.set('pipeline_tag', 'image-classification');
  if (query.hasSafetensors) asked.append('filter', 'safetensors');
  asked.set('sort', 'downloads');
  asked.set('limit', String(RESULTS));
  for (const key of EXPANDED) asked.append('expand', key);
  const what = 'a list of models';
  try {
    return understood(parseSearch((await askHub(url, what, signal)).json), what, url.host);
  } catch (cause) {
    if (!(cause instanceof RefusedRequest)) throw cause;
    throw new AppError('download-failed', `${url.host} refused the search (it said ${cause.status}); please search for something else.`, {
      cause,
    });
  }
}

function onlyToSome(repository: string, host: string): AppError {
  const what = `${host} gives the model ${repository} only to those who are known to it; please download its files on its page, and drop them here.`;
  return new AppError('model-unsupported', what);
}

function disabled(repository: string, host: string): AppError {
  return new AppError(
    'model-unsupported',
    `The model ${repository} was disabled by ${host}, which no longer gives it to anybody; please choose another one.`,
  );
}

/** What the hub has taken down; null for every other refusal. */
function takenDown({ status, detail }: RefusedRequest, repository: string, host: string): AppError | null {
  if (status === 451)
    return new AppError(
      'model-unsupported',
      `For legal reasons ${host} does not give the model ${repository} to anybody here; please choose another one.`,
    );
  return /\bdisabled\b/i.test(detail) ? disabled(repository, host) : null;
}

/** What a refusal of a model's own answers means. */
function refusalOf(refused: RefusedRequest, { repository, revision }: HubName, host: string): AppError {
  const { status, detail } = refused;
  const gone = takenDown(refused, repository, host);
  if (gone) return gone;
  if (/gated/i.test(detail) || status === 403) return onlyToSome(repository, host);
  if (revision !== null && /revision|invalid rev/i.test(detail))
    return new AppError('download-failed', `The model ${repository} has no revision ${revision} at ${host}; please check its name.`);
  // Of what does not exist the hub says that one is not allowed to see it.
  if (status === 401 || status === 404)
    return new AppError(
      'download-failed',
      `There is no public model ${formatHubName({ repository, revision })} at ${host}; please check its name.`,
    );
  return new AppError('download-failed', `${host} refused the model ${repository} (it said ${status}); please try again later.`);
}

async function infoOf(hub: string, { repository, revision }: HubName, signal?: AbortSignal): Promise<HubInfo> {
  const path = `/api/models/${repository}${revision === null ? '' : `/revision/${encodeURIComponent(revision)}`}`;
  const url = new URL(path, hub);
  return understood(
    parseInfo((await askHub(url, `what it knows of ${repository}`, signal)).json),
    `what it knows of ${repository}`,
    url.host,
  );
}

async function filesOf(hub: string, repository: string, sha: string, signal?: AbortSignal): Promise<readonly HubFile[]> {
  const what = `the list of files of ${repository}`;
  const files: HubFile[] = [];
  let next: URL | null = new URL(`/api/models/${repository}/tree/${sha}`, hub);
  for (let page = 0; next && page < MAX_PAGES; page++) {
    const answer = await askHub(next, what, signal);
    files.push(...understood(parseTree(answer.json), what, next.host));
    next = answer.next;
  }
  return files;
}

/** What a downloaded file is called here: after its model, where it is what that is called after. */
function nameHere({ path }: HubFile, repository: string): string {
  const name = repository.split('/').at(-1) ?? repository;
  if (path.endsWith('.safetensors.index.json')) return `${name}.safetensors.index.json`;
  return path.endsWith('.safetensors') ? `${name}.safetensors` : path;
}

/** @throws AppError `model-unsupported` where what lies beside the weights says that they cannot be opened */
async function refuseByConfig(label: string, configs: readonly File[]): Promise<void> {
  const jsons = await Promise.all(configs.map(async (file) => asObject(parseJson(`${file.name} of ${label}`, await file.text()))));
  const usage = hubUsage(jsons.filter((json) => json !== null));
  if (usage?.refusal) throw new AppError('model-unsupported', `The model ${label} ${usage.refusal}.`);
}

/** @throws AppError `model-unsupported` where the names of the weights, which come first, are those of no architecture that is known */
async function refuseByNames(label: string, names: readonly string[] | null): Promise<void> {
  // The architectures are what files are read by, and no part of the engine's own code.
  if (names) (await import('../../../formats/architectures/model-of-state-dict.ts')).refuseUnknownNames(label, names);
}

/**
 * @param index the downloaded file that names the parts
 * @throws AppError where one of them is missing, or where the names of what is in them are of no use
 */
async function shardsOf(label: string, index: File, shards: readonly HubFile[]): Promise<readonly HubFile[]> {
  const bytes = new Uint8Array(await index.arrayBuffer());
  const paths = await pathsOfParts(await roleOfBlob(index), async () => ({ name: label, bytes }));
  await refuseByNames(label, Object.keys(asObject(asObject(parseJson(label, await index.text()))?.weight_map) ?? {}));
  return paths.map((path) => {
    const shard = shards.find((file) => file.path === path);
    if (shard) return shard;
    throw new AppError('model-file-broken', `The file ${label} names ${path}, which is not there; please choose another model.`);
  });
}

/** What a refusal of one of a model's files means: the model itself was there a moment ago. */
function refusalOfFile(refused: RefusedRequest, repository: string, path: string, host: string): AppError {
  const { status, detail } = refused;
  const gone = takenDown(refused, repository, host);
  if (gone) return gone;
  if (/gated/i.test(detail) || status === 401) return onlyToSome(repository, host);
  const what = `${host} refused the file ${path} of ${repository} (it said ${status}); please try again later.`;
  return new AppError('download-failed', what);
}

/** @returns downloads the files of a commit, with one progress for all of them */
function downloader(
  repository: string,
  folder: URL,
  parts: PartStore,
  totalBytes: number,
  onProgress: ProgressListener,
  signal?: AbortSignal,
) {
  const loaded = new Map<string, number>();
  return async (file: HubFile, name: string, inspect?: (beginning: Blob) => Promise<void>): Promise<File> => {
    const onBytes = (bytes: number) => {
      loaded.set(file.path, bytes);
      const loadedBytes = [...loaded.values()].reduce((sum, own) => sum + own, 0);
      onProgress({ loadedBytes, totalBytes: Math.max(totalBytes, loadedBytes), isFromCache: false });
    };
    const url = new URL(encodeURIComponent(file.path), folder);
    try {
      return new File([await downloadFile({ url, file, ...(inspect && { inspect }) }, parts, onBytes, signal)], name);
    } catch (cause) {
      throw cause instanceof RefusedRequest ? refusalOfFile(cause, repository, file.path, url.host) : cause;
    }
  };
}

/**
 * @returns downloads a model from the hub. What comes is checked against the hub's own list, and what has come of a download that was interrupted
 *   is in the store of parts.
 */
export function hubDownload(parts: PartStore): Engine['downloadFromHub'] {
  return async (hub, name, onProgress, signal) => {
    const { repository } = name;
    try {
      const info = await infoOf(hub, name, signal);
      if (info.isDisabled) throw disabled(repository, new URL(hub).host);
      refuseByInfo(repository, info);
      const listed = hubFiles(repository, await filesOf(hub, repository, info.sha, signal));
      const folder = new URL(`/${repository}/resolve/${info.sha}/`, hub);
      const { main, configs } = listed;
      const all = [main, ...listed.shards, ...configs];
      await parts.keepOnly(all.map(({ path }) => new URL(encodeURIComponent(path), folder)));
      const totalBytes = all.reduce((sum, { bytes }) => sum + bytes, 0);
      const download = downloader(repository, folder, parts, totalBytes, onProgress, signal);
      const described = await Promise.all(configs.map((file) => download(file, file.path)));
      await refuseByConfig(repository, described);
      const label = `${main.path} of ${repository}`;
      const inspect = async (beginning: Blob) => refuseByNames(label, namesInHead(new Uint8Array(await beginning.arrayBuffer())));
      const weights = await download(main, nameHere(main, repository), inspect);
      const shards = main.path.endsWith('.index.json') ? await shardsOf(label, weights, listed.shards) : [];
      const files = [weights, ...described];
      for (const shard of shards) files.push(await download(shard, shard.path));
      await parts.keepOnly([]);
      return { name: { repository, revision: info.sha }, files };
    } catch (cause) {
      if (cause instanceof RefusedRequest) throw refusalOf(cause, name, new URL(hub).host);
      throw cause;
    }
  };
}
