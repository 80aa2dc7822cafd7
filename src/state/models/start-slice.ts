import { asAppError } from '../../core/app-error.ts';
import { formatHubName, parseHubName } from '../../core/models/hub-name.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { DEFAULT_METHODS, MOST_SHOWN } from '../../explain/methods/list.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { ExactEvaluation } from '../../protocol/explain.ts';
import type { Sample } from '../../protocol/sample.ts';
import {
  asAblationValue,
  asCells,
  asChannelValue,
  asHiddenValue,
  asMaskCount,
  asMethods,
  asPixels,
  asRival,
  asScore,
  asSeed,
  classNamed,
  DEFAULT_SETTINGS,
} from '../../sets/setting-values.ts';
import type { StartSlice } from '../app-state.ts';
import type { UrlValues } from '../dependencies.ts';
import type { KeptImages } from '../images/kept-images.ts';
import { sampleNamed } from '../images/sample-names.ts';
import type { SampleStrip } from '../images/sample-strip.ts';
import type { SliceContext } from '../slice.ts';
import { asBackend, asExact, asPreferences } from '../view/view-settings.ts';
import type { Catalogue } from './catalogue.ts';
import type { EngineConnection } from './engine-connection.ts';
import type { ModelChooser } from './model-chooser.ts';
import type { ModelLoader, Outcome } from './model-loader.ts';
import { type CatalogueEntry, withoutLoading } from './model-state.ts';

/** What the start sets going. */
interface StartParts {
  readonly connection: EngineConnection;
  readonly loader: ModelLoader;
  readonly chooser: ModelChooser;
  readonly catalogue: Catalogue;
  readonly sampleStrip: SampleStrip;
  readonly keptImages: KeptImages;
}

export function createStartSlice(
  { store, dependencies, openedModels }: SliceContext,
  { connection, loader, chooser, catalogue, sampleStrip, keptImages }: StartParts,
  onSettingsAdopted: () => void,
): StartSlice {
  const { getState, setState } = store;

  /** Takes over a value of the URL, or says that it was ignored. */
  function known<Value>(what: string, text: string | null, read: (text: string) => Value | null): Value | null {
    if (text === null) return null;
    const value = read(text);
    if (value === null) getState().notifyIgnored(`${what} “${text}”`);
    return value;
  }

  /** What a person gave meanwhile comes first: the page's own choice is for when that comes to nothing. */
  async function chooseFirst(id: string, layer: string | null): Promise<void> {
    let outcome: Outcome;
    do {
      await loader.whenAnswered();
      if (getState().model.info) return;
      outcome = await chooser.choose(id, layer);
    } while (outcome === 'overtaken');
  }

  /** The one of the list that the URL asks for, or the name of one of the hub that is to be downloaded first. */
  async function askedIn({ model }: UrlValues): Promise<{ readonly entry: CatalogueEntry | undefined; readonly hubName: string | null }> {
    const name = model === null ? null : parseHubName(model);
    if (name === null) {
      const entry = known('the model', model, (id) => catalogue.entries.find((candidate) => candidate.id === id) ?? null) ?? undefined;
      return { entry, hubName: null };
    }
    const id = await openedModels.idFromHub(name);
    const entry = catalogue.entries.find((candidate) => candidate.id === id);
    return { entry, hubName: entry ? null : formatHubName(name) };
  }

  /** Layers and classes of a model that comes later: what stands on screen meanwhile is another one. */
  function awaitHub(hubName: string, { layer }: UrlValues): void {
    setState(({ hub, view }) => ({ hub: { ...hub, opening: hubName }, view: { ...view, layer: null, askedLayer: layer } }));
  }

  async function openAwaited(hubName: string, url: UrlValues): Promise<void> {
    await loader.whenAnswered();
    // A person gave another one meanwhile.
    if (!getState().model.info) await getState().openFromHub(hubName);
    const { model, hub } = getState();
    if (hub.opening === hubName) setState({ hub: { ...hub, opening: null } });
    const shown = model.info && model.catalogue.find(({ id }) => id === model.card.id)?.hubName;
    if (!model.info || !shown || parseHubName(shown)?.repository !== parseHubName(hubName)?.repository) {
      // Its layer was asked of no other one.
      setState(({ view }) => ({ view: view.askedLayer === url.layer ? { ...view, askedLayer: null } : view }));
      return;
    }
    const { classNames } = model.card;
    const classOf = (text: string | null) => known('the class', text, (name) => classNamed(classNames, name));
    const rivalOf = (text: string | null) => known('the class', text, (name) => asRival(classNames, name));
    setState(({ view }) => ({ view: { ...view, classIndex: classOf(url.class), versus: rivalOf(url.versus) } }));
  }

  /** Takes over the settings that mean the same for every model. */
  function adoptSettings(url: UrlValues): { readonly backend: BackendName | null; readonly exact: ExactEvaluation | null } {
    const preferences = asPreferences(dependencies.readPreferences());
    const score = known('the score', url.score, asScore) ?? 'logit';
    const backend = known('the backend', url.backend, asBackend);
    const exact = known('how copies are run', url.exact, asExact);
    const ablation = {
      window: known('the window', url.window, asCells) ?? DEFAULT_SETTINGS.window,
      stride: known('the stride', url.stride, asCells) ?? DEFAULT_SETTINGS.stride,
      value: known('the value', url.value, asAblationValue) ?? DEFAULT_SETTINGS.value,
      channelValue: known('what channels become', url.channels, asChannelValue) ?? DEFAULT_SETTINGS.channelValue ?? 0,
      occlusion: {
        patch: known('the patch', url.patch, asPixels),
        stride: known('the stride of patches', url['patch-stride'], asPixels),
        value: known('what hides a patch', url['patch-value'], asHiddenValue) ?? DEFAULT_SETTINGS.occlusion.value,
      },
      rise: {
        count: known('the number of masks', url.masks, asMaskCount) ?? DEFAULT_SETTINGS.rise.count,
        seed: known('the seed of the masks', url.seed, asSeed) ?? DEFAULT_SETTINGS.rise.seed,
      },
    };
    const methods =
      known(`a choice of one to ${MOST_SHOWN} methods`, url.methods, (text) => asMethods(text, MOST_SHOWN)) ?? DEFAULT_METHODS;
    setState(({ view }) => ({
      view: {
        ...view,
        ...preferences,
        ...{ score, ablation, methods, backend, exact },
        layer: url.layer,
        // Beside a model's name it is that model's layer: the page writes both, also for a layer that nobody chose.
        askedLayer: url.model === null ? url.layer : null,
      },
    }));
    return { backend, exact };
  }

  /** The card and the samples that stand on screen until a model is there. */
  function showBefore(entry: CatalogueEntry, card: ModelCard, samples: readonly Sample[], url: UrlValues): void {
    const classOf = (text: string) => classNamed(card.classNames, text);
    const classIndex = known('the class', url.class, classOf);
    const versus = known('the class', url.versus, (text) => asRival(card.classNames, text));
    setState(({ model, view }) => ({
      model: { catalogue: model.catalogue, status: 'loading', card, info: null, progress: model.progress },
      view: { ...view, classIndex, versus, layer: view.layer ?? (entry.hasSamples ? (samples[0]?.layer ?? null) : null) },
    }));
  }

  return {
    isBeginning: true,

    async start() {
      const url = dependencies.readUrl();
      const { backend, exact } = adoptSettings(url);
      onSettingsAdopted();
      // The worker starts while the samples are on their way; neither waits for the other.
      connection.start(backend, exact).catch(() => {});
      const isStarted = connection.ready().then(
        () => true,
        (error: unknown) => {
          getState().notify('error', asAppError(error).message);
          return false;
        },
      );
      try {
        await Promise.all([catalogue.addBuiltIn(), catalogue.addOpened(), keptImages.restore(url.image === null)]);
        const { entries } = catalogue;
        const { entry = entries[0], hubName } = await askedIn(url);
        if (hubName) awaitHub(hubName, url);
        const own = hubName === null ? url : { ...url, layer: null, class: null, versus: null };
        if (!entry) throw new Error('there is no built-in model');
        const cardOf = async () => (entry.isBuiltIn ? null : await openedModels.cardOf(entry.id)) ?? dependencies.fetchModelCard(entry.id);
        // A model without samples of its own is shown at those of another.
        const source = entry.hasSamples ? entry : entries.find(({ hasSamples }) => hasSamples);
        const samplesOf = async () => (source ? dependencies.fetchSamples(source.id) : []);
        const [card, samples] = await Promise.all([cardOf(), samplesOf().catch(() => [])]);
        if (!getState().model.info) showBefore(entry, card, samples, own);
        const asked = known('the image', url.image, (name) => sampleNamed(samples, name));
        // A network that is wrong asks for an explanation: the best one to begin with.
        const first = getState().view.isIntroShown ? samples.find(({ label, named }) => label !== null && label !== named) : undefined;
        const shown = source ? sampleStrip.show(source.id, samples, asked, first).catch(() => {}) : null;
        const begun = (shown ?? Promise.resolve()).then(() => setState({ isBeginning: false }));
        const [hasEngine] = await Promise.all([isStarted, begun]);
        if (hasEngine) {
          if (hubName) await openAwaited(hubName, url);
          await chooseFirst(entry.id, own.layer);
          await getState().loadSet();
        }
      } catch (error) {
        setState({ isBeginning: false });
        getState().notify('error', asAppError(error).message);
      }
      await loader.whenAnswered();
      if (!getState().model.info) loader.change(withoutLoading);
    },
  };
}
