/** Which models there are, and which is on screen. */
import { asHubName, formatHubName, type HubName } from '../../core/models/hub-name.ts';
import type { SliceContext } from '../slice.ts';
import type { Catalogue } from './catalogue.ts';
import { type GivenModel, GivenModels, modelOfParts } from './given-models.ts';
import { mainName, nameAtUrl, type Part, slugOf } from './given-parts.ts';
import type { ModelChooser } from './model-chooser.ts';
import type { ModelLoader } from './model-loader.ts';
import { type ModelSlice, usedAs } from './model-state.ts';

type Actions = Pick<
  ModelSlice,
  'chooseModel' | 'cancelLoading' | 'openParts' | 'openModelUrl' | 'openFromHub' | 'renameModel' | 'removeModel'
>;

export function createModelSlice(
  context: SliceContext,
  loader: ModelLoader,
  chooser: ModelChooser,
  catalogue: Catalogue,
): Pick<ModelSlice, 'model'> & Actions {
  const { store, dependencies, openedModels, history } = context;

  /** What a person gave, and gave up for something newer before it was on screen: how it is opened after all. */
  const setAside = new Map<string, () => Promise<void>>();
  /** Where what was asked for last comes from. */
  let lastOrigin: string | null = null;

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
    catalogue.add({ id, title: name, description: 'Not opened yet.', isBuiltIn: false, hasSamples: false, keptBytes: null, hubName: null });
    store.getState().notify('info', `${name} gave way to what was asked for after it; it can be chosen in the list of models.`);
  }

  const given = new GivenModels(context, loader, catalogue, (model) => keepAside(model.name, model.origin, () => openAsked(model, null)));

  function openAsked(model: GivenModel, alone: GivenModel | null): Promise<void> {
    lastOrigin = model.origin;
    return loader.asked((isLast) => given.open(model, alone, isLast));
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
      const own = await withRoles(ended.result);
      const modelOf = (parts: readonly Part[]) => ({ parts, origin: url, name: nameAtUrl(url, parts) });
      await given.open(modelOf(given.withWaiting(own)), modelOf(own), isLast);
    });
  }

  async function openHub(name: HubName): Promise<void> {
    const asked = formatHubName(name);
    lastOrigin = asked;
    const { getState, setState } = store;
    await loader.asked(async (isLast) => {
      // What is kept needs no network; who names a branch wants what it is today.
      const kept = await openedModels.idFromHub(name);
      if (kept !== null) {
        if (isLast()) await getState().chooseModel(kept);
        return;
      }
      setState(({ hub }) => ({ hub: { ...hub, opening: asked } }));
      const ended = await loader.downloadFromHub(name);
      if (ended.outcome === 'overtaken') keepAside(asked, asked, () => openHub(name));
      if (ended.outcome !== 'shown') return;
      const parts = await withRoles(ended.result.files);
      const pinned = formatHubName(ended.result.name);
      if (lastOrigin === asked) lastOrigin = pinned;
      await given.open({ parts, origin: pinned, name: mainName(parts) }, null, isLast);
    });
    if (getState().hub.opening === asked) setState(({ hub }) => ({ hub: { ...hub, opening: null } }));
  }

  return {
    model: { catalogue: [], status: 'none', card: null, info: null, progress: null },

    async chooseModel(id) {
      const openAside = setAside.get(id);
      if (!openAside) {
        lastOrigin = null;
        if ((await loader.asked(() => chooser.choose(id))) === 'shown') given.endWaiting();
        return;
      }
      setAside.delete(id);
      catalogue.remove(id);
      await openAside();
    },

    cancelLoading: () => loader.cancel(),

    async openParts(own) {
      const isAbout = ({ role }: Part) => role.use === 'names' || role.use === 'metadata';
      if (!given.isWaiting && own.every(isAbout)) {
        const names = own.find(({ role }) => role.use === 'names') ?? own[0];
        if (names) await store.getState().openClassNames(names.file);
        return;
      }
      await openAsked(modelOfParts(given.withWaiting(own)), modelOfParts(own));
    },

    async openModelUrl(url) {
      const name = asHubName(url.trim());
      await (name ? openHub(name) : openUrl(url));
    },

    async openFromHub(text) {
      const name = asHubName(text.trim());
      if (name) await openHub(name);
      else
        store.getState().notify('error', `“${text}” is no name of a model on the hub; please give one such as hf:timm/resnet18.a1_in1k.`);
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
