/** The worker's side: hands messages to an engine and sends back what it says. */
import { AppError, asAppError } from '../core/app-error.ts';
import type { Engine, ExplainEvent, PictureInput } from './engine.ts';
import type { Answer, Call, Endpoint, FromWorker, PictureReference, ToWorker } from './messages.ts';

/** The buffers of results can be moved instead of copied: the engine keeps nothing of them. */
function transferables(event: ExplainEvent): Transferable[] {
  switch (event.kind) {
    case 'map':
      return [event.result.map.values.buffer];
    case 'begun':
      return event.activation ? [event.activation.buffer] : [];
    case 'items':
      return [event.swept.items.buffer, event.swept.logits.buffer];
    default:
      return [];
  }
}

/** The picture that requests may refer to without sending it again, with the number of jobs that still read it. */
interface ResidentPicture {
  readonly input: PictureInput;
  users: number;
}

export function serveEngine(engine: Engine, endpoint: Endpoint): void {
  const running = new Map<number, AbortController>();
  let resident: ResidentPicture | null = null;

  const send = (message: FromWorker, transfer: Transferable[] = []) => endpoint.postMessage(message, transfer);

  function residentPicture({ id, pixels }: PictureReference): ResidentPicture {
    if (pixels) {
      const former = resident;
      resident = { input: { id, pixels }, users: 0 };
      if (former) closeIfUnused(former);
    }
    if (resident?.input.id !== id) throw new AppError('internal', 'The picture got lost on its way to the worker; please choose it again.');
    return resident;
  }

  /** Bitmaps are large, and the garbage collector does not know it. */
  function closeIfUnused(picture: ResidentPicture): void {
    const { pixels } = picture.input;
    if (picture !== resident && picture.users === 0 && 'close' in pixels) pixels.close();
  }

  /** Runs a job that reads the picture, which is not closed meanwhile. */
  async function withPicture<Result>(reference: PictureReference, run: (picture: PictureInput) => Promise<Result>): Promise<Result> {
    const picture = residentPicture(reference);
    picture.users++;
    try {
      return await run(picture.input);
    } finally {
      picture.users--;
      closeIfUnused(picture);
    }
  }

  async function answer(id: number, call: Call, signal: AbortSignal): Promise<Answer> {
    switch (call.kind) {
      case 'start':
        return engine.start(call.preference);
      case 'load-model':
        return engine.loadModel(call.source, (progress) => send({ id, progress }), signal);
      case 'download':
        return engine.download(call.url, (progress) => send({ id, progress }), signal);
      case 'explain':
        await withPicture(call.picture, (picture) =>
          engine.explain({ ...call.request, picture }, (event) => send({ id, event }, transferables(event)), signal),
        );
        return null;
      case 'measure':
        await withPicture(call.picture, (picture) =>
          engine.measure({ ...call.request, picture }, (measured) => send({ id, measured }), signal),
        );
        return null;
      case 'sanity':
        await withPicture(call.picture, (picture) => engine.sanity({ ...call.request, picture }, (stage) => send({ id, stage }), signal));
        return null;
      case 'without-cells':
        return withPicture(call.picture, (picture) => engine.withoutCells({ ...call.request, picture }, signal));
      case 'identify':
        return engine.identify();
      case 'memory':
        return engine.memory();
    }
  }

  async function handle(id: number, call: Call): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      send({ id, answer: await answer(id, call, controller.signal) });
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

  engine.onLost((reason) => send({ lost: reason }));
  endpoint.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if ('cancel' in data) running.get(data.id)?.abort();
    else void handle(data.id, data.call);
  });
}
