/** Which models there are, and which is on screen. */
import { AppError } from '../core/app-error.ts';
import type { ModelLoader } from './model-loader.ts';
import type { CatalogueEntry, ModelSlice } from './model-state.ts';
import type { SampleStrip } from './sample-strip.ts';
import type { SliceContext } from './slice.ts';
import { writeView } from './view-slice.ts';

type Actions = Pick<ModelSlice, 'chooseModel' | 'cancelLoading' | 'openModelFiles' | 'openModelAddress' | 'openKnownModel' | 'removeModel'>;

/** Far more than any list of class names takes. */
const MAX_NAMES_BYTES = 1e6;

/** Lists of class names, given without a model. */
function isNameFile({ name }: File): boolean {
  return /\.(txt|csv|tsv)$/i.test(name);
}

/** The file that a model is called after: not a shard, nor what goes with it. */
function mainName(files: readonly File[]): string {
  const named = files.filter((file) => !isNameFile(file) && !/\.bin$|^manifest\.json$/i.test(file.name));
  return (named[0] ?? files[0])?.name ?? '';
}

/** What tells the same files from others without reading them. */
function originOfFiles(files: readonly File[]): string {
  const own = files.filter((file) => !isNameFile(file));
  return JSON.stringify(own.map(({ name, size, lastModified }) => [name, size, lastModified]).sort());
}

/** `flowers` for `flowers.weights.h5`, as it may stand in an address. */
function slugOf(name: string): string {
  const stem = name.replace(/(\.weights)?\.\w+$/, '').toLowerCase();
  return stem.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'model';
}

/** `https://host/flowers/model.json` is called after its folder. */
function nameAtAddress(address: string, files: readonly File[]): string {
  const parts = new URL(address).pathname.split('/').filter(Boolean);
  return /^model\.json$/i.test(parts.at(-1) ?? '') && parts.length > 1 ? `${parts.at(-2)}.json` : mainName(files);
}

function unusedId(catalogue: readonly CatalogueEntry[], name: string): string {
  const stem = `own-${slugOf(name)}`;
  let id = stem;
  for (let i = 2; catalogue.some((entry) => entry.id === id); i++) id = `${stem}-${i}`;
  return id;
}

export function createModelSlice(
  context: SliceContext,
  loader: ModelLoader,
  sampleStrip: SampleStrip,
): Pick<ModelSlice, 'model'> & Actions {
  const { store, dependencies, openedModels } = context;
  const catalogue = () => store.getState().model.catalogue;

  async function open(files: readonly File[], origin: string, name: string): Promise<void> {
    const known = await openedModels.idOf(origin);
    const id = known ?? unusedId(catalogue(), name);
    // What was said of the same files before still holds, unless other names come with them.
    const former = known && !files.some(isNameFile) ? await openedModels.cardOf(known) : null;
    const input = former?.takesAnySize ? former.input : null;
    if (!(await loader.load({ kind: 'files', id, files, input }, former))) return;
    const { card } = store.getState().model;
    if (card?.id !== id) return;
    const others = catalogue().filter((entry) => entry.id !== id);
    const namesakes = others.filter(({ title }) => title === card.title || title.startsWith(`${card.title} (`)).length;
    const shown = namesakes > 0 ? { ...card, title: `${card.title} (${namesakes + 1})` } : card;
    loader.change({
      card: shown,
      catalogue: [
        ...others,
        { id, title: shown.title, description: shown.description, isBuiltIn: false, hasSamples: false, keptBytes: null },
      ],
    });
    const keptBytes = await openedModels.add(shown, files, origin);
    if (keptBytes === null) {
      const what = `The browser has no room to keep ${shown.title}, so it must be opened again after a reload`;
      store.getState().notify('info', `${what}; remove other models to make room.`);
    }
    loader.change({ catalogue: catalogue().map((entry) => (entry.id === id ? { ...entry, keptBytes } : entry)) });
    writeView(context);
  }

  /** Whether a `.json` is a list of names, and not the description of a network. */
  async function isNameList(file: File): Promise<boolean> {
    if (!/\.json$/i.test(file.name) || file.size > MAX_NAMES_BYTES) return false;
    return dependencies.readClassNames(file).then(
      () => true,
      () => false,
    );
  }

  async function chooseOpened({ id, title }: CatalogueEntry): Promise<void> {
    const found = await openedModels.find(id);
    if (found) {
      const { card, files } = found;
      await loader.load({ kind: 'files', id, files, input: card.takesAnySize ? card.input : null }, card);
      return;
    }
    await forget(id);
    store.getState().notify('error', `The browser no longer has the files of ${title}; please open them again.`);
  }

  async function forget(id: string): Promise<void> {
    await openedModels.remove(id);
    context.cache.forget(({ modelId }) => modelId === id);
    loader.change({ catalogue: catalogue().filter((entry) => entry.id !== id) });
  }

  return {
    model: { catalogue: [], status: 'none', card: null, info: null, progress: null },

    async chooseModel(id) {
      const entry = catalogue().find((candidate) => candidate.id === id);
      if (entry && !entry.isBuiltIn) return chooseOpened(entry);
      try {
        // On their way while the model is: both come on screen together.
        const samples = entry?.hasSamples && sampleStrip.isOfOtherThan(id) ? dependencies.fetchSamples(id).catch(() => []) : [];
        const { card: shown } = store.getState().model;
        const card = shown?.id === id ? shown : await dependencies.fetchModelCard(id);
        if (await loader.load({ kind: 'folder', id, url: dependencies.modelUrl(id) }, card)) await sampleStrip.show(id, await samples);
      } catch (error) {
        loader.fail(error);
      }
    },

    cancelLoading: () => loader.cancel(),

    async openModelFiles(files) {
      const [first, another] = files;
      if (first && !another && (isNameFile(first) || (await isNameList(first)))) await store.getState().openClassNames(first);
      else if (first) await open(files, originOfFiles(files), mainName(files));
    },

    async openModelAddress(address) {
      const files = await loader.download(address);
      if (files?.length) await open(files, address, nameAtAddress(address, files));
    },

    async openKnownModel({ address, fileName, title, command, manifest, classes }) {
      const refusal = `${title} could not be downloaded from ${new URL(address).host}; please check the network connection, or run “${command}” in a copy of this page`;
      const [file] = (await loader.download(address, new AppError('download-failed', `${refusal}.`))) ?? [];
      if (!file) return;
      await open([new File([file], fileName), new File([JSON.stringify(manifest)], 'manifest.json')], address, fileName);
      const { info, card } = store.getState().model;
      if (!info || card?.title !== title || info.classNames.length === classes) return;
      await store.getState().removeModel(info.id);
      store
        .getState()
        .notify(
          'error',
          `What ${new URL(address).host} gave for ${title} is another network, so it was not kept; please run “${command}”.`,
        );
    },

    async removeModel(id) {
      if (!catalogue().some((entry) => entry.id === id && !entry.isBuiltIn)) return;
      await forget(id);
      const [first] = catalogue();
      if (store.getState().model.card?.id === id && first) await store.getState().chooseModel(first.id);
    },
  };
}
