/** The store with everything outside of it in memory, and written down. */
import type { StoreApi } from 'zustand/vanilla';
import { AppError } from '../../core/app-error.ts';
import { type FileRole, plainRole } from '../../core/models/file-role.ts';
import { currentCard, type KeptModel } from '../../core/models/model-card.ts';
import { DEFAULT_ABLATION, emptyAblationSweep } from '../../explain/ablation-plan.ts';
import { withItems } from '../../explain/item-sweep.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import type { Sample } from '../../protocol/sample.ts';
import type { AppState } from '../app-state.ts';
import { createAppStore } from '../create-store.ts';
import type { AppDependencies, KeptModels, SetStorage, UrlValues } from '../dependencies.ts';
import { type ExplainJob, FakeEngine, fakeModel, LOGITS, type LoadJob, settled } from './fake-engine.ts';

export const NO_URL_VALUES: UrlValues = {
  model: null,
  layer: null,
  class: null,
  score: null,
  versus: null,
  window: null,
  stride: null,
  value: null,
  methods: null,
  backend: null,
};

/** A bitmap that knows whether it was closed. Node has no `ImageBitmap`. */
class FakeBitmap {
  isClosed = false;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  close(): void {
    this.isClosed = true;
  }
}

export function imageFile(name: string): File {
  return new File(['pixels'], name, { type: 'image/png' });
}

/** A file that is no image. */
export function brokenFile(name: string): File {
  return new File([], name);
}

const SAMPLE_SCORE = { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' } as const;

export const SAMPLE: Sample = {
  name: 'sample.png',
  caption: 'Drawn.',
  credit: null,
  box: null,
  label: null,
  named: 'birch',
  fetchImage: async () => imageFile('sample.png'),
  layer: 'last',
  backend: 'wasm',
  logits: Float32Array.from(LOGITS),
  results: [
    {
      work: { method: 'grad-cam', score: SAMPLE_SCORE },
      result: {
        method: 'grad-cam',
        score: SAMPLE_SCORE,
        map: { rows: 1, columns: 2, values: Float32Array.from([1, 2]) },
        scale: 1,
        durationMs: 3,
        forwardMs: 9,
      },
    },
    {
      work: { method: 'fast-ablation-cam', ablation: DEFAULT_ABLATION, items: null },
      result: {
        method: 'fast-ablation-cam',
        sweep: withItems(emptyAblationSweep({ rows: 1, columns: 2 }, DEFAULT_ABLATION, Float32Array.from(LOGITS)), {
          items: Uint32Array.from([0, 1]),
          logits: new Float32Array(6),
        }),
        durationMs: 4,
        forwardMs: 9,
      },
    },
  ],
};

type Kept = Map<string, { model: KeptModel; files: readonly File[] }>;

const HDF5: FileRole = { use: 'model', id: 'hdf5', partners: ['architecture'] };
const KERAS: FileRole = { use: 'model', id: 'keras-archive', partners: ['architecture'] };
const ZIP: FileRole = { use: 'model', id: 'archive', partners: ['architecture'], isContainer: true };
const LAYERS_MODEL: FileRole = { use: 'model', id: 'layers-model', parts: ['shard', 'unknown'] };
const NETWORK: FileRole = { use: 'model', id: 'architecture', partners: ['hdf5', 'keras-archive', 'archive'], isNetworkOnly: true };

/** What the files of tests are for: their content says nothing. */
function roleByName(name: string, size: number): FileRole {
  if (/\.(h5|hdf5)$/.test(name)) return HDF5;
  if (/\.keras$/.test(name)) return KERAS;
  if (/\.zip$/.test(name)) return ZIP;
  if (/\.safetensors$/.test(name)) return { use: 'model', id: 'safetensors' };
  if (/\.bin$/.test(name)) return { use: 'part', id: 'shard' };
  if (/\.(txt|csv)$/.test(name)) return plainRole('names');
  if (/^manifest/.test(name)) return plainRole('manifest');
  if (/^metadata/.test(name)) return plainRole('metadata');
  if (/^(model|index).*\.json$/.test(name)) return LAYERS_MODEL;
  if (/\.json$/.test(name)) return NETWORK;
  return plainRole(size > 0 && /\.png$/.test(name) ? 'image' : 'unknown');
}

/** A browser's storage. */
function memoryOf(kept: Kept): KeptModels {
  return {
    // As the real one does, it gives today's form of what a former version kept.
    list: async () => ({ models: [...kept.values()].map(({ model }) => ({ ...model, card: currentCard(model.card) })), remark: '' }),
    keep: async (model, files) => void kept.set(model.card.id, { model, files }),
    change: async (model) => void kept.set(model.card.id, { model, files: kept.get(model.card.id)?.files ?? [] }),
    filesOf: async (id) => kept.get(id)?.files ?? null,
    remove: async (id) => void kept.delete(id),
  };
}

interface KeptRun {
  set: KeptSet | null;
  readonly images: Map<string, File>;
  readonly results: Map<string, SetResult>;
}

/** A browser's storage for one set. */
function setsIn(run: KeptRun): SetStorage {
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

export interface TestStore {
  readonly store: StoreApi<AppState>;
  /** In the order in which they were made. */
  readonly engines: FakeEngine[];
  readonly bitmaps: FakeBitmap[];
  readonly saved: { readonly name: string; readonly content: Blob }[];
  readonly copied: string[];
  readonly urls: UrlValues[];
  readonly preferences: unknown[];
  readonly revoked: string[];
  /** What the browser keeps, and how it is reached. */
  readonly kept: Kept;
  readonly storage: KeptModels;
  readonly keptSet: KeptRun;
  readonly sets: SetStorage;
  state(): AppState;
  engine(): FakeEngine;
  lastExplain(): ExplainJob;
  lastLoad(): LoadJob;
  noticeTexts(): string[];
}

export function createTestStore(change: Partial<AppDependencies> = {}): TestStore {
  const engines: FakeEngine[] = [];
  const bitmaps: FakeBitmap[] = [];
  const saved: TestStore['saved'] = [];
  const copied: string[] = [];
  const urls: UrlValues[] = [];
  const preferences: unknown[] = [];
  const revoked: string[] = [];
  const kept: Kept = new Map();
  const storage = memoryOf(kept);
  const keptSet: KeptRun = { set: null, images: new Map(), results: new Map() };
  const sets = setsIn(keptSet);
  const card = (id: string) => ({ ...fakeModel(id), description: '', toCheck: '' });
  const store = createAppStore({
    createEngine() {
      const engine = new FakeEngine();
      engines.push(engine);
      return engine;
    },
    fetchCatalogue: async () => [
      { id: 'built-in', title: 'Built-in', description: '', hasSamples: true },
      { id: 'other', title: 'Other', description: '', hasSamples: false },
    ],
    fetchModelCard: async (id) => card(id),
    modelUrl: (id) => `models/${id}/`,
    keptModels: storage,
    sets,
    imageNetNames: async (order) => Array.from({ length: order === 'imagenet-background' ? 1001 : 1000 }, (_, i) => `${order} ${i}`),
    readable: { atLength: 'a Keras model', atUrl: '.keras' },
    roleOf: async ({ name, size }) => roleByName(name, size),
    async readClassNames(file) {
      if (file.name.endsWith('.json')) throw new AppError('model-file-broken', `The file ${file.name} is no list of class names.`);
      return (await file.text()).split('\n');
    },
    fetchSamples: async () => [SAMPLE],
    async decodeImage(file, name, wantsStretch) {
      if (file.size === 0) throw new AppError('image-empty', `The file ${name} is empty.`);
      const bitmap = new FakeBitmap(30, 20);
      bitmaps.push(bitmap);
      // Only its size and `close` are used outside a browser.
      const depth = name.includes('16-bit') ? { bits: 16, usedBits: 12 } : null;
      const isStretched = depth !== null && wantsStretch;
      return {
        width: 30,
        height: 20,
        bitmap: bitmap as unknown as ImageBitmap,
        pixels: null,
        thumbnail: null,
        depth,
        isStretched,
        remark: '',
      };
    },
    createObjectUrl: () => `blob:${bitmaps.length}`,
    revokeObjectUrl: (url) => revoked.push(url),
    renderOverlay: async (_file, { image }, onProgress) => {
      onProgress(0.5);
      return new Blob([`${image.width} x ${image.height}`]);
    },
    renderSideBySide: async (_bitmap, figures) => new Blob([figures.map(({ caption }) => caption).join('\n')]),
    figureImage: async (_bitmap, { image }) => `data:image/png;base64,${image.width}`,
    version: '0.0.0',
    link: () => 'https://example.org/?model=built-in',
    copyText: async (text) => void copied.push(text),
    saveFile: (content, name) => saved.push({ content, name }),
    readUrl: () => NO_URL_VALUES,
    writeUrl: (values) => urls.push(values),
    readPreferences: () => null,
    writePreferences: (values) => preferences.push(values),
    ...change,
  });

  const last = <Entry>(entries: readonly Entry[]): Entry => {
    const entry = entries.at(-1);
    if (!entry) throw new Error('nothing was asked for yet');
    return entry;
  };
  const engine = () => last(engines);
  return {
    store,
    engines,
    bitmaps,
    saved,
    copied,
    urls,
    preferences,
    revoked,
    kept,
    storage,
    keptSet,
    sets,
    state: store.getState,
    engine,
    lastExplain: () => last(engine().explains),
    lastLoad: () => last(engine().loads),
    noticeTexts: () => store.getState().notices.map(({ text }) => text),
  };
}

/** What the engine was asked for, in order; null for the scores alone. */
export function works({ engine }: TestStore): (string | null)[] {
  return engine().explains.map(({ request }) => request.work?.method ?? null);
}

/** Answers whatever the engine is asked, until it is asked nothing more. */
export async function answerAll({ engine }: TestStore): Promise<void> {
  for (let last = engine().explains.at(-1); last?.isOpen; last = engine().explains.at(-1)) await last.answer();
}

/** Started, with the built-in model loaded and the device's speed measured. The sample is on screen: nothing else was asked of the engine. */
export async function startedStore(change: Partial<AppDependencies> = {}): Promise<TestStore> {
  const test = createTestStore(change);
  const started = test.state().start();
  await settled();
  await test.lastLoad().finish(fakeModel('built-in'));
  await started;
  await answerAll(test);
  test.engine().explains.length = 0;
  return test;
}

/** The same with an image of one's own, which the engine has been asked about. */
export async function storeWithImage(change: Partial<AppDependencies> = {}): Promise<TestStore> {
  const test = await startedStore(change);
  await test.state().giveFiles([imageFile('grain.png')]);
  return test;
}

/** The same, all that was asked having been answered. */
export async function explainedStore(change: Partial<AppDependencies> = {}): Promise<TestStore> {
  const test = await storeWithImage(change);
  await answerAll(test);
  return test;
}
