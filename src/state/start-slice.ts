import { DEFAULT_ABLATION } from '../core/ablation-plan.ts';
import { asAppError } from '../core/app-error.ts';
import { DEFAULT_METHODS } from '../core/methods.ts';
import type { StartSlice } from './app-state.ts';
import type { EngineConnection } from './engine-connection.ts';
import type { SampleStrip } from './sample-strip.ts';
import type { SliceContext } from './slice.ts';
import { asAblationValue, asBackend, asCells, asMethods, asPreferences, asScore, classNamed } from './view-settings.ts';

export function createStartSlice(context: SliceContext, connection: EngineConnection, sampleStrip: SampleStrip): StartSlice {
  const { store, dependencies, openedModels } = context;
  const { getState, setState } = store;

  function ignored(what: string, value: string): void {
    getState().notify('info', `The address asks for ${what} “${value}”, which does not exist here, so it was ignored.`);
  }

  /** Takes over a value of the address, or says that it was ignored. */
  function known<Value>(what: string, text: string | null, read: (text: string) => Value | null): Value | null {
    if (text === null) return null;
    const value = read(text);
    if (value === null) ignored(what, text);
    return value;
  }

  return {
    async start() {
      const address = dependencies.readAddress();
      const { display, theme, order, memoryMb } = asPreferences(dependencies.readPreferences());
      const score = known('the score', address.score, asScore) ?? 'logit';
      const backend = known('the backend', address.backend, asBackend);
      const ablation = {
        window: known('the window', address.window, asCells) ?? DEFAULT_ABLATION.window,
        stride: known('the stride', address.stride, asCells) ?? DEFAULT_ABLATION.stride,
        value: known('the value', address.value, asAblationValue) ?? DEFAULT_ABLATION.value,
      };
      const methods = known('the methods', address.methods, asMethods) ?? DEFAULT_METHODS;
      setState(({ view }) => ({
        view: { ...view, display, theme, order, memoryMb, score, ablation, methods, backend, layer: address.layer },
      }));

      // The worker starts while the samples are on their way; neither waits for the other.
      const started = connection.start(backend).catch((error: unknown) => getState().notify('error', asAppError(error).message));
      try {
        const [builtIn, opened] = await Promise.all([dependencies.fetchCatalogue(), openedModels.entries()]);
        const catalogue = [...builtIn.map((entry) => ({ ...entry, isBuiltIn: true, keptBytes: null })), ...opened];
        setState(({ model }) => ({ model: { ...model, catalogue } }));
        const entry = known('the model', address.model, (id) => catalogue.find((candidate) => candidate.id === id) ?? null) ?? catalogue[0];
        if (!entry) throw new Error('there is no built-in model');
        const cardOf = async () => (entry.isBuiltIn ? null : await openedModels.cardOf(entry.id)) ?? dependencies.fetchModelCard(entry.id);
        // A model without samples of its own is shown at those of another.
        const source = entry.hasSamples ? entry : catalogue.find(({ hasSamples }) => hasSamples);
        const samplesOf = async () => (source ? dependencies.fetchSamples(source.id) : []);
        const [card, samples] = await Promise.all([cardOf(), samplesOf().catch(() => [])]);
        const classOf = (text: string) => classNamed(card.classNames, text);
        const classIndex = known('the class', address.class, classOf);
        const versus = known('the class', address.versus, classOf);
        setState(({ model, view }) => ({
          model: { ...model, card, status: 'loading' },
          view: { ...view, classIndex, versus, layer: view.layer ?? (entry.hasSamples ? (samples[0]?.layer ?? null) : null) },
        }));
        const shown = source ? sampleStrip.show(source.id, samples).catch(() => {}) : null;
        await Promise.all([started, shown]);
        if (getState().device.status === 'ready') {
          await getState().chooseModel(entry.id);
          await getState().loadSet();
        } else setState(({ model }) => ({ model: { ...model, status: 'failed' } }));
      } catch (error) {
        setState(({ model }) => ({ model: { ...model, status: 'failed' } }));
        getState().notify('error', asAppError(error).message);
      }
    },
  };
}
