/** A model that several engines have: its files are read once, and its weights cross threads in memory that they share. */
import { type ModelArtifacts, sizeOfShape } from '../../formats/network/artifacts.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import type { ModelSource, SharedModel } from '../../protocol/engine.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import type { LoadedModel } from '../loading/loaded-model.ts';

/** What a model is loaded from. */
export interface Origin extends SharedModel {
  readonly read: ReadModel;
}

export function originOf(source: ModelSource, read: ReadModel): Origin {
  const { input, output } = source.kind === 'files' ? source : { input: null, output: null };
  return { id: source.id, read, input, output };
}

/** Of what another engine of this kind shares. */
export function originIn(shared: SharedModel): Origin {
  return shared as Origin;
}

const NOTHING = new ArrayBuffer(0);

/** What is kept of it: the network has the weights. */
export function withoutWeights({ read, ...origin }: Origin): Origin {
  return { ...origin, read: { ...read, artifacts: { ...read.artifacts, data: NOTHING } } };
}

/** All weights, one after the other. */
async function weightsIn<Memory extends ArrayBufferLike>(
  { variables }: LoadedModel,
  memory: new (bytes: number) => Memory,
): Promise<Memory> {
  const count = variables.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
  const values = new Float32Array(new memory(count * BYTES_PER_VALUE));
  let at = 0;
  for (const variable of variables) {
    values.set(await variable.read(), at);
    at += sizeOfShape(variable.shape);
  }
  return values.buffer;
}

/** What tells a network from any other. */
export function weightsOf(model: LoadedModel): Promise<ArrayBuffer> {
  return weightsIn(model, ArrayBuffer);
}

/** Null where threads share no memory. */
export async function sharedModel(model: LoadedModel, { read, ...origin }: Origin): Promise<SharedModel | null> {
  if (typeof SharedArrayBuffer === 'undefined') return null;
  const weights = model.variables.map(({ name, shape }) => ({ name, shape }));
  // Whoever builds a network copies what it takes: memory that is shared is as good.
  const data = (await weightsIn<ArrayBufferLike>(model, SharedArrayBuffer)) as ModelArtifacts['data'];
  return { ...origin, read: { ...read, artifacts: { ...read.artifacts, weights, data } } satisfies ReadModel };
}
