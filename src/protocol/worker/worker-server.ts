/** The worker's side: hands messages to an engine and sends back what it says. */
import { AppError, asAppError } from '../../core/app-error.ts';
import type { CallName, Calls } from '../calls.ts';
import type { PoolableEngine } from '../engine.ts';
import type { ImageInput, MoreItems } from '../explain.ts';
import { holdLifeline } from '../lifeline.ts';
import type { CallMessage, Endpoint, FromWorker, ImageReference, ToWorker } from './messages.ts';

/** The buffers of results can be moved instead of copied: the engine keeps nothing of them. */
function transferables(report: Calls[CallName]['report']): Transferable[] {
  if (!('kind' in report)) return [];
  switch (report.kind) {
    case 'map':
      return [report.result.map.values.buffer];
    case 'begun':
      return report.activation ? [report.activation.buffer] : [];
    case 'items':
      return [report.swept.items.buffer, report.swept.logits.buffer];
    default:
      return [];
  }
}

/** The image that requests may refer to without sending it again, with the number of jobs that still read it. */
interface ResidentImage {
  readonly input: ImageInput;
  users: number;
}

type Answerer<Name extends CallName> = (
  request: Calls[Name]['request'],
  report: (report: Calls[Name]['report']) => void,
  signal: AbortSignal,
  more: MoreItems | undefined,
) => Promise<Calls[Name]['answer']>;

/** How the engine answers each call. */
function answerersOf(engine: PoolableEngine): { readonly [Name in CallName]: Answerer<Name> } {
  return {
    start: ({ preference, threads, exact }) => engine.start(preference, threads ?? undefined, exact ?? undefined),
    loadModel: ({ source }, report, signal) => engine.loadModel(source, report, signal),
    planLayers: (_request, _report, signal) => engine.planLayers(signal),
    shareModel: () => engine.shareModel(),
    loadShared: ({ model }) => engine.loadShared(model),
    download: ({ url }, report, signal) => engine.download(url, report, signal),
    searchHub: ({ hub, query }, _report, signal) => engine.searchHub(hub, query, signal),
    downloadFromHub: ({ hub, name }, report, signal) => engine.downloadFromHub(hub, name, report, signal),
    explain: (request, report, signal, more) => engine.explain(request, report, signal, more),
    withoutCells: (request, _report, signal) => engine.withoutCells(request, signal),
    measure: (request, report, signal, more) => engine.measure(request, report, signal, more),
    sanity: (request, report, signal) => engine.sanity(request, report, signal),
    identify: () => engine.identify(),
    memory: () => engine.memory(),
  };
}

export function serveEngine(engine: PoolableEngine, endpoint: Endpoint): void {
  const answerers = answerersOf(engine);
  const running = new Map<number, AbortController>();
  /** What those that have asked for more go on with. */
  const waiting = new Map<number, (items: Uint32Array) => void>();
  let resident: ResidentImage | null = null;

  const send = (message: FromWorker, transfer: Transferable[] = []) => endpoint.postMessage(message, transfer);

  function residentImage({ id, pixels }: ImageReference): ResidentImage {
    if (pixels) {
      const former = resident;
      resident = { input: { id, pixels }, users: 0 };
      if (former) closeIfUnused(former);
    }
    if (resident?.input.id !== id) throw new AppError('internal', 'The image got lost on its way to the worker; please choose it again.');
    return resident;
  }

  /** Bitmaps are large, and the garbage collector does not know it. */
  function closeIfUnused(image: ResidentImage): void {
    const { pixels } = image.input;
    if (image !== resident && image.users === 0 && 'close' in pixels) pixels.close();
  }

  /** Runs a job that reads the image, which is not closed meanwhile. */
  async function withImage<Result>(reference: ImageReference, run: (image: ImageInput) => Promise<Result>): Promise<Result> {
    const image = residentImage(reference);
    image.users++;
    try {
      return await run(image.input);
    } finally {
      image.users--;
      closeIfUnused(image);
    }
  }

  function answer<Name extends CallName>(
    id: number,
    name: Name,
    request: Calls[Name]['request'],
    signal: AbortSignal,
    more?: MoreItems,
  ): Promise<Calls[Name]['answer']> {
    return answerers[name](request, (report) => send({ id, report }, transferables(report)), signal, more);
  }

  function answerTo(
    id: number,
    { name, request }: CallMessage,
    signal: AbortSignal,
    more: MoreItems | undefined,
  ): Promise<Calls[CallName]['answer']> {
    if (!('image' in request)) return answer(id, name, request, signal);
    return withImage(request.image, (image) => answer(id, name, { ...request, image }, signal, more));
  }

  /** More for a call, from the page; nothing once it is cancelled, as nobody answers then. */
  function askForMore(id: number, signal: AbortSignal): Promise<Uint32Array> {
    const given = new Promise<Uint32Array>((resolve) => {
      waiting.set(id, resolve);
      signal.addEventListener('abort', () => resolve(new Uint32Array()), { once: true });
      send({ id, asksForMore: true });
    });
    return given.finally(() => waiting.delete(id));
  }

  async function handle(id: number, call: CallMessage, hasMore: boolean): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const { signal } = controller;
      send({ id, answer: await answerTo(id, call, signal, hasMore ? () => askForMore(id, signal) : undefined) });
    } catch (error) {
      if (controller.signal.aborted) send({ id, cancelled: true });
      else {
        const { code, message } = asAppError(error);
        send({ id, error: { code, message } });
      }
    } finally {
      running.delete(id);
    }
  }

  holdLifeline((lifeline) => send({ lifeline }));
  engine.onLost((reason) => send({ lost: reason }));
  endpoint.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if ('cancel' in data) running.get(data.id)?.abort();
    else if ('more' in data) waiting.get(data.id)?.(data.more);
    else void handle(data.id, data.call, data.hasMore);
  });
}
