/** A small sound model of TFLite: a convolution that ends in a ReLU, the mean of every channel, and three scores. */
import { strToU8, zipSync } from 'fflate';
import { valuesOf } from '../sound-network.ts';
import { flatbuffer, type TableOf } from './flatbuffer-writer.ts';
import { type OperatorOf, type TensorOf, type TfliteFileOf, tfliteFile } from './tflite-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function weights(shape: readonly number[]): TensorOf {
  return { shape, values: valuesOf(shape) };
}

export const TENSORS: Readonly<Record<string, TensorOf>> = {
  image: { shape: [1, 8, 8, 3], signature: [-1, 8, 8, 3] },
  w: weights([4, 3, 3, 3]),
  b: weights([4]),
  'model/relu/Relu;model/conv/BiasAdd;model/conv/Conv2D': { shape: [1, 8, 8, 4] },
  sides: { shape: [2], type: 'int32', values: [1, 2] },
  'model/pool/Mean': { shape: [1, 4] },
  v: weights([3, 4]),
  d: weights([3]),
  'model/scores/MatMul;model/scores/BiasAdd': { shape: [1, 3] },
  Identity: { shape: [1, 3] },
};

/** The tensors that operators give. */
export const [CONVOLVED, POOLED, OUTPUT] = ['model/relu/Relu;model/conv/BiasAdd;model/conv/Conv2D', 'model/pool/Mean', 'Identity'] as const;
const SCORED = 'model/scores/MatMul;model/scores/BiasAdd';

export const OPERATORS: readonly OperatorOf[] = [
  {
    kind: 'CONV_2D',
    inputs: ['image', 'w', 'b'],
    outputs: [CONVOLVED],
    options: { 0: { int8: 0 }, 1: { int32: 1 }, 2: { int32: 1 }, 3: { int8: 1 }, 4: { int32: 1 }, 5: { int32: 1 } },
  },
  { kind: 'MEAN', inputs: [CONVOLVED, 'sides'], outputs: [POOLED], options: { 0: { int8: 0 } } },
  { kind: 'FULLY_CONNECTED', inputs: [POOLED, 'v', 'd'], outputs: [SCORED], options: { 0: { int8: 0 } } },
  { kind: 'SOFTMAX', inputs: [SCORED], outputs: [OUTPUT], options: { 0: { float: 1 } } },
];

export function soundTflite(change: Partial<TfliteFileOf> = {}): Bytes {
  return tfliteFile({ tensors: TENSORS, operators: OPERATORS, inputs: ['image'], outputs: [OUTPUT], ...change });
}

/** The sound model with one tensor in another's place, or one more. */
export function withTensor(name: string, tensor: Partial<TensorOf>): Bytes {
  return soundTflite({ tensors: { ...TENSORS, [name]: { shape: [], ...TENSORS[name], ...tensor } } });
}

/** The sound model with one operator in another's place. */
export function withOperator(place: number, change: Partial<OperatorOf>, tensors: Readonly<Record<string, TensorOf>> = {}): Bytes {
  const operators = OPERATORS.map((operator, i) => (i === place ? { ...operator, ...change } : operator));
  return soundTflite({ operators, tensors: { ...TENSORS, ...tensors } });
}

export interface MetadataOf {
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** Of the file that names the classes. */
  readonly labels?: string;
}

/** `TFLITE_METADATA` */
export function metadataOf({ mean, std, labels }: MetadataOf): Bytes {
  const unit: TableOf = { 0: { int8: 1 }, 1: { table: { 0: { floats: mean ?? [] }, 1: { floats: std ?? [] } } } };
  const input: TableOf = { 0: { text: 'image' }, 4: mean && { tables: [unit] } };
  const file: TableOf = { 0: { text: labels ?? '' }, 2: { int8: 2 } };
  const output: TableOf = { 0: { text: 'probability' }, 6: labels === undefined ? undefined : { tables: [file] } };
  return flatbuffer({ 0: { text: 'a model' }, 3: { tables: [{ 2: { tables: [input] }, 3: { tables: [output] } }] } }, 'M001');
}

const [DIRECTORY_ENTRY, DIRECTORY_END] = [0x02014b50, 0x06054b50];

/** The model with an archive at its end, whose places are counted from the beginning of the file, as Python counts them. */
export function withFiles(model: Bytes, files: Readonly<Record<string, string>>): Bytes {
  const archive = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let at = 0; at + 4 <= archive.length; at++) {
    const place = { [DIRECTORY_ENTRY]: at + 42, [DIRECTORY_END]: at + 16 }[view.getUint32(at, true)];
    if (place !== undefined) view.setUint32(place, view.getUint32(place, true) + model.length, true);
  }
  const whole = new Uint8Array(model.length + archive.length);
  whole.set(model);
  whole.set(archive, model.length);
  return whole;
}
