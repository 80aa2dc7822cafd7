/** What the browser keeps, and what files are for, without a browser and without content. */
import { type FileRole, plainRole } from '../../core/models/file-role.ts';
import { currentCard, type KeptModel } from '../../core/models/model-card.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { Arrangement, Finder, KeptFinding, KeptImage } from '../../protocol/kept-image.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import type { ImageStorage, KeptModels, ResultsStorage, SetStorage } from '../dependencies.ts';

export type Kept = Map<string, { model: KeptModel; files: readonly File[] }>;

const HDF5: FileRole = { use: 'model', id: 'hdf5', partners: ['architecture'] };
const KERAS: FileRole = { use: 'model', id: 'keras-archive', partners: ['architecture'] };
const ZIP: FileRole = { use: 'model', id: 'archive', partners: ['architecture'], isContainer: true };
const LAYERS_MODEL: FileRole = { use: 'model', id: 'layers-model', parts: ['shard', 'unknown'] };
const NETWORK: FileRole = { use: 'model', id: 'architecture', partners: ['hdf5', 'keras-archive', 'archive'], isNetworkOnly: true };

/** What the files of tests are for: their content says nothing. */
export function roleByName(name: string, size: number): FileRole {
  if (/\.fastcam$/.test(name)) return plainRole('session');
  if (/\.(h5|hdf5)$/.test(name)) return HDF5;
  if (/\.keras$/.test(name)) return KERAS;
  if (/\.zip$/.test(name)) return ZIP;
  if (/\.safetensors$/.test(name)) return { use: 'model', id: 'safetensors' };
  if (/\.bin$/.test(name)) return { use: 'part', id: 'shard' };
  if (/\.(txt|csv)$/.test(name)) return plainRole('names');
  if (/^manifest/.test(name)) return plainRole('manifest');
  if (/^(metadata|config)/.test(name)) return plainRole('metadata');
  if (/^(model|index).*\.json$/.test(name)) return LAYERS_MODEL;
  if (/\.json$/.test(name)) return NETWORK;
  return plainRole(size > 0 && /\.png$/.test(name) ? 'image' : 'unknown');
}

/** A browser's storage. */
export function memoryOf(kept: Kept): KeptModels {
  return {
    // As the real one does, it gives today's form of what a former version kept.
    list: async () => ({ models: [...kept.values()].map(({ model }) => ({ ...model, card: currentCard(model.card) })), remark: '' }),
    keep: async (model, files) => void kept.set(model.card.id, { model, files }),
    change: async (model) => void kept.set(model.card.id, { model, files: kept.get(model.card.id)?.files ?? [] }),
    filesOf: async (id) => kept.get(id)?.files ?? null,
    remove: async (id) => void kept.delete(id),
  };
}

export interface KeptRun {
  set: KeptSet | null;
  readonly images: Map<string, File>;
  readonly results: Map<string, SetResult>;
}

/** A browser's storage for one set. */
export function setsIn(run: KeptRun): SetStorage {
  return {
    async keep(set, images) {
      run.set = set;
      run.results.clear();
      for (const { path, file } of images) run.images.set(path, file);
    },
    async change(set) {
      run.set = set;
    },
    load: async () => ({ set: run.set, results: [...run.results.values()], remark: '' }),
    imageOf: async (path) => run.images.get(path) ?? null,
    keepResult: async (result) => void run.results.set(result.path, result),
    async clear() {
      run.set = null;
      run.images.clear();
      run.results.clear();
    },
  };
}

/** A browser's storage for results, by the paths of their files. */
export function resultsIn(kept: Map<string, File>): ResultsStorage {
  const add = async (files: readonly SetImage[]) => {
    for (const { path, file } of files) kept.set(path, file);
  };
  return {
    async keep(files) {
      kept.clear();
      await add(files);
    },
    add,
    load: async () => [...kept].map(([path, file]) => ({ path, file })),
    clear: async () => kept.clear(),
  };
}

/** What a browser keeps of the person's own images. */
export interface KeptStrip {
  readonly images: Map<string, KeptImage>;
  readonly findings: { readonly finder: Finder; readonly finding: KeptFinding }[];
  arrangement: Arrangement | null;
}

export function imagesIn(strip: KeptStrip): ImageStorage {
  const forget = (matches: (id: string) => boolean) => {
    for (let i = strip.findings.length - 1; i >= 0; i--) if (matches(strip.findings[i]?.finding.imageId ?? '')) strip.findings.splice(i, 1);
  };
  return {
    load: async () => ({ images: [...strip.images.values()], arrangement: strip.arrangement, remark: '' }),
    keep: async (image) => void strip.images.set(image.id, image),
    async remove(id) {
      strip.images.delete(id);
      forget((other) => other === id);
    },
    async arrange(arrangement) {
      strip.arrangement = arrangement;
    },
    async clear() {
      strip.images.clear();
      forget(() => true);
    },
    keepFindings: async (finder, findings) => void strip.findings.push(...findings.map((finding) => ({ finder, finding }))),
    findingsOf: async ({ version, network }) =>
      strip.findings.flatMap(({ finder, finding }) => (finder.version === version && finder.network === network ? [finding] : [])),
  };
}
