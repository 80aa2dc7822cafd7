/** The store with everything outside of it in memory, and written down. */
import type { StoreApi } from 'zustand/vanilla';
import { AppError } from '../../core/app-error.ts';
import type { Session } from '../../protocol/session.ts';
import type { AppState } from '../app-state.ts';
import { createAppStore } from '../create-store.ts';
import type { AppDependencies, KeptModels, SetStorage, UrlValues } from '../dependencies.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeBitmap, imageFile, SAMPLE } from './fake-images.ts';
import { type ExplainJob, type LoadJob, settled } from './fake-jobs.ts';
import { fakeModel } from './fake-model.ts';
import { imagesIn, type Kept, type KeptRun, type KeptStrip, memoryOf, resultsIn, roleByName, setsIn } from './fake-storage.ts';
import { FakeZip } from './fake-zip.ts';

export const NO_URL_VALUES: UrlValues = {
  model: null,
  image: null,
  layer: null,
  class: null,
  score: null,
  versus: null,
  window: null,
  stride: null,
  value: null,
  channels: null,
  patch: null,
  'patch-stride': null,
  'patch-value': null,
  masks: null,
  seed: null,
  methods: null,
  backend: null,
  exact: null,
};

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
  /** Files of results, by their paths. */
  readonly keptResults: Map<string, File>;
  readonly keptStrip: KeptStrip;
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
  const sessions: Session[] = [];
  const kept: Kept = new Map();
  const storage = memoryOf(kept);
  const keptSet: KeptRun = { set: null, images: new Map(), results: new Map() };
  const sets = setsIn(keptSet);
  const keptResults: TestStore['keptResults'] = new Map();
  const keptStrip: KeptStrip = { images: new Map(), findings: [], arrangement: null };
  const card = (id: string) => ({ ...fakeModel(id), description: '', toCheck: '' });
  const store = createAppStore({
    createEngine() {
      const engine = new FakeEngine();
      engines.push(engine);
      return engine;
    },
    machine: { cores: 1, memoryGb: null },
    fetchCatalogue: async () => [
      { id: 'built-in', title: 'Built-in', description: '', hasSamples: true },
      { id: 'other', title: 'Other', description: '', hasSamples: false },
    ],
    fetchModelCard: async (id) => card(id),
    hub: 'https://hub.example',
    modelUrl: (id) => `models/${id}/`,
    keptModels: storage,
    keptImages: imagesIn(keptStrip),
    engineVersion: '0.0.0 worker',
    sets,
    results: resultsIn(keptResults),
    imageNetNames: async (order) => Array.from({ length: order === 'imagenet-background' ? 1001 : 1000 }, (_, i) => `${order} ${i}`),
    readable: { atLength: ['a Keras model'], atUrl: '.keras' },
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
    renderDrawing: async (_bitmap, { marks }) => new Blob([marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])).join('\n')]),
    figureImage: async (_bitmap, { image }) => `data:image/png;base64,${image.width}`,
    writeSession: async (session) => {
      const file = new Blob([`session ${sessions.length}`]);
      sessions.push(session);
      return file;
    },
    readSession: async (file) => {
      const found = sessions[Number((await file.text()).split(' ')[1])];
      if (!found) throw new AppError('session-broken', `The session ${file.name} cannot be opened, as it is damaged.`);
      return found;
    },
    createZip: () => new FakeZip(),
    textWidth: (text, size) => (text.length * size) / 2,
    version: '0.0.0',
    link: () => 'https://example.org/?model=built-in',
    copyText: async (text) => void copied.push(text),
    copyImage: async (png) => void copied.push(await (await png).text()),
    saveFile: (content, name) => saved.push({ content, name }),
    readUrl: () => NO_URL_VALUES,
    writeUrl: (values) => urls.push(values),
    // Somebody who has been here before.
    readPreferences: () => ({ isIntroShown: false }),
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
    keptResults,
    keptStrip,
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
