/** Which models there are, and which is on screen. */
import { complementOf } from '../../core/models/file-role.ts';
import { asHubName, formatHubName, type HubName } from '../../core/models/hub-name.ts';
import { randomId } from '../random-id.ts';
import type { SliceContext } from '../slice.ts';
import type { Catalogue } from './catalogue.ts';
import { mainName, nameAtUrl, originOfFiles, type Part, slugOf, withoutNamesakes, withoutRevision } from './given-parts.ts';
import type { ModelChooser } from './model-chooser.ts';
import { filesSource, type ModelLoader } from './model-loader.ts';
import { type ModelSlice, usedAs } from './model-state.ts';
import { hubNameIn } from './opened-models.ts';

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
    catalogue.add({ id, title: name, description: 'Not opened yet.', isBuiltIn: false, hasSamples: false, keptBytes: null, hubName: null });
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
    catalogue.add({
      id,
      title: shown.title,
      description: shown.description,
      isBuiltIn: false,
      hasSamples: false,
      keptBytes: null,
      hubName: hubNameIn(origin),
    });
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
      await open(parts, pinned, mainName(parts), isLast);
    });
    if (getState().hub.opening === asked) setState(({ hub }) => ({ hub: { ...hub, opening: null } }));
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
