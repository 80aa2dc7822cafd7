/** Writes tf.js graph-models: nodes of TensorFlow as JSON, and their weights in a shard. */
import type { GivenFile } from '../../given-file.ts';
import type { Json } from '../../network/artifacts.ts';
import { joined } from '../tensorflow-bytes.ts';

type JsonValue = Exclude<Json, undefined>;

export interface TensorFlowNodeOf {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, JsonValue>>;
}

export interface WeightOf {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly dtype?: 'float32' | 'int32' | 'bool' | 'string';
  /** As it lies in the shard, and what is said of that. */
  readonly stored?: { readonly bytes: Uint8Array; readonly quantization?: JsonValue };
}

export interface GraphModelOf {
  readonly nodes: readonly TensorFlowNodeOf[];
  /** A node of the kind `Const` is written for each. */
  readonly weights: Readonly<Record<string, WeightOf>>;
  /** Names of tensors, by the names that the signature has for them. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, { readonly name: string; readonly shape: readonly number[] }>>;
  /** What else stands in `model.json`. */
  readonly more?: Readonly<Record<string, JsonValue>>;
}

export const text = (value: string): JsonValue => ({ s: btoa(value) });
export const whole = (value: number): JsonValue => ({ i: String(value) });
export const float = (value: number): JsonValue => ({ f: value });
export const flag = (value: boolean): JsonValue => ({ b: value });
export const wholes = (...values: number[]): JsonValue => ({ list: { i: values.map(String) } });
export const texts = (...values: string[]): JsonValue => ({ list: { s: values.map((value) => btoa(value)) } });
const type = (value: string): JsonValue => ({ type: value });

export function sides(...values: number[]): JsonValue {
  return { dim: values.map((size) => ({ size: String(size) })) };
}

function bytesOf({ values, dtype = 'float32', stored }: WeightOf): Uint8Array {
  if (stored) return stored.bytes;
  if (dtype === 'bool') return Uint8Array.from(values);
  return new Uint8Array((dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)).buffer);
}

const SHARD = 'group1-shard1of1.bin';

/** What `model.json` says. */
function graphModelJson({ nodes, weights, inputs, outputs, more = {} }: GraphModelOf): Readonly<Record<string, JsonValue>> {
  const constants = Object.entries(weights).map(([name, { dtype = 'float32' }]): TensorFlowNodeOf => {
    const own = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL', string: 'DT_STRING' }[dtype];
    return { name, op: 'Const', attr: { dtype: type(own) } };
  });
  const manifest = Object.entries(weights).map(([name, { shape, dtype = 'float32', stored }]) => ({
    name,
    shape,
    dtype,
    ...(stored?.quantization !== undefined && { quantization: stored.quantization }),
  }));
  const signature = {
    inputs: Object.fromEntries(
      Object.entries(inputs ?? {}).map(([key, { name, shape }]) => [key, { name, dtype: 'DT_FLOAT', tensorShape: sides(...shape) }]),
    ),
    outputs: Object.fromEntries(Object.entries(outputs ?? {}).map(([key, name]) => [key, { name, dtype: 'DT_FLOAT' }])),
  };
  return {
    format: 'graph-model',
    generatedBy: '2.15.0',
    convertedBy: 'TensorFlow.js Converter v4.22.0',
    signature,
    modelTopology: { node: [...constants, ...nodes].map((node) => ({ ...node })), versions: { producer: 1645 } },
    weightsManifest: [{ paths: [SHARD], weights: manifest }],
    ...more,
  };
}

export function graphModel(model: GraphModelOf): GivenFile[] {
  const json = new TextEncoder().encode(JSON.stringify(graphModelJson(model)));
  return [
    { name: 'model.json', bytes: Uint8Array.from(json) },
    { name: SHARD, bytes: joined(Object.values(model.weights).map(bytesOf)) },
  ];
}
