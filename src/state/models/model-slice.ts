/** Which models there are, and which is on screen. */
import { AppError } from '../../core/app-error.ts';
import { complementOf, isModelRole, type RoledFile } from '../../core/models/file-role.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { randomId } from '../random-id.ts';
import type { SliceContext } from '../slice.ts';
import type { Catalogue } from './catalogue.ts';
import type { ModelChooser } from './model-chooser.ts';
import { filesSource, type ModelLoader } from './model-loader.ts';
import { type ModelSlice, usedAs } from './model-state.ts';

type Actions = Pick<
  ModelSlice,
  'chooseModel' | 'cancelLoading' | 'openParts' | 'openModelUrl' | 'openKnownModel' | 'renameModel' | 'removeModel'
>;

type Part = RoledFile<File>;

/** The file that a model is called after: the one with the network in it, not its weights, nor what goes with it. */
function mainName(parts: readonly Part[]): string {
  const named = parts.filter(({ role }) => isModelRole(role));
  const network = named.find(({ role }) => role.isNetworkOnly) ?? named[0] ?? parts[0];
  return network?.file.name ?? '';
}

/** What tells the same files from others without reading them. */
function originOfFiles(parts: readonly Part[]): string {
  const own = parts.filter(({ role }) => role.use !== 'names');
  return JSON.stringify(own.map(({ file: { name, size, lastModified } }) => [name, size, lastModified]).sort());
}

/** `flowers` for `flowers.weights.h5`, as it may stand in a URL. */
function slugOf(name: string): string {
  const stem = name.replace(/(\.weights)?\.\w+$/, '').toLowerCase();
  return stem.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'model';
}

/** `https://host/flowers/model.json` is called after its folder. */
function nameAtUrl(url: string, parts: readonly Part[]): string {
  const path = new URL(url).pathname.split('/').filter(Boolean);
  const isInFolder = path.length > 1 && /^model\.json$/i.test(path.at(-1) ?? '');
  return isInFolder ? `${path.at(-2)}.json` : mainName(parts);
}

/** What was found out by files of the same name and date is not taken for what these would find. */
function withoutRevision({ revision: _former, ...card }: ModelCard): ModelCard {
  return card;
}

/** A file given again takes the place of the one that waits: of two shards with one name nobody could tell which is meant. */
function withoutNamesakes(waiting: readonly Part[], given: readonly Part[]): Part[] {
  return waiting.filter(({ file }) => !given.some((newer) => newer.file.name === file.name));
}

export function createModelSlice(
  context: SliceContext,
  loader: ModelLoader,
  chooser: ModelChooser,
  catalogue: Catalogue,
): Pick<ModelSlice, 'model'> & Actions {
  const { store, dependencies, openedModels, history } = context;

  /** What a person gave, and gave up for something newer before it was on screen: how it is opened after all. */
  const setAside = new Map<string, () => Promise<void>>();
  /** Parts of a model that cannot be opened without others. */
  let waiting: readonly Part[] = [];
  /** What is being opened, and may turn out to be such parts. */
  let inProgress: readonly Part[] = [];
  /** What was being opened when parts came that it goes with. */
  const joined = new Set<Part>();
  /** Files that did not belong together: whoever gives the newer ones again means those alone. */
  const misfits = new Set<string>();
  /** Where what was asked for last comes from. */
  let lastOrigin: string | null = null;

  function endWaiting(): void {
    waiting = [];
    loader.endWaiting();
  }

  async function forget(id: string): Promise<void> {
    setAside.delete(id);
    await chooser.forget(id);
    const [first] = catalogue.entries;
    if (store.getState().model.card?.id === id && first) await store.getState().chooseModel(first.id);
  }

  function keepAside(name: string, origin: string, again: () => Promise<void>): void {
    // The same given twice is one model, which is on its way.
    if (origin === lastOrigin) return;
    const id = catalogue.unusedId(slugOf(name));
    setAside.set(id, again);
    catalogue.add({ id, title: name, description: 'Not opened yet.', isBuiltIn: false, hasSamples: false, keptBytes: null });
    store.getState().notify('info', `${name} gave way to what was asked for after it; it can be chosen in the list of models.`);
  }

  async function open(parts: readonly Part[], origin: string, name: string, isLast: () => boolean): Promise<void> {
    const files = parts.map(({ file }) => file);
    inProgress = parts;
    await catalogue.addOpened();
    const known = await openedModels.idOf(origin);
    const id = known ?? catalogue.unusedId(slugOf(name));
    // What was said of the same files before still holds, unless other names come with them.
    const kept = known && !parts.some(({ role }) => role.use === 'names') ? await openedModels.cardOf(known) : null;
    const former = kept && withoutRevision(kept);
    const outcome = isLast() ? await loader.load(filesSource(id, files, former), former) : 'overtaken';
    if (inProgress === parts) inProgress = [];
    if (outcome === 'failed') misfits.add(origin);
    if (outcome === 'waiting') waiting = [...waiting.filter((part) => !parts.includes(part)), ...parts];
    if (outcome === 'overtaken' && !known && !parts.every((part) => joined.has(part)))
      keepAside(name, origin, () => openAsked(parts, origin, name));
    const { card } = store.getState().model;
    if (outcome !== 'shown') return;
    endWaiting();
    if (card?.id !== id) return;
    const others = catalogue.entries.filter((entry) => entry.id !== id);
    const namesakes = others.filter(({ title }) => title === card.title || title.startsWith(`${card.title} (`)).length;
    const title = namesakes > 0 ? `${card.title} (${namesakes + 1})` : card.title;
    // Nobody has compared the files with those of the same name that may have been here before.
    const shown = { ...card, title, revision: randomId() };
    loader.change((model) => usedAs(model, shown));
    catalogue.add({ id, title: shown.title, description: shown.description, isBuiltIn: false, hasSamples: false, keptBytes: null });
    const keptBytes = await openedModels.add(shown, files, origin);
    if (keptBytes === null) {
      const what = `The browser has no room to keep ${shown.title}, so it must be opened again after a reload`;
      store.getState().notify('info', `${what}; remove other models to make room.`);
    }
    catalogue.change(id, { keptBytes });
  }

  function openAsked(parts: readonly Part[], origin: string, name: string): Promise<void> {
    lastOrigin = origin;
    return loader.asked((isLast) => open(parts, origin, name, isLast));
  }

  function withRoles(files: readonly File[]): Promise<Part[]> {
    return Promise.all(files.map(async (file) => ({ file, role: await dependencies.roleOf(file) })));
  }

  function openUrl(url: string): Promise<void> {
    lastOrigin = url;
    return loader.asked(async (isLast) => {
      const ended = await loader.download(url);
      if (ended.outcome === 'overtaken') keepAside(url, url, () => openUrl(url));
      if (ended.outcome !== 'shown' || ended.result.length === 0) return;
      const given = await withRoles(ended.result);
      const parts = [...complementOf(given, withoutNamesakes(waiting, given)), ...given];
      await open(parts, url, nameAtUrl(url, parts), isLast);
    });
  }

  return {
    model: { catalogue: [], status: 'none', card: null, info: null, progress: null },

    async chooseModel(id) {
      const openAside = setAside.get(id);
      if (!openAside) {
        lastOrigin = null;
        if ((await loader.asked(() => chooser.choose(id))) === 'shown') endWaiting();
        return;
      }
      setAside.delete(id);
      catalogue.remove(id);
      await openAside();
    },

    cancelLoading: () => loader.cancel(),

    async openParts(given) {
      const isAbout = ({ role }: Part) => role.use === 'names' || role.use === 'metadata';
      if (waiting.length === 0 && given.every(isAbout)) {
        const names = given.find(({ role }) => role.use === 'names') ?? given[0];
        if (names) await store.getState().openClassNames(names.file);
        return;
      }
      const complement = complementOf(given, withoutNamesakes([...waiting, ...inProgress], given));
      const together = [...complement, ...given];
      const isMisfit = misfits.has(originOfFiles(together));
      if (!isMisfit) for (const part of complement) joined.add(part);
      const parts = isMisfit ? given : together;
      await openAsked(parts, originOfFiles(parts), mainName(parts));
    },

    openModelUrl: openUrl,

    async openKnownModel(model) {
      const { url, fileName, title, command, manifest, classes } = model;
      lastOrigin = url;
      const refusal = `${title} could not be downloaded from ${new URL(url).host}; please check the network connection, or run “${command}” in a copy of this page`;
      await loader.asked(async (isLast) => {
        const ended = await loader.download(url, new AppError('download-failed', `${refusal}.`));
        if (ended.outcome === 'overtaken') keepAside(title, url, () => store.getState().openKnownModel(model));
        const [file] = ended.outcome === 'shown' ? ended.result : [];
        if (!file) return;
        const files = [new File([file], fileName), new File([JSON.stringify(manifest)], 'manifest.json')];
        await open(await withRoles(files), url, fileName, isLast);
      });
      const { info, card } = store.getState().model;
      if (!info || card?.title !== title || info.units === classes) return;
      await store.getState().removeModel(info.id);
      store
        .getState()
        .notify('error', `What ${new URL(url).host} gave for ${title} is another network, so it was not kept; please run “${command}”.`);
    },

    async renameModel(id, text) {
      const title = text.trim();
      const entry = catalogue.entries.find((candidate) => candidate.id === id && !candidate.isBuiltIn);
      if (!entry || title === '' || title === entry.title) return;
      const rename = async (to: string): Promise<void> => {
        catalogue.change(id, { title: to });
        loader.change((model) => (model.card?.id === id ? usedAs(model, { ...model.card, title: to }) : model));
        const card = await openedModels.cardOf(id);
        if (card) await openedModels.change({ ...card, title: to });
      };
      history.record({
        title: `name of ${title}`,
        kind: null,
        modelId: null,
        undo: () => rename(entry.title),
        redo: () => rename(title),
      });
      await rename(title);
    },

    async removeModel(id) {
      const entry = catalogue.entries.find((candidate) => candidate.id === id && !candidate.isBuiltIn);
      if (!entry) return;
      // Before it is forgotten: until then its files are at hand.
      const opened = await openedModels.find(id);
      const again = setAside.get(id);
      await forget(id);
      history.record({
        title: `removal of ${entry.title}`,
        kind: null,
        modelId: null,
        async undo() {
          if (again) setAside.set(id, again);
          const keptBytes = opened ? await openedModels.add(opened.card, opened.files, opened.origin) : null;
          if (opened || again) catalogue.add({ ...entry, keptBytes });
        },
        redo: () => forget(id),
      });
    },
  };
}
