/** Which models there are, and which is on screen. */
import { AppError } from '../core/app-error.ts';
import type { Catalogue } from './catalogue.ts';
import type { ModelChooser } from './model-chooser.ts';
import type { ModelLoader } from './model-loader.ts';
import type { ModelSlice } from './model-state.ts';
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

export function createModelSlice(
  context: SliceContext,
  loader: ModelLoader,
  chooser: ModelChooser,
  catalogue: Catalogue,
): Pick<ModelSlice, 'model'> & Actions {
  const { store, dependencies, openedModels } = context;

  /** What a person gave, and gave up for something newer before it was on screen: how it is opened after all. */
  const setAside = new Map<string, () => Promise<void>>();
  /** Where what was asked for last comes from. */
  let lastOrigin: string | null = null;

  function keepAside(name: string, origin: string, again: () => Promise<void>): void {
    // The same given twice is one model, which is on its way.
    if (origin === lastOrigin) return;
    const id = catalogue.unusedId(slugOf(name));
    setAside.set(id, again);
    catalogue.add({ id, title: name, description: 'Not opened yet.', isBuiltIn: false, hasSamples: false, keptBytes: null });
    store.getState().notify('info', `${name} gave way to what was asked for after it; it can be chosen in the list of models.`);
  }

  async function open(files: readonly File[], origin: string, name: string, isLast: () => boolean): Promise<void> {
    await catalogue.addOpened();
    const known = await openedModels.idOf(origin);
    const id = known ?? catalogue.unusedId(slugOf(name));
    // What was said of the same files before still holds, unless other names come with them.
    const former = known && !files.some(isNameFile) ? await openedModels.cardOf(known) : null;
    const input = former?.takesAnySize ? former.input : null;
    const outcome = isLast() ? await loader.load({ kind: 'files', id, files, input }, former) : 'overtaken';
    if (outcome === 'overtaken' && !known) keepAside(name, origin, () => openAsked(files, origin, name));
    const { card } = store.getState().model;
    if (outcome !== 'shown' || card?.id !== id) return;
    const others = catalogue.entries.filter((entry) => entry.id !== id);
    const namesakes = others.filter(({ title }) => title === card.title || title.startsWith(`${card.title} (`)).length;
    const shown = namesakes > 0 ? { ...card, title: `${card.title} (${namesakes + 1})` } : card;
    loader.change({ card: shown });
    catalogue.add({ id, title: shown.title, description: shown.description, isBuiltIn: false, hasSamples: false, keptBytes: null });
    const keptBytes = await openedModels.add(shown, files, origin);
    if (keptBytes === null) {
      const what = `The browser has no room to keep ${shown.title}, so it must be opened again after a reload`;
      store.getState().notify('info', `${what}; remove other models to make room.`);
    }
    catalogue.change(id, { keptBytes });
    writeView(context);
  }

  function openAsked(files: readonly File[], origin: string, name: string): Promise<void> {
    lastOrigin = origin;
    return loader.asked((isLast) => open(files, origin, name, isLast));
  }

  function openAddress(address: string): Promise<void> {
    lastOrigin = address;
    return loader.asked(async (isLast) => {
      const ended = await loader.download(address);
      if (ended.outcome === 'overtaken') keepAside(address, address, () => openAddress(address));
      if (ended.outcome === 'shown' && ended.result.length) await open(ended.result, address, nameAtAddress(address, ended.result), isLast);
    });
  }

  /** Whether a `.json` is a list of names, and not the description of a network. */
  async function isNameList(file: File): Promise<boolean> {
    if (!/\.json$/i.test(file.name) || file.size > MAX_NAMES_BYTES) return false;
    return dependencies.readClassNames(file).then(
      () => true,
      () => false,
    );
  }

  return {
    model: { catalogue: [], status: 'none', card: null, info: null, progress: null },

    async chooseModel(id) {
      const openAside = setAside.get(id);
      if (!openAside) {
        lastOrigin = null;
        await loader.asked(() => chooser.choose(id));
        return;
      }
      setAside.delete(id);
      catalogue.remove(id);
      await openAside();
    },

    cancelLoading: () => loader.cancel(),

    async openModelFiles(files) {
      const [first, another] = files;
      if (first && !another && (isNameFile(first) || (await isNameList(first)))) await store.getState().openClassNames(first);
      else if (first) await openAsked(files, originOfFiles(files), mainName(files));
    },

    openModelAddress: openAddress,

    async openKnownModel(model) {
      const { address, fileName, title, command, manifest, classes } = model;
      lastOrigin = address;
      const refusal = `${title} could not be downloaded from ${new URL(address).host}; please check the network connection, or run “${command}” in a copy of this page`;
      await loader.asked(async (isLast) => {
        const ended = await loader.download(address, new AppError('download-failed', `${refusal}.`));
        if (ended.outcome === 'overtaken') keepAside(title, address, () => store.getState().openKnownModel(model));
        const [file] = ended.outcome === 'shown' ? ended.result : [];
        if (!file) return;
        const files = [new File([file], fileName), new File([JSON.stringify(manifest)], 'manifest.json')];
        await open(files, address, fileName, isLast);
      });
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
      if (!catalogue.entries.some((entry) => entry.id === id && !entry.isBuiltIn)) return;
      setAside.delete(id);
      await chooser.forget(id);
      const [first] = catalogue.entries;
      if (store.getState().model.card?.id === id && first) await store.getState().chooseModel(first.id);
    },
  };
}
