/** Models of TFLite that are damaged, claim what is not there, or hold what cannot be run. */
import { flatbuffer } from '../tflite/flatbuffer-writer.ts';
import { CONVOLVED, OPERATORS, OUTPUT, POOLED, soundTflite, TENSORS, withOperator, withTensor } from '../tflite/sound-tflite.ts';
import type { OperatorOf, TensorOf } from '../tflite/tflite-writer.ts';
import { alone, type BrokenCase, changed, cutAt, noise } from './broken-case.ts';

const FILE = 'network.tflite';

function of(what: string, bytes: Uint8Array<ArrayBuffer>): BrokenCase {
  return alone(`a model of TFLite ${what}`, FILE, bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Noise after the format's own beginning. */
function noisy(seed: number): Uint8Array<ArrayBuffer> {
  return changed(noise(2000, seed), (copy) => copy.set([0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33]));
}

function damaged(): BrokenCase[] {
  const sound = soundTflite();
  const withRoot = (place: number) => changed(sound, (copy) => viewOf(copy).setUint32(0, place, true));
  const root = viewOf(sound).getUint32(0, true);
  return [
    ...[4, 7, 9, 0.1, 0.3, 0.5, 0.8, sound.length - 40].map((at) => of(`cut short at ${at}`, cutAt(sound, at))),
    of('that is noise', noisy(21)),
    of('that is other noise', noisy(22)),
    of(
      'that is zeros',
      changed(new Uint8Array(500), (copy) => copy.set([0, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33])),
    ),
    of('of another format', flatbuffer({ 0: { int32: 3 } }, 'TFL9')),
    of('that begins beyond its end', withRoot(2 ** 31)),
    of('that begins at its end', withRoot(sound.length - 2)),
    of(
      'whose fields lie before its beginning',
      changed(sound, (copy) => viewOf(copy).setInt32(root, 2 ** 30, true)),
    ),
    of(
      'whose fields lie beyond its end',
      changed(sound, (copy) => viewOf(copy).setInt32(root, -(2 ** 30), true)),
    ),
    of('without a network', soundTflite({ fields: { 2: undefined } })),
    of('of no networks', soundTflite({ fields: { 2: { tables: [] } } })),
    of('whose networks are a text', soundTflite({ fields: { 2: { text: 'a network of words, and of nothing else' } } })),
    of('whose networks are a number', soundTflite({ fields: { 2: { int32: 2 ** 31 - 1 } } })),
    of('without buffers', soundTflite({ fields: { 4: undefined } })),
    of('without kinds of operators', soundTflite({ fields: { 1: { tables: [] } } })),
    of('without operators', soundTflite({ operators: [] })),
    of('without anything', soundTflite({ operators: [], tensors: {}, inputs: [], outputs: [] })),
  ];
}

function kernel(what: string, change: Partial<TensorOf>): BrokenCase {
  return of(`whose kernel ${what}`, withTensor('w', change));
}

function lyingTensors(): BrokenCase[] {
  const whole = { type: 'int8', values: new Array(108).fill(1) } as const;
  return [
    kernel('claims terabytes', { shape: [2 ** 30, 2 ** 30, 3, 3] }),
    kernel('claims more than it holds', { shape: [5, 3, 3, 3] }),
    kernel('claims less than it holds', { shape: [3, 3, 3, 3] }),
    kernel('counts down', { shape: [-4, 3, 3, 3] }),
    kernel('has a hundred sides', { shape: new Array(100).fill(1) }),
    kernel('has three sides', { shape: [4, 3, 9] }),
    kernel('takes other channels', { shape: [4, 1, 3, 9] }),
    kernel('is of texts', { type: 'text', values: new Array(432).fill(65) }),
    kernel('is of halves of bytes', { type: 'int4', values: new Array(54).fill(1) }),
    kernel('is of no kind', { fields: { 1: { int8: 77 } } }),
    kernel('lies in no buffer', { fields: { 2: { int32: 4000 } } }),
    kernel('lies before all buffers', { fields: { 2: { int32: -3 } } }),
    kernel('lies beyond the file', { bufferFields: { 1: { uint64: 2 ** 40 }, 2: { uint64: 432 } } }),
    kernel('lies at the end of the file', { bufferFields: { 1: { uint64: 16 }, 2: { uint64: 2 ** 52 } } }),
    kernel('is sparse', { fields: { 6: { table: { 0: { int32s: [0, 1, 2, 3] } } } } }),
    kernel('has scales for other filters', { ...whole, quantization: { scales: [1, 2, 3], side: 0 } }),
    kernel('has scales along no side', { ...whole, quantization: { scales: [1, 2, 3, 4], side: 9 } }),
    kernel('has fewer zero points than scales', { ...whole, quantization: { scales: [1, 2, 3, 4], zeros: [0, 0], side: 0 } }),
    kernel('has a scale that is no number', { ...whole, quantization: { scales: [Number.NaN], side: 0 } }),
    kernel('is quantised in a way of its own', { ...whole, fields: { 4: { table: { 2: { floats: [1] }, 4: { int8: 1 } } } } }),
  ];
}

/** With an operator between convolution and mean. */
function between(what: string, operator: Partial<OperatorOf>, tensors: Readonly<Record<string, TensorOf>> = {}): BrokenCase {
  const [convolution, mean, ...others] = OPERATORS;
  if (!convolution || !mean) throw new Error('the sound model has lost its operators');
  const added: OperatorOf = { kind: 'RELU', inputs: [CONVOLVED], outputs: ['between'], ...operator };
  return of(
    what,
    soundTflite({
      operators: [convolution, added, { ...mean, inputs: ['between', 'sides'] }, ...others],
      tensors: { ...TENSORS, between: { shape: [1, 8, 8, 4] }, ...tensors },
    }),
  );
}

function whole(shape: readonly number[], values: readonly number[]): TensorOf {
  return { shape, type: 'int32', values };
}

function operators(): BrokenCase[] {
  const window = { 0: { int8: 1 }, 1: { int32: 1 }, 2: { int32: 1 } } as const;
  return [
    between('that looks for the greatest', { kind: 'ARG_MAX', inputs: [CONVOLVED, 'sides'] }),
    between('of a recurrent network', { kind: 'UNIDIRECTIONAL_SEQUENCE_LSTM' }),
    between('with a loop', { kind: 'WHILE' }),
    between('of an operator of somebody’s own', { kind: 'custom:MaxUnpooling' }),
    between('of TensorFlow’s operators', { kind: 'custom:FlexErf' }),
    between('compiled for an Edge TPU', { kind: 'custom:edgetpu-custom-op' }),
    between('of attention', { kind: 'BATCH_MATMUL', inputs: [CONVOLVED, CONVOLVED] }),
    between('of a number that no operator has', { fields: { 0: { int32: 4000 } } }),
    between('that takes a tensor that is not there', { fields: { 1: { int32s: [4000] } } }),
    between('that gives a tensor that is not there', { fields: { 2: { int32s: [4000] } } }),
    between('that gives what was left out', { fields: { 2: { int32s: [-1] } } }),
    between('that takes nothing', { inputs: [] }),
    between('that gives nothing', { outputs: [] }),
    between('that waits for itself', { inputs: ['between'] }),
    between('that takes its own end', { inputs: [OUTPUT] }),
    between('of a product with computed weights', { kind: 'CONV_2D', inputs: [CONVOLVED, CONVOLVED, ''], options: window }),
    between('that pools in steps of nothing', { kind: 'MAX_POOL_2D', options: {} }),
    between('that pools windows larger than its map', {
      kind: 'MAX_POOL_2D',
      options: { ...window, 3: { int32: 99 }, 4: { int32: 99 } },
    }),
    between('that pads in no known way', { kind: 'AVERAGE_POOL_2D', options: { ...window, 0: { int8: 7 } } }),
    between('that pads a terabyte', { kind: 'PAD', inputs: [CONVOLVED, 'p'] }, { p: whole([4, 2], [0, 0, 1e6, 1e6, 1e6, 1e6, 0, 0]) }),
    between('that pads two sides of four', { kind: 'PAD', inputs: [CONVOLVED, 'p'] }, { p: whole([2, 2], [0, 0, 1, 1]) }),
    between('that turns sides that are not there', { kind: 'TRANSPOSE', inputs: [CONVOLVED, 'p'] }, { p: whole([4], [0, 1, 2, 7]) }),
    between('that mixes images of a batch', { kind: 'TRANSPOSE', inputs: [CONVOLVED, 'p'] }, { p: whole([4], [1, 0, 2, 3]) }),
    between('that lays out more than there is', { kind: 'RESHAPE', inputs: [CONVOLVED, 'p'] }, { p: whole([2], [1, 1e6]) }),
    between('that lays out images of a batch', { kind: 'SPACE_TO_BATCH_ND' }),
    between('that adds a tensor that does not fit', { kind: 'ADD', inputs: [CONVOLVED, 'd'] }),
    between('that ends in no known function', { kind: 'ADD', inputs: [CONVOLVED, 'b'], options: { 0: { int8: 9 } } }),
    between('that takes a part by an ellipsis', {
      kind: 'STRIDED_SLICE',
      inputs: [CONVOLVED, 'sides', 'sides', 'sides'],
      options: { 2: { int32: 1 } },
    }),
    of('of a product of other features', withOperator(2, { inputs: [POOLED, 'w', 'd'] })),
    of('of weights in an order of their own', withOperator(2, { options: { 1: { int8: 1 } } })),
    of('of weights alone', withOperator(0, { inputs: ['w', 'w', 'b'] })),
  ];
}

function ends(): BrokenCase[] {
  const input = (shape: readonly number[], signature?: readonly number[]) =>
    withTensor('image', { shape, ...(signature ? { signature } : { fields: { 7: undefined } }) });
  return [
    of('of two inputs', soundTflite({ inputs: ['image', 'v'] })),
    of('without inputs', soundTflite({ inputs: [] })),
    of('of tables', input([1, 3])),
    of('of videos', input([1, 4, 8, 8, 3])),
    of('of satellites', input([1, 8, 8, 12])),
    of('of images larger than any', input([1, 1e6, 1e6, 3])),
    of('of an unknown shape', input([])),
    of('whose output is a weight', soundTflite({ outputs: ['b'] })),
    of('without outputs', soundTflite({ outputs: [] })),
  ];
}

export function brokenTflite(): BrokenCase[] {
  return [...damaged(), ...lyingTensors(), ...operators(), ...ends()];
}
