/** Several workers that share images out among themselves: whole images, each of them by one worker. */
import type { ImageTask, ImageWorker, Opened, OpenRequest, RunRequest, Worked } from '../worker/messages.ts';

/** A worker that is still to be opened. */
export type MakeWorker = () => ImageWorker;

/** What all workers open alike. */
type NetworkRequest = Omit<OpenRequest, 'isIdentified' | 'isPlanned'>;

export class Crew {
  readonly #make: MakeWorker;
  readonly #request: NetworkRequest;
  readonly #workers: ImageWorker[] = [];
  /** What the first worker said of the network. */
  readonly opened: Opened;

  private constructor(make: MakeWorker, request: NetworkRequest, first: ImageWorker, opened: Opened) {
    this.#make = make;
    this.#request = request;
    this.#workers.push(first);
    this.opened = opened;
  }

  /** With one worker, which says what the network is. */
  static async open(make: MakeWorker, request: NetworkRequest): Promise<Crew> {
    const first = make();
    try {
      return new Crew(make, request, first, await first.open({ ...request, isIdentified: true, isPlanned: false }));
    } catch (error) {
      await first.close();
      throw error;
    }
  }

  /** All of them are told what is to be done. */
  async begin(count: number, run: RunRequest): Promise<void> {
    const more = Array.from({ length: Math.max(0, count - this.#workers.length) }, this.#make);
    this.#workers.push(...more);
    await Promise.all(more.map((worker) => worker.open({ ...this.#request, isIdentified: false, isPlanned: false })));
    await Promise.all(this.#workers.map((worker) => worker.begin(run)));
  }

  /**
   * Gives each worker the next image as soon as it is done with one.
   *
   * @param onDone is told what became of each image, in the order in which they are done, one after the other
   * @throws what keeps all images from being done, once every worker has stopped
   */
  async work<Answer>(
    tasks: readonly ImageTask[],
    ask: (worker: ImageWorker, task: ImageTask, signal: AbortSignal) => Promise<Answer>,
    onDone: (answer: Answer) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    // One that fails stops the others.
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    let next = 0;
    let told: Promise<void> = Promise.resolve();
    const drain = async (worker: ImageWorker) => {
      try {
        for (let task = tasks[next++]; task; task = tasks[next++]) {
          either.throwIfAborted();
          const answer = await ask(worker, task, either);
          told = told.then(() => onDone(answer));
          await told;
        }
      } catch (error) {
        if (!stop.signal.aborted) stop.abort(error);
        throw error;
      }
    };
    await Promise.allSettled(this.#workers.map(drain));
    signal.throwIfAborted();
    stop.signal.throwIfAborted();
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

/** Explains or measures an image. */
export function workOn(worker: ImageWorker, task: ImageTask, signal: AbortSignal): Promise<Worked> {
  return worker.work(task, signal);
}
