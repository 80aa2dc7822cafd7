/**
 * Ends the current task: messages that came in meanwhile are handled before the promise resolves. Timers would be slow in a tab that is not in
 * view.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
