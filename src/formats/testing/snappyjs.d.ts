/** What tests need of it: it packs, by code that is not ours, what is unpacked here. */
declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array;
}
