/** Loads one model at a time, shows how far it is, and puts it on screen once it is ready; until then, and if it fails, the one before stays. */
import { formatHubName, type HubName } from '../../core/models/hub-name.ts';
import { chosenOptions, type ModelCard } from '../../core/models/model-card.ts';
import { classNamesFor, nameCounts } from '../../core/models/output-names.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import type { HubDownload, LoadProgress, ModelInfo, ModelSource } from '../../protocol/engine.ts';
import type { SliceContext } from '../slice.ts';
import { adoptedView } from './adopt-view.ts';
import type { EngineConnection } from './engine-connection.ts';
import { isOfGiven, LoadErrors, type Subject, subjectOf, type Unsaid } from './load-errors.ts';
import { loadingBeside, type ModelOnScreen, withoutLoading } from './model-state.ts';

function cardOf({ isGuessed, remark, ...info }: ModelInfo): ModelCard {
  const {
    id,
    title,
    input,
    takesAnySize,
    preprocessing,
    reading,
    givenNames,
    nameSource,
    classNames,
    copies = null,
    choices = null,
  } = info;
  const toCheck = isGuessed ? remark : '';
  const outputs = { output: null, reading, givenNames, nameSource, classNames };
  return { id, title, description: '', input, takesAnySize, preprocessing, ...outputs, copies, choices, toCheck };
}

/** What is known of the model, as far as the network that was loaded allows it: what cannot be true of it is as the engine found it. */
function fittedCard(known: ModelCard, info: ModelInfo, output: number | null): ModelCard {
  const card = {
    ...known,
    input: info.input,
    takesAnySize: info.takesAnySize,
    copies: info.copies ?? null,
    choices: info.choices ?? null,
    output,
  };
  // What was said of another output says nothing of this one.
  if (known.output !== output) {
    const { reading, givenNames, nameSource, classNames, isGuessed, remark } = info;
    return { ...card, reading, givenNames, nameSource, classNames, toCheck: isGuessed ? remark : '' };
  }
  const isPossible = info.readings.includes(card.reading);
  const reading = isPossible ? card.reading : info.reading;
  const toCheck = isPossible || !info.isGuessed ? card.toCheck : info.remark;
  const isNamed = card.nameSource === 'none' || nameCounts(info.units).includes(card.givenNames.length);
  const { givenNames, nameSource } = isNamed ? card : info;
  return { ...card, reading, toCheck, givenNames, nameSource, classNames: classNamesFor(givenNames, info.units, reading) };
}

/** The files of a model, to be opened as they were used before. */
export function filesSource(id: string, files: readonly File[], card: ModelCard | null): ModelSource {
  return {
    kind: 'files',
    id,
    files,
    input: card?.takesAnySize ? card.input : null,
    copy: card?.copies?.chosen ?? null,
    choices: chosenOptions(card?.choices),
    output: card?.output ?? null,
  };
}

/** How an attempt to put a model on screen ended. What went wrong, or what is waited for, has been said. */
export type Outcome = 'shown' | 'waiting' | 'failed' | 'cancelled' | 'overtaken';

type Ended<Result> = { readonly outcome: 'shown'; readonly result: Result } | { readonly outcome: Exclude<Outcome, 'shown'> };

type Run<Result> = (onProgress: (progress: LoadProgress) => void, signal: AbortSignal) => Promise<Result>;

export class ModelLoader {
  readonly #context: SliceContext;
  readonly #connection: EngineConnection;
  #loading: AbortController | null = null;
  /** The attempt that a person stopped. */
  #cancelled: AbortController | null = null;
  readonly #errors: LoadErrors;
  /** What the attempt is about that began last. */
  #subject: Subject = [];
  /** How much of what a person asked for has not come to its end. */
  #asked = 0;
  #turns = 0;
  /** How each model was used last: what was found out by it then is still there when it comes back. */
  readonly #used = new Map<string, ModelCard>();
  #waiting: (() => void)[] = [];

  constructor(context: SliceContext, connection: EngineConnection) {
    this.#context = context;
    this.#errors = new LoadErrors(context.store);
    this.#connection = connection;
  }

  /** Changes what is on screen. */
  change(to: (model: ModelOnScreen) => ModelOnScreen): void {
    this.#context.store.setState(({ model }) => ({ model: { ...to(model), catalogue: model.catalogue } }));
  }

  cancel(): void {
    this.#cancelled = this.#loading;
    this.#loading?.abort();
    this.#loading = null;
    this.#end();
  }

  /**
   * Runs what a person asked for: the page puts no model on screen by itself meanwhile.
   *
   * @param run is told whether nothing was asked for since: of several models the last one counts
   */
  async asked<Result>(run: (isLast: () => boolean) => Promise<Result>): Promise<Result> {
    this.#asked++;
    const turn = ++this.#turns;
    try {
      return await run(() => turn === this.#turns);
    } finally {
      this.#asked--;
      this.#tell();
    }
  }

  get isAsked(): boolean {
    return this.#asked > 0;
  }

  /** Resolves once everything that a person asked for has come to its end. */
  async whenAnswered(): Promise<void> {
    while (this.#asked > 0) await this.#change();
  }

  /** Whether a model is on screen, and no other on its way. */
  get isSettled(): boolean {
    const { status, info } = this.#context.store.getState().model;
    return this.#asked === 0 && status === 'ready' && info !== null;
  }

  /** Resolves once that is so: what was given for a model waits until then. */
  async whenSettled(): Promise<void> {
    while (!this.isSettled) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** What was given before waits for nothing any more. */
  endWaiting(): void {
    this.#errors.endWaiting();
  }

  download(url: string): Promise<Ended<readonly File[]>> {
    return this.#attempt([url], (onProgress, signal) => this.#connection.download(url, onProgress, signal));
  }

  downloadFromHub(name: HubName): Promise<Ended<HubDownload>> {
    return this.#attempt([formatHubName(name)], (onProgress, signal) => this.#connection.downloadFromHub(name, onProgress, signal));
  }

  /**
   * @param card how the model is used, where that is known; else as its files say
   * @param askedLayer the layer that is asked for with it; null: the one that was asked for before
   */
  async load(source: ModelSource, card: ModelCard | null | (() => Promise<ModelCard>), askedLayer: string | null = null): Promise<Outcome> {
    const outcome = await this.tryToLoad(source, card, askedLayer);
    return typeof outcome === 'string' ? outcome : outcome.say();
  }

  /** As `load`, but says nothing of what is wrong with the files, or of what they wait for. */
  async tryToLoad(
    source: ModelSource,
    card: ModelCard | null | (() => Promise<ModelCard>),
    askedLayer: string | null = null,
  ): Promise<Outcome | Unsaid> {
    const { store, cache } = this.#context;
    const ended = await this.#try(subjectOf(source), async (onProgress, signal) => {
      const known = typeof card === 'function' ? await card() : card;
      signal.throwIfAborted();
      return { known, info: await this.#connection.loadModel(source, onProgress, signal) };
    });
    if (ended.outcome === 'unsaid') return ended;
    if (ended.outcome !== 'shown') return ended.outcome;
    const { info } = ended.result;
    const former = store.getState().model;
    if (former.card) this.#used.set(former.card.id, former.card);
    const known = (source.kind === 'folder' && this.#used.get(source.id)) || ended.result.known;
    // Files may be others under the same name, and a network may be given another size: what was found out before is of no use.
    if (source.kind === 'files') cache.forget(({ modelId }) => modelId === info.id);
    const shown = known ? fittedCard(known, info, source.kind === 'files' ? source.output : null) : cardOf(info);
    const view = adoptedView(this.#context, info, shown.classNames.length, former, askedLayer);
    store.setState(({ model }) => ({ model: { catalogue: model.catalogue, status: 'ready', progress: null, info, card: shown }, view }));
    // What was guessed is said where it can be changed.
    if (info.remark && !known && !info.isGuessed) store.getState().notify('info', info.remark);
    this.#tell();
    return 'shown';
  }

  async #attempt<Result>(subject: Subject, run: Run<Result>): Promise<Ended<Result>> {
    const ended = await this.#try(subject, run);
    return ended.outcome === 'unsaid' ? { outcome: ended.say() } : ended;
  }

  async #try<Result>(subject: Subject, run: Run<Result>): Promise<Ended<Result> | Unsaid> {
    const { isAsked } = this;
    this.#subject = subject;
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    const startedAt = performance.now();
    const onProgress = (progress: LoadProgress) => {
      const remainingMs = remainingTime(progress.loadedBytes, progress.totalBytes, performance.now() - startedAt);
      if (this.#loading === controller) this.change((model) => loadingBeside(model, { ...progress, remainingMs }));
    };
    this.change((model) => loadingBeside(model, null));
    const stopped = () => ({ outcome: this.#cancelled === controller ? ('cancelled' as const) : ('overtaken' as const) });
    try {
      const result = await run(onProgress, controller.signal);
      if (this.#loading !== controller) return stopped();
      this.#errors.settle(subject);
      return { outcome: 'shown', result };
    } catch (error) {
      if (this.#loading !== controller) {
        const isToSay = isAsked && this.#cancelled !== controller && this.#errors.sayOvertaken(error, subject, this.#subject);
        return isToSay ? { outcome: 'failed' } : stopped();
      }
      const say = (isLast = this.#loading === controller) => {
        if (!isLast) {
          this.#errors.sayOvertaken(error, subject, this.#subject);
          return 'failed';
        }
        // The model before stays.
        this.#end();
        return this.#errors.say(error, subject);
      };
      return isOfGiven(error) ? { outcome: 'unsaid', say } : { outcome: say() };
    }
  }

  #end(): void {
    this.change(withoutLoading);
    this.#tell();
  }
}
