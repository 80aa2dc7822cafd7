import type { BackendName, MethodResult, Work } from './engine.ts';

/** A finished explanation, as the engine once reported it: shown before there is an engine. */
export interface Sample {
  readonly name: string;
  readonly caption: string;
  readonly picture: Blob;
  readonly modelId: string;
  readonly layer: string;
  readonly backend: BackendName;
  readonly logits: Float32Array;
  readonly results: readonly { readonly work: Work; readonly result: MethodResult }[];
}
