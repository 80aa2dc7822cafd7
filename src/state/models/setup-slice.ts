/** How the model on screen takes its images and calls its classes: guessed or stated at first, changed here without loading again. */
import { asAppError } from '../../core/app-error.ts';
import { type Fit, flooredFit, isFloored, type Size, shortSideFit, shortSideOf } from '../../core/images/geometry.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { classNamesFor, type NameSource, nameCounts, nameOrders } from '../../core/models/output-names.ts';
import { classCount, type OutputReading } from '../../core/models/output-reading.ts';
import type { Guess } from '../../protocol/engine.ts';
import { IDLE_DEPTH } from '../across-layers/depth-slice.ts';
import type { SliceContext } from '../slice.ts';
import { withoutGuess } from './answered-guess.ts';
import { filesSource, type ModelLoader } from './model-loader.ts';
import { type ModelSlice, usedAs } from './model-state.ts';

/** The same share of the image, for an input of another size. */
function resizedFit(fit: Fit, former: Size, input: Size): Fit {
  const pixels = shortSideOf(fit);
  if (pixels === null) return fit;
  const resized = shortSideFit(Math.round((pixels * Math.min(input.width, input.height)) / Math.min(former.width, former.height)));
  return isFloored(fit) ? flooredFit(resized) : resized;
}

type Actions = Pick<
  ModelSlice,
  | 'setPreprocessing'
  | 'setInputSize'
  | 'setWeightCopy'
  | 'setModelChoice'
  | 'setOutput'
  | 'setReading'
  | 'openClassNames'
  | 'chooseNames'
  | 'confirmSetup'
>;

export function createSetupSlice(context: SliceContext, loader: ModelLoader): Actions {
  const { store, dependencies, cache, openedModels } = context;

  /** The size that a network is being built for. */
  let building: { readonly id: string; readonly input: Size } | null = null;

  /** Names given one after the other are taken in that order. */
  let lastNames: Promise<unknown> = Promise.resolve();

  /** Changes the card of the model that is loaded, and keeps the change. */
  function changeCard(change: Partial<ModelCard>): ModelCard | null {
    const { card, info } = store.getState().model;
    if (!card || !info) return null;
    const changed = { ...card, ...change };
    loader.change((model) => usedAs(model, changed));
    void openedModels.change(changed);
    return changed;
  }

  /**
   * Names and reading belong together: how many classes there are follows from the reading, and the view keeps those that are still there.
   */
  function changeOutputs(about: Guess, givenNames: readonly string[], nameSource: NameSource, reading: OutputReading): void {
    const { info } = store.getState().model;
    if (!info) return;
    const classNames = classNamesFor(givenNames, info.units, reading);
    if (!changeCard({ givenNames, nameSource, reading, classNames, toCheck: withoutGuess(store.getState().model, about) })) return;
    const kept = (index: number | null) => (index !== null && index < classNames.length ? index : null);
    store.setState(({ view }) => ({
      view: { ...view, classIndex: kept(view.classIndex), versus: view.versus === 'look-alikes' ? view.versus : kept(view.versus) },
    }));
  }

  /** @returns whether they were taken */
  function takeNames(given: readonly string[], source: string): boolean {
    const { card, info } = store.getState().model;
    if (!card || !info) return false;
    if (!nameCounts(info.units).includes(given.length)) {
      const classes = classCount(info.units, card.reading);
      const fault = `${source} has ${given.length} ${given.length === 1 ? 'name' : 'names'}, and ${card.title} tells ${classes} classes apart; please give one name for each`;
      store.getState().notify('error', `${fault}.`);
      return false;
    }
    // Two names of one unit are those of two classes.
    const isBinary = info.units === 1 && given.length === 2 && info.readings.includes('binary');
    changeOutputs('names', given, 'given', isBinary ? 'binary' : card.reading);
    return true;
  }

  /** The model's files, read otherwise. */
  async function readAgain(changed: ModelCard): Promise<void> {
    const opened = await openedModels.find(changed.id);
    if (!opened) return;
    const outcome = await loader.load(filesSource(changed.id, opened.files, changed), changed);
    const { card: now } = store.getState().model;
    if (outcome === 'shown' && now?.id === changed.id) await openedModels.change(now);
  }

  return {
    setPreprocessing(change) {
      const { card, info } = store.getState().model;
      if (!card || !info) return;
      // What is on screen, and what was found out before, is of what the network saw then.
      store.getState().cancelDepth();
      store.setState({ depth: IDLE_DEPTH });
      cache.forget(({ modelId }) => modelId === card.id);
      changeCard({ preprocessing: { ...card.preprocessing, ...change }, toCheck: withoutGuess({ card, info }, 'input') });
    },

    async setInputSize(change) {
      const { card } = store.getState().model;
      if (!card?.takesAnySize) return;
      // Who changes one side after the other does not wait for the network to be built in between.
      const former = building?.id === card.id ? building.input : card.input;
      const input = { ...former, ...change };
      if (former.width === input.width && former.height === input.height) return;
      const own = { id: card.id, input };
      const preprocessing = { ...card.preprocessing, fit: resizedFit(card.preprocessing.fit, card.input, input) };
      building = own;
      const opened = await openedModels.find(card.id);
      if (opened && building === own)
        await loader.load(filesSource(card.id, opened.files, { ...card, input }), { ...card, input, preprocessing });
      if (building !== own) return;
      building = null;
      const { card: now } = store.getState().model;
      if (now?.id === card.id) await openedModels.change(now);
    },

    async setOutput(output) {
      const { card, info } = store.getState().model;
      if (!card || !info || output === info.output || !info.outputs.some(({ index }) => index === output)) return;
      const opened = await openedModels.find(card.id);
      if (!opened) return;
      const outcome = await loader.load(filesSource(card.id, opened.files, { ...card, output }), card);
      const { card: now } = store.getState().model;
      if (outcome === 'shown' && now?.id === card.id) await openedModels.change(now);
    },

    setReading(reading) {
      const { card, info } = store.getState().model;
      if (!card || !info?.readings.includes(reading)) return;
      changeOutputs('output', card.givenNames, card.nameSource, reading);
    },

    async chooseNames(source) {
      const { card, info } = store.getState().model;
      if (!card || !info || (source !== 'none' && !nameOrders(info.units).includes(source))) return;
      try {
        const names = source === 'none' ? [] : await dependencies.imageNetNames(source);
        // Another model may have come meanwhile.
        if (store.getState().model.info === info) changeOutputs('names', names, source, card.reading);
      } catch (error) {
        store.getState().notify('error', asAppError(error).message);
      }
    },

    async setWeightCopy(copy) {
      const { card } = store.getState().model;
      if (!card?.copies || card.copies.chosen === copy || !card.copies.names.includes(copy)) return;
      await readAgain({ ...card, copies: { ...card.copies, chosen: copy } });
    },

    async setModelChoice(id, option) {
      const { card } = store.getState().model;
      const choice = card?.choices?.find((one) => one.id === id);
      if (!card?.choices || !choice || choice.chosen === option || !choice.options.some((one) => one.id === option)) return;
      await readAgain({ ...card, choices: card.choices.map((one) => (one === choice ? { ...one, chosen: option } : one)) });
    },

    openClassNames(file, source = `The file ${file.name}`) {
      const taken = lastNames.then(async () => {
        try {
          const names = await dependencies.readClassNames(file, source);
          // They are the next model's where one is on its way.
          if (store.getState().model.status === 'failed' && !loader.isAsked)
            store.getState().notify('info', `${source} waits until a model is loaded.`);
          await loader.whenSettled();
          return takeNames(names, source);
        } catch (error) {
          store.getState().notify('error', asAppError(error).message);
          return false;
        }
      });
      lastNames = taken;
      return taken;
    },

    confirmSetup() {
      changeCard({ toCheck: '' });
    },
  };
}
