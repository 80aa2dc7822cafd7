/** An id that nothing else has, of a former visit either. Pages without encryption have no `crypto.randomUUID`. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
}
