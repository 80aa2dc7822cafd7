/** Writes TensorFlow checkpoints and SavedModels, small or large, so that tests have sound ones, and can damage them in the way that they want. */
import { PbfWriter } from 'pbf';
import type { GivenFile } from '../given-file.ts';
import { type ModelArtifacts, sizeOfShape } from '../network/artifacts.ts';
import { type Entry, joined, maskedSum, message, type TableOptions, tableOf, varint } from './tensorflow-bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** TensorFlow's numbers for kinds of values. */
export const DTYPES = { float32: 1, float64: 2, int32: 3, string: 7, int64: 9, bfloat16: 14, float16: 19 } as const;

export interface StoredTensor {
  readonly key: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly dtype?: number;
  readonly shard?: number;
}

/** An entry of the index; what a test puts in place of a field may be anything. */
export interface EntryFields {
  dtype: number;
  shape: readonly number[];
  shard: number;
  offset: number;
  size: number;
  sum: number;
  slices?: Uint8Array;
}

function entryBytes({ dtype, shape, shard, offset, size, sum, slices }: EntryFields): Bytes {
  const sides = shape.map((side): [number, Uint8Array] => [2, message([1, side])]);
  const writer = new PbfWriter();
  writer.writeVarintField(1, dtype);
  writer.writeBytesField(2, message(...sides));
  if (shard > 0) writer.writeVarintField(3, shard);
  if (offset > 0) writer.writeVarintField(4, offset);
  writer.writeVarintField(5, size);
  writer.writeFixed32Field(6, sum);
  if (slices) writer.writeBytesField(7, slices);
  return Uint8Array.from(writer.finish());
}

/** How TensorFlow writes a text: its length, the sum of that, and the text. */
export function stringTensor(key: string, text: Uint8Array): StoredTensor & { readonly summed: Uint8Array } {
  const length = new Uint8Array(Uint32Array.of(text.length).buffer);
  const sum = new Uint8Array(Uint32Array.of(maskedSum(length)).buffer);
  const bytes = joined([varint(text.length), sum, text]);
  return { key, shape: [], bytes, dtype: DTYPES.string, summed: joined([length, sum, text]) };
}

export interface CheckpointOptions extends TableOptions {
  readonly shards?: number;
  /** Changes what the index says of a tensor. */
  readonly change?: (key: string, fields: EntryFields) => void;
  /** Of the index itself; else what TensorFlow writes. */
  readonly header?: Uint8Array;
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

/** `NAME.index` and its shards, with these tensors in this order. */
export function checkpointFiles(
  name: string,
  tensors: readonly (StoredTensor & { readonly summed?: Uint8Array })[],
  { shards = 1, change, header, ...table }: CheckpointOptions = {},
): GivenFile[] {
  const offsets = new Array<number>(shards).fill(0);
  const contents: Uint8Array[][] = offsets.map(() => []);
  const entries = tensors.map(({ key, shape, bytes, dtype = DTYPES.float32, shard = 0, summed = bytes }): Entry => {
    const fields = { dtype, shape, shard, offset: offsets[shard] ?? 0, size: bytes.length, sum: maskedSum(summed) };
    contents[shard]?.push(bytes);
    offsets[shard] = fields.offset + bytes.length;
    change?.(key, fields);
    return { key, value: entryBytes(fields) };
  });
  const first = { key: '', value: header ?? message([1, shards], [3, message([1, 1])]) };
  const index = tableOf([first, ...entries.toSorted(byKey)], table);
  const number = (value: number) => String(value).padStart(5, '0');
  return [
    { name: `${name}.index`, bytes: index },
    ...contents.map((parts, i) => ({ name: `${name}.data-${number(i)}-of-${number(shards)}`, bytes: joined(parts) })),
  ];
}

/** An object of the graph: what belongs to it by name, or the variable that it is. */
export interface Tracked {
  readonly children?: Readonly<Record<string, Tracked>>;
  readonly key?: string;
  readonly fullName?: string;
}

/** `TrackableObjectGraph` of these objects; one that is reached twice is written once. */
export function objectGraph(root: Tracked): Bytes {
  const ids = new Map<Tracked, number>();
  const order: Tracked[] = [];
  const number = (node: Tracked) => {
    if (ids.has(node)) return;
    ids.set(node, order.length);
    order.push(node);
  };
  number(root);
  for (let i = 0; i < order.length; i++) for (const child of Object.values(order[i]?.children ?? {})) number(child);
  const nodes = order.map(({ children = {}, key, fullName = '' }): [number, Uint8Array] => {
    const references = Object.entries(children).map(([name, child]): [number, Uint8Array] => [
      1,
      message([1, ids.get(child) ?? 0], [2, name]),
    ]);
    const attribute: [number, Uint8Array][] = key === undefined ? [] : [[2, message([1, 'VARIABLE_VALUE'], [2, fullName], [3, key])]];
    return [1, message(...references, ...attribute)];
  });
  return message(...nodes);
}

export function floats(shape: readonly number[], values: (i: number) => number): Uint8Array {
  return new Uint8Array(Float32Array.from({ length: sizeOfShape(shape) }, (_, i) => values(i)).buffer);
}

/** A weight of a layer as Keras has it. */
interface KerasWeight {
  readonly own: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface KerasLayer {
  /** As it was called where it was made. */
  readonly name: string;
  readonly weights: readonly KerasWeight[];
}

export const SUFFIX = '/.ATTRIBUTES/VARIABLE_VALUE';

export const GRAPH_KEY = '_CHECKPOINTABLE_OBJECT_GRAPH';

/**
 * The tensors and objects of Keras 2's layers in their order.
 *
 * @param path of the model within the checkpoint, such as `model/`; else it is the checkpoint
 */
export function kerasLayers(layers: readonly KerasLayer[], path = ''): { readonly tensors: StoredTensor[]; readonly model: Tracked } {
  const tensors: StoredTensor[] = [];
  const children: Record<string, Tracked> = {};
  for (const [i, { name, weights }] of layers.entries()) {
    const owns: Record<string, Tracked> = {};
    for (const { own, shape, bytes } of weights) {
      const key = `${path}layer_with_weights-${i}/${own}${SUFFIX}`;
      tensors.push({ key, shape, bytes });
      owns[own] = { key, fullName: `${name}/${own}` };
    }
    const layer: Tracked = { children: owns };
    children[`layer_with_weights-${i}`] = layer;
    children[`layer-${i + 1}`] = layer;
  }
  return { tensors, model: { children } };
}

/** What Keras writes beside the weights: the object graph, counters, and what the optimiser keeps of each weight, unless it is plain. */
export function withTraining(tensors: readonly StoredTensor[], root: Tracked, isPlain = false): StoredTensor[] {
  const counter = (key: string): StoredTensor => ({ key: key + SUFFIX, shape: [], bytes: new Uint8Array(8), dtype: DTYPES.int64 });
  const slots = (isPlain ? [] : tensors).map(({ key, shape, bytes }) => ({
    key: key.replace(SUFFIX, `/.OPTIMIZER_SLOT/optimizer/m${SUFFIX}`),
    shape,
    bytes: bytes.map(() => 0x7f),
  }));
  const steps = counter('optimizer/iter');
  const saves = counter('save_counter');
  const optimizer: Tracked = { children: { iter: { key: steps.key, fullName: 'Adam/iter' } } };
  const whole: Tracked = { ...root, children: { ...root.children, optimizer, save_counter: { key: saves.key, fullName: 'save_counter' } } };
  return [saves, stringTensor(GRAPH_KEY, objectGraph(whole)), steps, ...tensors, ...slots];
}

/** The layers of a network that was read, as far as they have weights, in its order. */
export function layersIn({ weights, data }: ModelArtifacts): KerasLayer[] {
  const layers = new Map<string, KerasWeight[]>();
  let at = 0;
  for (const { name, shape } of weights) {
    const size = sizeOfShape(shape) * 4;
    const slash = name.lastIndexOf('/');
    const own = { own: name.slice(slash + 1), shape, bytes: new Uint8Array(data, at, size) };
    layers.set(name.slice(0, slash), [...(layers.get(name.slice(0, slash)) ?? []), own]);
    at += size;
  }
  return [...layers].map(([name, own]) => ({ name, weights: own }));
}
