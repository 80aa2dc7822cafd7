/** Works on images in this thread, with an engine of its own. */
import { join, posix } from 'node:path';
import { type AppError, asAppError, type ErrorCode } from '../../core/app-error.ts';
import { isNearlyBlack } from '../../core/images/sixteen-bits.ts';
import { commonLimit, displayScale } from '../../core/maps/display-scale.ts';
import { overlayPixels } from '../../core/maps/overlay-pixels.ts';
import { npyOf } from '../../core/reports/npy.ts';
import { download } from '../../engine/loading/download.ts';
import { LocalEngine } from '../../engine/local-engine.ts';
import { deviceEnvironmentFor } from '../../engine/node/node-device.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import type { RemovedScores } from '../../metrics/removal.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import { labelOf } from '../../protocol/kept-set.ts';
import { type ExplainedMap, explainedMap, explainImage } from '../../sets/explain-image.ts';
import { bestScore, logitsOf, type WholeRequest } from '../../sets/explain-whole.ts';
import { mapFileName, mapJson } from '../../sets/map-data.ts';
import { measureSetImage, removedScoresOf, type SetMap, type SetSubject } from '../../sets/measure-set-image.ts';
import { type MapFiles, namedOutput, type ResultLine } from '../../sets/results/result-line.ts';
import type { MapFileKind } from '../../sets/results/run-record.ts';
import { type ReadPixels, readPixels } from '../images/read-pixels.ts';
import { pngOf } from '../images/write-png.ts';
import { DISK, type Disk, writeWhole } from '../output/whole-file.ts';
import type { ImageTask, ImageWorker, Opened, OpenRequest, RunRequest, Worked } from './messages.ts';

/** What no other image would fare better with. */
const FATAL: ReadonlySet<ErrorCode> = new Set(['output-unwritable', 'device-lost', 'backend-unavailable']);

/** What each kind of file ends in. */
const ENDINGS: Readonly<Record<MapFileKind, string>> = { overlay: 'png', data: 'json', array: 'npy' };

type Found = Omit<ResultLine, 'path' | 'error' | 'durationMs'>;

const NOTHING: Found = {
  label: null,
  width: null,
  height: null,
  predicted: null,
  explained: null,
  maps: [],
  scores: null,
  left: null,
};

export class LocalWorker implements ImageWorker {
  readonly #disk: Disk;
  #engine: LocalEngine | null = null;
  #info: ModelInfo | null = null;
  #run: RunRequest | null = null;

  constructor(disk: Disk = DISK) {
    this.#disk = disk;
  }

  async open({ model, modelId, backend, input, output, isIdentified, isPlanned }: OpenRequest): Promise<Opened> {
    const engine = new LocalEngine({ device: await deviceEnvironmentFor(backend), openModel: async () => model, download });
    this.#engine = engine;
    const device = await engine.start(backend);
    const loaded = await engine.loadModel({ kind: 'files', id: modelId, files: [], input, output }, () => {});
    const info = isPlanned ? { ...loaded, ...(await engine.planLayers()) } : loaded;
    this.#info = info;
    return { device, info, sha256: isIdentified ? (await engine.identify()).sha256 : '' };
  }

  async begin(request: RunRequest): Promise<void> {
    this.#run = request;
  }

  async removedScores(task: ImageTask, signal: AbortSignal): Promise<RemovedScores | null> {
    const { engine, info, run } = this.#ready();
    try {
      const pixels = await readPixels(task.file, task.path, run.settings.isStretched);
      return await removedScoresOf(engine, subjectOf(run, info, task, pixels), signal);
    } catch (error) {
      this.#passOn(error, signal);
      return null;
    }
  }

  async work(task: ImageTask, signal: AbortSignal): Promise<Worked> {
    const { run } = this.#ready();
    const { path } = task;
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    try {
      const pixels = await readPixels(task.file, path, run.settings.isStretched);
      const found = run.command === 'measure' ? await this.#measured(task, pixels, signal) : await this.#explained(task, pixels, signal);
      return { line: { path, ...found, error: null, durationMs: durationMs() }, remark: remarkOn(path, pixels) };
    } catch (error) {
      const { code, message } = this.#passOn(error, signal);
      return { line: { path, ...NOTHING, error: { code, message }, durationMs: durationMs() }, remark: '' };
    }
  }

  async close(): Promise<void> {
    this.#engine?.dispose();
    this.#engine = null;
  }

  #ready(): { readonly engine: LocalEngine; readonly info: ModelInfo; readonly run: RunRequest } {
    if (!this.#engine || !this.#info || !this.#run) throw new Error('nothing was begun');
    return { engine: this.#engine, info: this.#info, run: this.#run };
  }

  /** @returns what is wrong with the image alone @throws all else */
  #passOn(error: unknown, signal: AbortSignal): AppError {
    const known = asAppError(error);
    if (signal.aborted || FATAL.has(known.code)) throw error;
    return known;
  }

  async #explained(task: ImageTask, pixels: ReadPixels, signal: AbortSignal): Promise<Found> {
    const { engine, run } = this.#ready();
    const { settings, modelId } = run;
    const { logits, score, best, maps } = await explainImage(engine, requestOf(run, task, pixels), settings, modelId, signal);
    return {
      ...aboutImage(run, task, pixels),
      predicted: named(run, logits, best),
      explained: named(run, logits, score.classIndex),
      maps: await this.#written(task, pixels, maps, signal),
      scores: null,
      left: null,
    };
  }

  async #measured(task: ImageTask, pixels: ReadPixels, signal: AbortSignal): Promise<Found> {
    const { engine, info, run } = this.#ready();
    const found: SetMap[] = [];
    const subject = { ...subjectOf(run, info, task, pixels), onMap: (map: SetMap) => found.push(map) };
    const { left = null, scores } = await measureSetImage(engine, subject, signal);
    // The pass is at hand still.
    const logits = found[0]?.logits ?? (await logitsOf(engine, requestOf(run, task, pixels), signal));
    const predicted = named(run, logits, bestScore(logits, run.settings.reading).classIndex);
    const maps = found.map((map) => explainedMap(run.settings, run.modelId, map));
    const written = await this.#written(task, pixels, maps, signal);
    return { ...aboutImage(run, task, pixels), predicted, explained: predicted, maps: written, scores, left };
  }

  async #written(task: ImageTask, pixels: ReadPixels, maps: readonly ExplainedMap[], signal: AbortSignal): Promise<MapFiles[]> {
    const { settings, classNames, out } = this.#ready().run;
    const { display, files: kinds, input, preprocessing } = settings;
    const nameOf = (index: number) => classNames[index] ?? '';
    const size = { name: posix.basename(task.path), width: pixels.width, height: pixels.height };
    const limit = commonLimit(
      display,
      maps.map(({ map }) => map),
    );
    const contentOf: Readonly<Record<MapFileKind, (map: ExplainedMap) => string | Uint8Array | Promise<Uint8Array>>> = {
      overlay: ({ map }) => pngOf(pixels, overlayPixels(pixels, { map, limit, input, fit: preprocessing.fit, display })),
      data: (map) => mapJson(map, size, nameOf),
      array: ({ raw }) => npyOf(raw),
    };
    const written: MapFiles[] = [];
    for (const found of maps) {
      const method = methodOf(found.method);
      const paths: Record<MapFileKind, string | null> = { overlay: null, data: null, array: null };
      for (const kind of kinds) {
        const fileName = mapFileName(found, task.name, nameOf, method.slug, ENDINGS[kind]);
        const path = posix.join('maps', posix.dirname(task.path), fileName);
        await writeWhole(join(out, path), await contentOf[kind](found), this.#disk);
        signal.throwIfAborted();
        paths[kind] = path;
      }
      const { minimum, maximum } = displayScale(found.map, display, limit);
      written.push({ method: method.slug, ...paths, unit: unitOf(method, found.score), minimum, maximum });
    }
    return written;
  }
}

function requestOf({ settings, budgetBytes }: RunRequest, { path }: ImageTask, pixels: ReadPixels): WholeRequest {
  // As sets call their images: what the pass is kept under.
  const id = `set:${path}${settings.isStretched ? ', stretched' : ''}`;
  return { image: { id, pixels }, preprocessing: settings.preprocessing, layer: settings.layer, budgetBytes };
}

function subjectOf(
  { set, settings, givenNames, budgetBytes }: RunRequest,
  info: ModelInfo,
  { path }: ImageTask,
  pixels: ReadPixels,
): SetSubject {
  const size = { width: pixels.width, height: pixels.height };
  return { set, card: { reading: settings.reading, givenNames }, info, path, pixels, size, budgetBytes };
}

function named({ settings, classNames }: RunRequest, logits: Float32Array, index: number) {
  return namedOutput(logits, index, settings.reading, classNames[index] ?? '');
}

function aboutImage({ settings, classNames }: RunRequest, { path }: ImageTask, { width, height }: ReadPixels) {
  return { label: settings.reading === 'number' ? null : labelOf(path, classNames), width, height };
}

/** A folder that is nearly black would be explained without a word. */
function remarkOn(path: string, { depth, isStretched }: ReadPixels): string {
  if (isStretched || !depth || !isNearlyBlack(depth)) return '';
  return `The image ${path} uses ${depth.usedBits} of its ${depth.bits} bits, so that it is nearly black; --stretch stretches such images.`;
}
