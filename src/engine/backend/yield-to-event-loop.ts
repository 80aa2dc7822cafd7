/** Lets messages in while a long computation runs, so that a cancel is heard. */
import { nextTask } from '../../protocol/next-task.ts';

const LONGEST_TASK_MS = 40;

/**
 * A function to await between steps: it hands the thread over once in `LONGEST_TASK_MS`, and throws the signal's reason once cancelled.
 * Between two hand-overs it costs next to nothing.
 */
export function yieldToEventLoop(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > LONGEST_TASK_MS) {
      await nextTask();
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
