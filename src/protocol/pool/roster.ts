/** The engines of a pool: how many there are, how they come and go, and what is said when one stops. */
import { AppError, asAppError } from '../../core/app-error.ts';
import type { BackendName, DeviceInfo, LoadProgress, ModelInfo, ModelSource, PoolableEngine, SharedModel } from '../engine.ts';
import type { ExactEvaluation } from '../explain.ts';
import { Member } from './member.ts';

/** Whatever stops engines this often will stop the next one. */
const MOST_STOPS = 3;

/** One thread each: with as many engines as cores, more would only wait for each other. */
const THREADS_OF_OTHERS = 1;

/** A sentence as a part of another one. */
function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

interface RosterListeners {
  /** An engine can be given something to do, or what it was at is there again. */
  onChange(): void;
  /** There is no engine any more, and there will be none. */
  onGone(reason: AppError): void;
  onLost(reason: string): void;
  onNotice(sentence: string): void;
}

export class Roster {
  readonly #createEngine: () => PoolableEngine;
  readonly #listeners: RosterListeners;
  /** The first one was there first, or took its place. */
  #members: readonly Member[] = [];
  #size: number;
  /** As many as could be had; infinite until one could not. */
  #most = Number.POSITIVE_INFINITY;
  #stops = 0;
  #preference: BackendName | null = null;
  #threads: number | undefined;
  #exact: ExactEvaluation | undefined;
  #device: DeviceInfo | null = null;
  #source: ModelSource | null = null;
  #info: ModelInfo | null = null;
  /** The model on its way to engines that start. */
  #shared: Promise<SharedModel | null> | null = null;

  constructor(createEngine: () => PoolableEngine, size: number, listeners: RosterListeners) {
    this.#createEngine = createEngine;
    this.#size = size;
    this.#listeners = listeners;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** How many engines there may be. A GPU is not there twice, and works through whatever one engine gives it. */
  get wanted(): number {
    return this.#device === null || this.#device.backend === 'webgpu' ? 1 : Math.max(1, Math.min(this.#size, this.#most));
  }

  async start(preference: BackendName | null, threads?: number, exact?: ExactEvaluation): Promise<DeviceInfo> {
    this.#preference = preference;
    this.#threads = threads;
    this.#exact = exact;
    const member = this.#create();
    try {
      this.#device = await member.engine.start(preference, threads, exact);
    } catch (error) {
      this.remove(member);
      throw error;
    }
    member.isReady = true;
    return this.#device;
  }

  /** The first engine, or one that takes its place, with the model if there is one. */
  async first(): Promise<PoolableEngine> {
    const member = this.#members[0] ?? this.#create();
    try {
      if (this.#device) await this.#prepare(member);
    } catch (error) {
      this.remove(member);
      throw error;
    }
    return member.engine;
  }

  /** Loads a model into the first engine; the others, which have the former one, end. */
  async load(source: ModelSource, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<ModelInfo> {
    const engine = await this.first();
    const info = await engine.loadModel(source, onProgress, signal);
    for (const member of this.#members) if (member.engine !== engine) this.remove(member);
    this.#source = source;
    this.#info = info;
    this.#shared = null;
    this.#stops = 0;
    this.#most = Number.POSITIVE_INFINITY;
    return info;
  }

  /** Those that are too many end at once, or with what they are at. */
  resize(size: number): void {
    this.#size = size;
    this.#most = Number.POSITIVE_INFINITY;
    for (const [place, member] of this.#members.entries()) {
      member.isRetiring = place >= this.wanted;
      if (member.isRetiring && !member.isBusy) this.remove(member);
    }
  }

  /** One more engine; none where it cannot be had, which is said. */
  async add(): Promise<void> {
    const member = this.#create();
    try {
      await this.#prepare(member);
    } catch (error) {
      this.lose(member, error);
    }
    this.#listeners.onChange();
  }

  /** An engine that failed at what others can do. */
  lose(member: Member, error: unknown): void {
    this.#stopped(member, withoutFullStop(asAppError(error).message));
  }

  remove(member: Member): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    member.engine.dispose();
  }

  #create(): Member {
    const member = new Member(this.#createEngine());
    this.#members = [...this.#members, member];
    member.engine.onLost((reason) => {
      if (this.#members.includes(member)) this.#listeners.onLost(reason);
    });
    member.engine.onStopped((detail) => this.#stopped(member, detail));
    return member;
  }

  /** Starts an engine that is not the pool's first, and gives it the model, unless it has it. */
  #prepare(member: Member): Promise<void> {
    if (member.isReady) return Promise.resolve();
    member.preparing ??= this.#startOther(member);
    return member.preparing;
  }

  async #startOther(member: Member): Promise<void> {
    const isAlone = this.#members.length === 1;
    const backend = this.#device?.backend ?? this.#preference;
    const { backend: opened } = await member.engine.start(backend, isAlone ? this.#threads : THREADS_OF_OTHERS, this.#exact);
    if (this.#device && opened !== backend) throw new AppError('backend-unavailable', `another engine could only be had on ${opened}`);
    if (this.#source) {
      const info = await this.#give(member, this.#source);
      if (this.#info && (info.units !== this.#info.units || info.parameterCount !== this.#info.parameterCount))
        throw new AppError('internal', 'the model is another one by now');
    }
    member.isReady = true;
  }

  /** The model, from an engine that has it, without its files being read again; where that cannot be, from its files. */
  async #give(member: Member, source: ModelSource): Promise<ModelInfo> {
    this.#shared ??= this.#members.find(({ isReady }) => isReady)?.engine.shareModel() ?? null;
    const shared = await this.#shared?.catch(() => null);
    try {
      return shared ? await member.engine.loadShared(shared) : await member.engine.loadModel(source, () => {});
    } finally {
      // Engines that start together have it from one copy, which goes with the last of them.
      if (!this.#members.some((other) => other !== member && !other.isReady)) this.#shared = null;
    }
  }

  #stopped(member: Member, detail: string): void {
    if (!this.#members.includes(member)) return;
    member.stopped = new AppError('internal', `The engine that runs the network stopped (${detail}); please reload the page.`);
    this.remove(member);
    this.#stops++;
    // One that could not even start would not the next time.
    const isReplaced = this.#stops < MOST_STOPS && (member.isReady || this.#members.length === 0);
    if (!isReplaced) this.#most = Math.max(1, this.#members.length);
    // Several that start together fail together: that is one thing to be told.
    const areOthersStarting = this.#members.some(({ isReady }) => !isReady);
    if (member.isReady || isReplaced || !areOthersStarting) this.#listeners.onNotice(this.#sentence(detail, isReplaced));
    if (this.#members.length === 0 && !isReplaced) this.#listeners.onGone(member.stopped);
    this.#listeners.onChange();
  }

  #sentence(detail: string, isReplaced: boolean): string {
    const others = this.#members.length;
    const rest = others === 1 ? 'the other one goes on alone' : `the other ${others} go on without it`;
    const next = isReplaced ? 'another one takes its place, and nothing is lost' : others > 0 ? rest : 'please reload the page';
    return `One of the engines that run the network stopped (${detail}); ${next}.`;
  }
}
