/** Puts a session's images, findings and view back, once its network is there. */
import { asAppError } from '../../core/app-error.ts';
import { inputFrame } from '../../core/images/geometry.ts';
import { canBeExplained } from '../../explain/layer-info.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import type { Session, SessionImage } from '../../protocol/session.ts';
import { countRead, decodedImage } from '../images/images-slice.ts';
import type { AppStore, SliceContext } from '../slice.ts';
import { stabilityKey } from '../stability/stability-selectors.ts';
import { layerInView, subjectKey } from '../view/in-view.ts';
import { fitsNetwork, restoredMeasures, restoredRuns, restoredSanity } from './restored-findings.ts';

/** What the network said of the images, before these are there: nothing is asked about them that is known. */
export function restoreFindings(
  { findings, images }: Session,
  modelId: string,
  info: ModelInfo,
  { cache }: Pick<SliceContext, 'cache'>,
): void {
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

/**
 * The images that are not here yet join those that are, under the ids that they had: opened twice, they are here once.
 *
 * @returns the ids of those that are here
 */
export async function joinImages(
  images: readonly SessionImage[],
  { store, dependencies, cache, pixels }: SliceContext,
): Promise<ReadonlySet<string>> {
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

/** @param selectedId of the image that comes into view with it: at once, as nothing else is to be explained in that way */
function restoreView({ view, model }: Session, selectedId: string | null, store: AppStore): void {
  const { card, info } = store.getState().model;
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

/** @param ids of the images that are here */
function restorePins({ pins }: Session, ids: ReadonlySet<string>, store: AppStore): void {
  const { model, compare, images } = store.getState();
  const { card } = model;
  if (!card) return;
  const { id: modelId, title: modelTitle } = card;
  const restored = pins.flatMap((pin, i) => {
    const own = ids.has(pin.imageId) && images.items.find(({ id }) => id === pin.imageId);
    const frame = own && inputFrame(own, card.input, card.preprocessing.fit);
    return frame ? [{ ...pin, id: `pin-of-session-${i}-${pin.imageId}`, modelId, modelTitle, frame }] : [];
  });
  const others = compare.pins.filter(({ title, imageId }) => !restored.some((pin) => pin.title === title && pin.imageId === imageId));
  store.setState((state) => ({ compare: { ...state.compare, pins: [...others, ...restored] } }));
}

/** What was finished in the drawer about the view, which must be on screen as it was. */
function restoreDrawer({ measured, sanity, isAcrossLayers, combined, stability, view }: Session, store: AppStore): void {
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
  if (!maps) return;
  state.setStability(stability.settings);
  // With these settings.
  const key = stabilityKey(store.getState());
  if (key !== null)
    store.setState((now) => ({ stability: { ...now.stability, findings: [...now.stability.findings, { about: key, maps }] } }));
}

/** @param isBelieved whether what was found out without the cells is taken over; else it is found out anew */
function restoreCells({ cells: { removed, logits } }: Session, isBelieved: boolean, store: AppStore): void {
  if (removed.length === 0) return;
  const state = store.getState();
  const { info } = state.model;
  const layer = info?.layers.find(({ name }) => name === state.view.layer);
  const isOfLayer = layer && removed.every((cell) => cell < layer.rows * layer.columns);
  if (!isOfLayer) return;
  if (isBelieved && logits?.length === info?.units)
    store.setState({ cells: { ...state.cells, removed, logits, status: 'done', about: subjectKey(state, 'layer') } });
  else state.setCells(removed);
}

/**
 * What was chosen: the image in view, box, pins, removed cells, and what the drawer found about them.
 *
 * @param ids of the images that are here
 * @param isBelieved whether numbers of the session are taken over
 */
export async function restoreChosen(
  session: Session,
  ids: ReadonlySet<string>,
  isBelieved: boolean,
  { store, pixels }: SliceContext,
): Promise<void> {
  const { selectedId, box } = session;
  const image = selectedId !== null && ids.has(selectedId) ? await pixels.load(selectedId) : null;
  restoreView(session, image?.id ?? null, store);
  if (box && ids.has(box.imageId)) store.getState().setBox(box);
  if (isBelieved) restorePins(session, ids, store);
  if (!image) return;
  if (isBelieved) restoreDrawer(session, store);
  restoreCells(session, isBelieved, store);
}
