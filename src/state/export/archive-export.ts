/** Every image of the strip by every method on screen, in one zip with a manifest; what is missing is computed in the background. */
import { AppError, asAppError } from '../../core/app-error.ts';
import { commonLimit, displayScale } from '../../core/maps/display-scale.ts';
import { exportName } from '../../core/reports/export-name.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { Engine, ModelIdentity } from '../../protocol/engine.ts';
import { explainWhole, logitsOf, type WholeRequest } from '../../sets/explain-whole.ts';
import { namedOutput } from '../../sets/results/result-line.ts';
import type { AppState } from '../app-state.ts';
import type { ZipWriter } from '../dependencies.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { contextOf, type ResultContext } from '../explanation/result-cache.ts';
import { classNameOf, type ShownMap, shownMapOf } from '../explanation/selectors.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { ablationInView, backendInUse } from '../view/in-view.ts';
import { type ArchivedImage, type ArchivedMap, archiveManifest } from './archive-manifest.ts';
import { finishedResult } from './archive-plan.ts';
import type { ExportRun, MadeFile } from './exporter.ts';
import { dataFile, exportedScore, type FinishedFigure, fileNameOf, finishedFigure } from './finished-figures.ts';

const OWNER = 'archive';

type ListedImage = AppState['images']['items'][number];

/** An archive in the making: it outlives the pauses of its job. */
interface Archive {
  readonly state: AppState;
  readonly zip: ZipWriter;
  /** The names of files that are in it. */
  readonly names: Set<string>;
  readonly images: ArchivedImage[];
  identity: ModelIdentity | null;
}

/** The files of one map, before they are in the archive. */
interface MadeMap {
  readonly about: Pick<ArchivedMap, 'method' | 'unit' | 'minimum' | 'maximum'>;
  readonly files: Readonly<Record<'overlay' | 'data' | 'array', MadeFile>>;
}

interface MadeImage {
  readonly entry: ArchivedImage;
  readonly maps: readonly MadeMap[];
}

/** Files of the same name are told apart by a number. */
function unusedName(names: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; names.has(name); i++) name = wanted.replace(/(\.\w+)$/, `-${i}$1`);
  names.add(name);
  return name;
}

/** @returns null: there is nothing to put in, or it was cancelled */
export async function makeArchive(
  { store, dependencies, cache, jobs }: SliceContext,
  { state, signal, onProgress }: ExportRun,
): Promise<MadeFile | null> {
  /** Whether what is computed now belongs to what was asked for. */
  function mustBeSame({ model }: AppState): void {
    const now = store.getState().model.card;
    const isSame = now?.id === model.card?.id && now?.preprocessing === model.card?.preprocessing && now?.reading === model.card?.reading;
    if (!isSame) throw new AppError('internal', 'The model was changed, so that the archive was not finished; please save it again.');
  }

  /** What the network says of an image, and its maps. */
  async function explained(engine: Engine, { state }: Archive, image: ListedImage, signal: AbortSignal) {
    const { card } = state.model;
    const { layer, methods } = state.view;
    const ablation = ablationInView(state);
    if (!card || layer === null) throw new AppError('layer-unknown', 'There is no layer to explain.');
    const context: ResultContext = { modelId: card.id, imageId: image.id, layer, backend: backendInUse(state) };
    let request: WholeRequest | null = null;
    let close = () => {};
    const asking = async (): Promise<WholeRequest> => {
      if (request) return request;
      const decoded = await dependencies.decodeImage(image.file, image.name, image.isStretched);
      close = () => decoded.bitmap.close();
      const input = { id: image.id, pixels: pixelsOf(decoded) };
      request = { image: input, preprocessing: card.preprocessing, layer, budgetBytes: budgetBytes(state) };
      return request;
    };
    try {
      let logits = cache.findLogits(card.id, image.id);
      if (!logits) {
        logits = await logitsOf(engine, await asking(), signal);
        mustBeSame(state);
        cache.addLogits(card.id, image.id, logits);
      }
      const score = exportedScore(state, logits);
      const maps: { method: MethodId; shown: ShownMap }[] = [];
      for (const method of methods) {
        const found = finishedResult(state, image.id, method, score);
        const work = methodOf(method).whole({ score, ablation });
        const result = found?.result ?? (await explainWhole(engine, await asking(), method, { score, ablation }, signal));
        mustBeSame(state);
        if (result && !found) cache.addWhereRoom(work, result, context);
        if (result) maps.push({ method, shown: shownMapOf(result, found?.context ?? contextOf(work, context), score, null, logits) });
      }
      return { logits, score, maps };
    } finally {
      close();
    }
  }

  async function made({ state }: Archive, figure: FinishedFigure): Promise<MadeMap> {
    const { method, shown, content } = figure;
    const { slug } = methodOf(method);
    const overlay = {
      content: await dependencies.renderOverlay(figure.image, content, () => {}),
      name: fileNameOf(state, figure, slug, 'png'),
    };
    const { minimum, maximum } = displayScale(shown.map, state.view.display, content.limit);
    const about = { method: slug, unit: unitOf(methodOf(method), shown.score), minimum, maximum };
    return { about, files: { overlay, data: dataFile(state, figure, 'json'), array: dataFile(state, figure, 'npy') } };
  }

  async function madeImage(engine: Engine, archive: Archive, image: ListedImage, signal: AbortSignal): Promise<MadeImage> {
    const { state } = archive;
    const { name, width, height } = image;
    const nothing = { name, width, height, predicted: null, explained: null, maps: [], error: null };
    try {
      const { logits, score, maps } = await explained(engine, archive, image, signal);
      const limit = commonLimit(
        state.view.display,
        maps.map(({ shown }) => shown.map),
      );
      const files: MadeMap[] = [];
      for (const { method, shown } of maps) {
        signal.throwIfAborted();
        const figure = finishedFigure(state, image, method, shown, logits, limit);
        if (figure) files.push(await made(archive, figure));
      }
      const { reading } = score;
      const named = (index: number) => namedOutput(logits, index, reading, classNameOf(state, index));
      const best = exportedScore({ ...state, view: { ...state.view, classIndex: null } }, logits).classIndex;
      return { entry: { ...nothing, predicted: named(best), explained: named(score.classIndex) }, maps: files };
    } catch (error) {
      const { code, message } = asAppError(error);
      // What is wrong with one image is noted, and the others go on.
      if (signal.aborted || code === 'device-lost' || code === 'internal') throw error;
      return { entry: { ...nothing, error: message }, maps: [] };
    }
  }

  /** All of an image or nothing: one that was interrupted is made anew. */
  async function put({ zip, names, images }: Archive, { entry, maps }: MadeImage): Promise<void> {
    const archived: ArchivedMap[] = [];
    for (const { about, files } of maps) {
      const add = async ({ name, content }: MadeFile, isPacked: boolean) => {
        const unused = unusedName(names, name);
        await zip.add(unused, content, isPacked);
        return unused;
      };
      const overlay = await add(files.overlay, false);
      const data = await add(files.data, true);
      archived.push({ ...about, overlay, data, array: await add(files.array, true) });
    }
    images.push({ ...entry, maps: archived });
  }

  async function run(
    archive: Archive,
    items: readonly ListedImage[],
    onProgress: ExportRun['onProgress'],
    engine: Engine,
    signal: AbortSignal,
  ) {
    archive.identity ??= await engine.identify();
    const startedAt = performance.now();
    const before = archive.images.length;
    for (const image of items.slice(before)) {
      signal.throwIfAborted();
      mustBeSame(archive.state);
      const madeNow = await madeImage(engine, archive, image, signal);
      signal.throwIfAborted();
      await put(archive, madeNow);
      const done = archive.images.length;
      const remainingMs = remainingTime(done - before, items.length - before, performance.now() - startedAt);
      onProgress({ share: done / items.length, remainingMs });
    }
  }

  signal.throwIfAborted();
  const { items } = state.images;
  const { card } = state.model;
  if (!card || state.view.layer === null || items.length === 0) return null;
  const archive: Archive = { state, zip: dependencies.createZip(), names: new Set(['manifest.json']), images: [], identity: null };
  signal.addEventListener('abort', () => jobs.cancel(OWNER), { once: true });
  const outcome = await jobs.submit(OWNER, {
    rank: 'background',
    run: (engine, jobSignal) => run(archive, items, onProgress, engine, jobSignal),
  });
  if (outcome !== 'done' || signal.aborted) return null;
  const surroundings = { model: archive.identity, version: dependencies.version, link: dependencies.link(), madeAt: new Date() };
  const manifest = archiveManifest(state, archive.images, surroundings);
  await archive.zip.add('manifest.json', new Blob([manifest]), true);
  const failed = archive.images.filter(({ error }) => error !== null).length;
  if (failed > 0)
    store.getState().notify('error', `${failed} of ${items.length} images could not be explained; manifest.json in the archive says why.`);
  const name = exportName('fast-ablation-cam', card.id, state.view.layer, 'images', 'zip');
  return { content: archive.zip.finish('application/zip'), name };
}
