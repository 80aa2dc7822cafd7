/**
 * Does something with every entry, with so many at once, begun in their order.
 *
 * @param run its signal is aborted when another one fails, or the whole is cancelled
 * @throws the first failure, or the signal's reason when cancelled: once nothing runs any more
 */
export async function severalAtOnce<Entry>(
  entries: readonly Entry[],
  count: number,
  run: (entry: Entry, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const left = [...entries].reverse();
  const work = async () => {
    for (let entry = left.pop(); entry !== undefined && !controller.signal.aborted; entry = left.pop()) {
      await run(entry, controller.signal).catch((error: unknown) => controller.abort(error));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, count) }, work));
  signal.removeEventListener('abort', onAbort);
  controller.signal.throwIfAborted();
}
