/** Every image of the strip by every method on screen, in one zip with a manifest; what is missing is computed in the background. */
import { APP_NAME } from '../../../core/app-name.ts';
import { exportName } from '../../../core/reports/export-name.ts';
import { remainingTime } from '../../../core/reports/remaining-time.ts';
import type { Engine, ModelIdentity } from '../../../protocol/engine.ts';
import type { AppState } from '../../app-state.ts';
import type { ZipWriter } from '../../dependencies.ts';
import type { SliceContext } from '../../slice.ts';
import type { ExportRun, MadeFile } from '../exporter.ts';
import { type ArchivedImage, type ArchivedMap, archiveManifest } from './archive-manifest.ts';
import { type MadeImage, madeImage } from './archived-image.ts';
import { mustBeSame } from './explained-image.ts';

const OWNER = 'archive';

/** An archive in the making: it outlives the pauses of its job. */
interface Archive {
  readonly state: AppState;
  readonly zip: ZipWriter;
  /** The names of files that are in it. */
  readonly names: Set<string>;
  readonly images: ArchivedImage[];
  identity: ModelIdentity | null;
}

/** Files of the same name are told apart by a number. */
function unusedName(names: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; names.has(name); i++) name = wanted.replace(/(\.\w+)$/, `-${i}$1`);
  names.add(name);
  return name;
}

/** All of an image or nothing: one that was interrupted is made anew. */
async function put({ zip, names, images }: Archive, { entry, maps }: MadeImage): Promise<void> {
  const archived: ArchivedMap[] = [];
  const add = async ({ name, content }: MadeFile, isPacked: boolean) => {
    const unused = unusedName(names, name);
    await zip.add(unused, content, isPacked);
    return unused;
  };
  for (const { about, files } of maps) {
    const overlay = await add(files.overlay, false);
    const data = await add(files.data, true);
    archived.push({ ...about, overlay, data, array: await add(files.array, true) });
  }
  images.push({ ...entry, maps: archived });
}

/** Goes on after the images that are in the archive. */
async function putAll(context: SliceContext, archive: Archive, onProgress: ExportRun['onProgress'], engine: Engine, signal: AbortSignal) {
  const { items } = archive.state.images;
  archive.identity ??= await engine.identify();
  const startedAt = performance.now();
  const before = archive.images.length;
  for (const image of items.slice(before)) {
    signal.throwIfAborted();
    mustBeSame(archive.state, context.store.getState());
    const made = await madeImage(context, archive.state, image, engine, signal);
    signal.throwIfAborted();
    await put(archive, made);
    const done = archive.images.length;
    const remainingMs = remainingTime(done - before, items.length - before, performance.now() - startedAt);
    onProgress({ share: done / items.length, remainingMs });
  }
}

/** @returns null: there is nothing to put in, or it was cancelled */
export async function makeArchive(context: SliceContext, { state, signal, onProgress }: ExportRun): Promise<MadeFile | null> {
  const { store, dependencies, jobs } = context;
  signal.throwIfAborted();
  const { items } = state.images;
  const { card } = state.model;
  if (!card || state.view.layer === null || items.length === 0) return null;
  const archive: Archive = { state, zip: dependencies.createZip(), names: new Set(['manifest.json']), images: [], identity: null };
  signal.addEventListener('abort', () => jobs.cancel(OWNER), { once: true });
  const outcome = await jobs.submit(OWNER, {
    rank: 'background',
    run: (engine, jobSignal) => putAll(context, archive, onProgress, engine, jobSignal),
  });
  if (outcome !== 'done' || signal.aborted) return null;
  const surroundings = { model: archive.identity, version: dependencies.version, link: dependencies.link(), madeAt: new Date() };
  const manifest = archiveManifest(state, archive.images, surroundings);
  await archive.zip.add('manifest.json', new Blob([manifest]), true);
  const failed = archive.images.filter(({ error }) => error !== null).length;
  if (failed > 0)
    store.getState().notify('error', `${failed} of ${items.length} images could not be explained; manifest.json in the archive says why.`);
  const name = exportName(APP_NAME, card.id, state.view.layer, 'images', 'zip');
  return { content: archive.zip.finish('application/zip'), name };
}
