/** The composition root: the one place where the parts meet. */
import { createRoot } from 'react-dom/client';
import { AppError } from './core/app-error.ts';
import { cardOfManifest } from './core/models/model-card.ts';
import workerUrl from './engine/worker.ts?worker&url';
import { roleOfBlob } from './formats/file-role.ts';
import { READABLE_AT_LENGTH, READABLE_AT_URL } from './formats/list.ts';
import { parseClassNames } from './formats/usage/class-names.ts';
import { parseManifest } from './formats/usage/manifest.ts';
import { decodeImage } from './platform/decode-image.ts';
import { renderDrawing, textWidth } from './platform/drawing/render-drawing.ts';
import { figureImage, renderOverlay } from './platform/drawing/render-figure.ts';
import { isolatePage } from './platform/isolation.ts';
import { machine } from './platform/machine.ts';
import { readPreferences, writePreferences } from './platform/preferences.ts';
import { fetchSamples } from './platform/samples.ts';
import { saveFile } from './platform/save-file.ts';
import {
  arrangeImages,
  clearImages,
  findingsOf,
  keepFindings,
  keepImage,
  loadImages,
  removeImage,
} from './platform/storage/image-storage.ts';
import { changeKeptModel, filesOfKeptModel, keepModel, listKeptModels, removeKeptModel } from './platform/storage/kept-models.ts';
import { addToResults, clearResults, keepResults, loadResults } from './platform/storage/results-storage.ts';
import { changeSet, clearSet, imageOfSet, keepSet, keepSetResult, loadSet } from './platform/storage/set-storage.ts';
import { readUrl, writeUrl } from './platform/url.ts';
import { BlobZipWriter } from './platform/zip-writer.ts';
import { EnginePool } from './protocol/pool/engine-pool.ts';
import { WorkerEngine } from './protocol/worker/worker-engine.ts';
import { createAppStore } from './state/create-store.ts';
import { App } from './ui/App.tsx';
import { Guard } from './ui/controls/Guard.tsx';
import { FailedPage } from './ui/FailedPage.tsx';
import { StoreProvider } from './ui/store-context.tsx';
import './ui/styles/index.css';

/** An absolute URL: the worker has another base than the page. */
function urlOf(path: string): string {
  return new URL(path, document.baseURI).href;
}

async function fetchText(path: string): Promise<string> {
  const response = await fetch(urlOf(path)).catch(() => null);
  if (response?.ok) return response.text();
  throw new AppError(
    'download-failed',
    `The file ${path} could not be downloaded; please check the network connection and reload the page.`,
  );
}

function start(): void {
  const store = createAppStore({
    createEngine: () => new EnginePool(() => new WorkerEngine(new Worker(workerUrl, { type: 'module' }))),
    machine: machine(),
    async fetchCatalogue() {
      const entries: { id: string; title: string; description: string; hasSamples: boolean }[] = JSON.parse(
        await fetchText('models/index.json'),
      );
      return entries;
    },
    async fetchModelCard(id) {
      const path = `models/${id}/manifest.json`;
      return cardOfManifest(id, parseManifest(path, await fetchText(path)));
    },
    hub: document.querySelector<HTMLMetaElement>('meta[name=hub]')?.content || 'https://huggingface.co',
    modelUrl: (id) => urlOf(`models/${id}/`),
    keptModels: { list: listKeptModels, keep: keepModel, change: changeKeptModel, filesOf: filesOfKeptModel, remove: removeKeptModel },
    keptImages: {
      load: loadImages,
      keep: keepImage,
      remove: removeImage,
      arrange: arrangeImages,
      clear: clearImages,
      keepFindings,
      findingsOf,
    },
    // The built worker is called after what is in it: with any change of the engine, its name is another one.
    engineVersion: `${__APP_VERSION__} ${workerUrl.split('/').at(-1)}`,
    sets: { keep: keepSet, change: changeSet, load: loadSet, imageOf: imageOfSet, keepResult: keepSetResult, clear: clearSet },
    results: { keep: keepResults, add: addToResults, load: loadResults, clear: clearResults },
    readable: { atLength: READABLE_AT_LENGTH, atUrl: READABLE_AT_URL },
    roleOf: roleOfBlob,
    imageNetNames: async (order) => (await import('./formats/usage/imagenet-orders.ts')).imageNetNames(order),
    readClassNames: async (file, source) => parseClassNames(file.name, await file.text(), source),
    fetchSamples: (modelId) => fetchSamples(urlOf(`samples/${modelId}`)),
    decodeImage,
    createObjectUrl: (file) => URL.createObjectURL(file),
    revokeObjectUrl: (url) => URL.revokeObjectURL(url),
    renderOverlay,
    renderDrawing,
    figureImage,
    writeSession: async (session) => (await import('./platform/session/session-file.ts')).writeSession(session),
    async readSession(file) {
      const [{ readSession }, { storedFiles }] = await Promise.all([
        import('./platform/session/session-file.ts'),
        import('./formats/archive/stored-zip.ts'),
      ]);
      return readSession(file.name, () => storedFiles(file));
    },
    createZip: () => new BlobZipWriter(),
    textWidth,
    version: __APP_VERSION__,
    link: () => location.href,
    copyImage: async (png) => navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]),
    copyText: (text) => navigator.clipboard.writeText(text),
    saveFile,
    readUrl,
    writeUrl,
    readPreferences,
    writePreferences,
  });
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no element #root');
  createRoot(root).render(
    <Guard instead={(failure) => <FailedPage failure={failure} />}>
      <StoreProvider store={store}>
        <App />
      </StoreProvider>
    </Guard>,
  );
  void store.getState().start();
}

if (!(await isolatePage())) start();
