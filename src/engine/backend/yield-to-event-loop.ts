/** Lets messages in while a long computation runs, so that a cancel is heard. */

const BREATH_MS = 40;

/** Ends the current task: messages that came in meanwhile are handled before the promise resolves. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * A function to await between steps: it hands the thread over once in `BREATH_MS`, and throws the signal's reason once cancelled.
 * Between two hand-overs it costs next to nothing.
 */
export function yieldToEventLoop(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > BREATH_MS) {
      await nextTask();
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
