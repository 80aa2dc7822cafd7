/**
 * Set up before every test of the engine. Dawn asks its driver on every turn of Node's event loop whether work is done, and so keeps a core
 * busy on which the software driver could compute. Here it asks every millisecond: explanations take a third of the time. Benchmarks leave
 * Dawn as it is.
 */
const { setImmediate: soon } = globalThis;

type Callback = (...values: unknown[]) => void;

/** Dawn is native code, and looks `setImmediate` up anew whenever it wants to ask again. */
function isNative(callback: Callback): boolean {
  return Function.prototype.toString.call(callback).includes('[native code]');
}

Object.assign(globalThis, {
  setImmediate: (callback: Callback, ...values: unknown[]) =>
    isNative(callback) ? setTimeout(callback, 1, ...values) : soon(callback, ...values),
});
