/** Reopens sessions: their images, their view, and what was found out, which is not computed again. */
import { AppError, asAppError } from '../../core/app-error.ts';
import { inputFrame } from '../../core/images/geometry.ts';
import { canBeExplained } from '../../explain/layer-info.ts';
import type { Engine, ModelInfo } from '../../protocol/engine.ts';
import type { Session, SessionImage, SessionModel } from '../../protocol/session.ts';
import type { AppState } from '../app-state.ts';
import { countRead, decodedImage } from '../images/images-slice.ts';
import type { ModelLoader } from '../models/model-loader.ts';
import type { SliceContext } from '../slice.ts';
import { stabilityKey } from '../stability/stability-selectors.ts';
import { layerInView, subjectKey } from '../view/in-view.ts';
import { fitsNetwork, isSameUse, restoredMeasures, restoredRuns, restoredSanity } from './restored-findings.ts';
import { sessionModelOf } from './session-content.ts';

/** @throws AppError that says why the session cannot be opened */
export async function openSession(file: File, context: SliceContext, loader: ModelLoader, engineInUse: () => Engine | null): Promise<void> {
  const { store, dependencies, cache, pixels } = context;
  /** The model on screen; null while there is none. */
  async function modelInUse(): Promise<SessionModel | null> {
    const engine = engineInUse();
    if (!engine || !store.getState().model.info) return null;
    return sessionModelOf(store.getState(), await engine.identify());
  }

  /** @throws AppError that says which model to open */
  async function withItsModel(fileName: string, { id, title, sha256 }: SessionModel): Promise<void> {
    await loader.whenSettled();
    if ((await modelInUse())?.sha256 === sha256) return;
    const { model, chooseModel } = store.getState();
    const former = model.card?.id;
    if (model.catalogue.some((entry) => entry.id === id) && former !== id) {
      await chooseModel(id);
      if ((await modelInUse())?.sha256 === sha256) return;
      if (former) await chooseModel(former);
    }
    const sentence = `The session ${fileName} was made with the model ${title}, whose weights are not here; please open that model first, and then the session again.`;
    throw new AppError('session-broken', sentence);
  }

  /** The network is used as it was; whatever cannot be is as it is here, and what was found out then is left out. */
  async function usedAsThen(session: SessionModel): Promise<void> {
    const actions = store.getState();
    if (actions.model.info && actions.model.info.output !== session.output && session.output !== null)
      await actions.setOutput(session.output);
    const { card } = store.getState().model;
    if (!card) return;
    if (card.input.width !== session.input.width || card.input.height !== session.input.height) await actions.setInputSize(session.input);
    const now = await modelInUse();
    if (!now || isSameUse(now, session)) return;
    if (!isSameUse({ ...now, preprocessing: session.preprocessing }, now)) actions.setPreprocessing(session.preprocessing);
    if (now.reading !== session.reading) actions.setReading(session.reading);
  }

  /**
   * The images that are not here yet join those that are, under the ids that they had: opened twice, they are here once.
   *
   * @returns the ids of those that are here
   */
  async function joined(images: readonly SessionImage[]): Promise<Set<string>> {
    const ids = new Set<string>();
    const here = () => store.getState().images.items;
    store.setState((state) => countRead(state, 0, images.length));
    for (const { file, isStretched, ...origin } of images) {
      try {
        if (!here().some(({ id }) => id === origin.id)) {
          const image = await decodedImage(dependencies, file, origin, isStretched);
          const own = here().filter(({ sample }) => !sample);
          const samples = here().filter(({ sample }) => sample);
          const items = image.sample ? [...here(), image] : [...own, image, ...samples];
          store.setState((state) => ({ images: { ...state.images, items } }));
          pixels.use(image.id);
        }
        ids.add(origin.id);
      } catch (error) {
        cache.forget(({ imageId }) => imageId === origin.id);
        store.getState().notify('error', asAppError(error).message);
      } finally {
        store.setState((state) => countRead(state, 1, 0));
      }
    }
    return ids;
  }

  /** Before the images are there: nothing is asked about them that is known. */
  function restoreFindings({ findings, images }: Session, modelId: string, info: ModelInfo): void {
    const ids = new Set(images.map(({ id }) => id));
    const results: Parameters<typeof cache.restore>[0][number][] = [];
    const logits: Parameters<typeof cache.restore>[1][number][] = [];
    for (const finding of findings) {
      const { imageId } = finding;
      if (!ids.has(imageId) || !fitsNetwork(finding, info)) continue;
      if (finding.kind === 'logits') logits.push({ modelId, imageId, logits: finding.logits });
      else {
        const { work, result, layer, backend } = finding;
        results.push({ work, result, context: { modelId, imageId, layer, backend } });
      }
    }
    cache.restore(results, logits);
  }

  /** @param selectedId of the image that comes into view with it: at once, as nothing else is to be explained in that way */
  function restoreView({ view, model }: Session, selectedId: string | null, { model: { card, info } }: AppState): void {
    const classes = card?.classNames.length ?? 0;
    const ofHere = (index: number | null) => (index !== null && index < classes ? index : null);
    const layer = info?.layers.find(({ name }) => name === view.layer);
    store.setState((state) => ({
      images: selectedId === null ? state.images : { ...state.images, selectedId, awaitedId: null },
      view: {
        ...state.view,
        ...view,
        layer: layer && canBeExplained(layer) ? layer.name : state.view.layer,
        classIndex: ofHere(view.classIndex),
        versus: view.versus === 'look-alikes' ? view.versus : ofHere(view.versus),
      },
    }));
    // Names are for reading: those that were given then are lost where others stand here, and it is said.
    if (card && card.classNames.join('\n') !== model.classNames.join('\n'))
      store
        .getState()
        .notify('info', 'The session called its classes otherwise than the model here does; the names shown are those of the model here.');
  }

  async function restoreChosen(session: Session, ids: ReadonlySet<string>, isBelieved: boolean): Promise<void> {
    const { selectedId, cells, box, pins } = session;
    const image = selectedId !== null && ids.has(selectedId) ? await pixels.load(selectedId) : null;
    restoreView(session, image?.id ?? null, store.getState());
    if (box && ids.has(box.imageId)) store.getState().setBox(box);
    const { model, compare, images } = store.getState();
    const { card } = model;
    if (isBelieved && card) {
      const { id: modelId, title: modelTitle } = card;
      const restored = pins.flatMap((pin, i) => {
        const own = ids.has(pin.imageId) && images.items.find(({ id }) => id === pin.imageId);
        const frame = own && inputFrame(own, card.input, card.preprocessing.fit);
        return frame ? [{ ...pin, id: `pin-of-session-${i}-${pin.imageId}`, modelId, modelTitle, frame }] : [];
      });
      const others = compare.pins.filter(({ title, imageId }) => !restored.some((pin) => pin.title === title && pin.imageId === imageId));
      store.setState((state) => ({ compare: { ...state.compare, pins: [...others, ...restored] } }));
    }
    if (image && isBelieved) restoreDrawer(session);
    if (!image || cells.removed.length === 0) return;
    const state = store.getState();
    const units = state.model.info?.units;
    const layer = state.model.info?.layers.find(({ name }) => name === state.view.layer);
    const isOfLayer = layer && cells.removed.every((cell) => cell < layer.rows * layer.columns);
    if (!isOfLayer) return;
    if (isBelieved && cells.logits?.length === units)
      store.setState({
        cells: { ...state.cells, removed: cells.removed, logits: cells.logits, status: 'done', about: subjectKey(state, 'layer') },
      });
    else state.setCells(cells.removed);
  }

  /** What was finished in the drawer about the view, which must be on screen as it was. */
  function restoreDrawer({ measured, sanity, isAcrossLayers, combined, stability, view }: Session): void {
    const state = store.getState();
    const layer = layerInView(state);
    const about = subjectKey(state, 'score');
    const { info } = state.model;
    if (about === null || !info || layer?.name !== view.layer) return;
    const measures = measured && restoredMeasures(measured, layer, info);
    if (measures) {
      const settings = measures.measuredWith;
      store.setState(({ faithfulness }) => ({ faithfulness: { ...faithfulness, ...measures, settings, about } }));
    }
    const check = sanity && restoredSanity(sanity, layer, info);
    if (check) store.setState({ sanity: { ...check, about } });
    state.setCombined(combined);
    if (isAcrossLayers) state.showKnownDepth();
    const maps = stability && restoredRuns(stability, layer, info);
    if (maps) {
      state.setStability(stability.settings);
      // With these settings.
      const key = stabilityKey(store.getState());
      if (key !== null)
        store.setState((now) => ({ stability: { ...now.stability, findings: [...now.stability.findings, { about: key, maps }] } }));
    }
  }

  const session = await dependencies.readSession(file);
  await withItsModel(file.name, session.model);
  await usedAsThen(session.model);
  const now = await modelInUse();
  const isSame = now !== null && isSameUse(now, session.model);
  const isBelieved = isSame && session.version === dependencies.version;
  const { info } = store.getState().model;
  if (isBelieved && info) restoreFindings(session, now.id, info);
  const ids = await joined(session.images);
  await restoreChosen(session, ids, isBelieved);
  const why = isSame ? 'another version of this page' : 'a model that was used otherwise';
  const computed = isBelieved ? '' : ` Its results are computed anew, as they are those of ${why}.`;
  store.getState().notify('info', `The session ${file.name} was opened.${computed}`);
}
