/** TensorFlow checkpoints and SavedModels that are damaged, or made to do harm, or do not belong to their network. */
import type { GivenFile } from '../../given-file.ts';
import { checkpointLayers, kerasMetadata, kerasOf, networkFile, savedGraph, savedModel, soundCheckpoint } from '../sound-checkpoints.ts';
import { utf8 } from '../sound-models.ts';
import { networkWith, WEIGHTS } from '../sound-network.ts';
import { message, tableOf, varint } from '../tensorflow-bytes.ts';
import {
  type CheckpointOptions,
  checkpointFiles,
  DTYPES,
  type EntryFields,
  GRAPH_KEY,
  kerasLayers,
  objectGraph,
  type StoredTensor,
  SUFFIX,
  stringTensor,
} from '../tensorflow-writer.ts';
import { type BrokenCase, changed, cutAt, noise } from './broken-case.ts';

const INDEX = 'ckpt-7.index';
const SHARD = 'ckpt-7.data-00000-of-00001';
const CONV = `model/layer_with_weights-0/kernel${SUFFIX}`;

/** The sound checkpoint and its network, with one of the files changed. */
function withFile(what: string, name: string, bytes: Uint8Array<ArrayBuffer>, names = INDEX): BrokenCase {
  const others = [...soundCheckpoint(), networkFile()].filter((file) => file.name !== name);
  return { what: `a checkpoint ${what}`, files: [...others, { name, bytes }], names };
}

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  const found = soundCheckpoint().find((file) => file.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.bytes;
}

/** The sound checkpoint, of whose first kernel the index says something else. */
function claim(what: string, change: (fields: EntryFields) => void, options: CheckpointOptions = {}): BrokenCase {
  const files = soundCheckpoint('ckpt-7', { ...options, change: (key, fields) => key === CONV && change(fields) });
  return { what: `a checkpoint ${what}`, files: [...files, networkFile()], names: INDEX };
}

function damaged(): BrokenCase[] {
  const [index, shard] = [bytesOf(INDEX), bytesOf(SHARD)];
  const flip = (bytes: Uint8Array<ArrayBuffer>, at: number) => changed(bytes, (copy) => copy.set([(copy[at] ?? 0) ^ 4], at));
  return [
    ...[1, 40, 47, 48, 0.3, 0.7, index.length - 1].map((at) => withFile(`whose index is cut short at ${at}`, INDEX, cutAt(index, at))),
    ...[1, 0.02, 0.5].map((at) => withFile(`whose shard is cut short at ${at}`, SHARD, cutAt(shard, at))),
    withFile('with a bit turned over in a block', INDEX, flip(index, 60)),
    withFile('with a bit turned over in the index of blocks', INDEX, flip(index, index.length - 60)),
    withFile('with a bit turned over in the footer', INDEX, flip(index, index.length - 46)),
    withFile('with a bit turned over in a kernel', SHARD, flip(shard, shard.length - 1100)),
    withFile('with a bit turned over in its graph of objects', SHARD, flip(shard, 60)),
    withFile('whose index is noise', INDEX, noise(3000, 5)),
    withFile('whose shard is noise', SHARD, noise(shard.length, 6)),
  ];
}

function lyingIndexes(): BrokenCase[] {
  const small = new Uint8Array(4);
  const table = (what: string, bytes: Uint8Array<ArrayBuffer>) => withFile(what, INDEX, bytes);
  const entry = (key: string) => ({ key, value: message([1, 1]) });
  const header = { key: '', value: message([1, 1]) };
  return [
    claim('of a kernel that lies beyond its shard', (fields) => Object.assign(fields, { offset: 3e12 })),
    claim('of a kernel of terabytes', (fields) => Object.assign(fields, { size: 2 ** 45, shape: [2 ** 43] })),
    claim('of a kernel whose shape is larger than it is', (fields) => Object.assign(fields, { shape: [3, 3, 3, 4e9] })),
    claim('of a kernel whose shape counts down', (fields) => Object.assign(fields, { shape: [3, 3, 3, -4] })),
    claim('of a kernel of whole numbers', (fields) => Object.assign(fields, { dtype: DTYPES.int32 })),
    claim('of a kernel of no kind', (fields) => Object.assign(fields, { dtype: 99 })),
    claim('of a kernel whose sum is wrong', (fields) => Object.assign(fields, { sum: 1 })),
    claim('of a kernel in pieces', (fields) => Object.assign(fields, { slices: small })),
    claim('of a kernel in a shard that there cannot be', (fields) => Object.assign(fields, { shard: 5 })),
    claim('that says it has no shards', () => {}, { header: message([1, 0]) }),
    claim('that says it has a billion shards', () => {}, { header: message([1, 1e9]) }),
    claim('of bytes the other way round', () => {}, { header: message([1, 1], [2, 1]) }),
    claim('whose header is no message', () => {}, { header: Uint8Array.of(0xff, 0xff) }),
    table('without tensors', tableOf([header])),
    table('without a header', tableOf([entry('a')])),
    table('without anything', tableOf([])),
    table('whose names are out of order', tableOf([header, entry('b'), entry('a')])),
    table('with a name twice', tableOf([header, entry('a'), entry('a')])),
    table('whose names would fill the memory', tableOf([header, ...longNames()], { perBlock: 1e6 })),
    table('whose entry is no message', tableOf([header, { key: 'a', value: Uint8Array.of(0x0a, 0x7f) }])),
  ];
}

/** Each repeats all of the one before. */
function longNames(): { key: string; value: Uint8Array }[] {
  const start = 'a'.repeat(60_000);
  return Array.from({ length: 400 }, (_, i) => ({ key: start + 'b'.repeat(i), value: new Uint8Array() }));
}

/** A packed block that claims more than it holds. */
function lyingBlocks(): BrokenCase[] {
  const packed = tableOf([{ key: '', value: message([1, 1]) }], { isPacked: true });
  const claims = (length: number) => {
    // Too long for its sum as well, but the sum is made to fit.
    const block = Uint8Array.from([...varint(length), ...packed.slice(1, 20)]);
    return block;
  };
  return [withFile('whose packed block claims gigabytes', INDEX, Uint8Array.from([...claims(3e9), ...packed.slice(20)]))];
}

function lyingGraphs(): BrokenCase[] {
  const { tensors, model } = kerasLayers(checkpointLayers(), 'model/');
  const of = (what: string, graph: Uint8Array, stored: readonly StoredTensor[] = tensors): BrokenCase => ({
    what: `a checkpoint ${what}`,
    files: [...checkpointFiles('ckpt-7', [stringTensor(GRAPH_KEY, graph), ...stored]), networkFile()],
    names: INDEX,
  });
  const circle = { children: {} as Record<string, object> };
  circle.children['layer_with_weights-0'] = circle;
  const leadsOut = message([1, message([1, message([1, 99], [2, 'model'])])]);
  const elsewhere = { children: { kernel: { key: 'nowhere', fullName: 'conv/kernel' } } };
  return [
    of('whose graph of objects is noise', noise(200, 8)),
    of('whose graph of objects is empty', new Uint8Array()),
    of('whose graph of objects leads out of it', leadsOut),
    of('whose graph of objects is a circle', objectGraph(circle)),
    of('whose graph of objects knows no layers', objectGraph({})),
    of('whose graph of objects names a tensor that is not there', objectGraph({ children: { 'layer_with_weights-0': elsewhere } })),
    of('that lacks a tensor of its layers', objectGraph({ children: { model } }), tensors.slice(1)),
  ];
}

function otherNetworks(): BrokenCase[] {
  const of = (what: string, files: readonly GivenFile[], names = INDEX): BrokenCase => ({ what: `a checkpoint ${what}`, files, names });
  const reshaped = WEIGHTS.map((weight) => (weight.layer === 'scores' && weight.own === 'kernel' ? { ...weight, shape: [5, 3] } : weight));
  const custom = networkWith((_, layer) => {
    layer('norm').class_name = 'Custom>MyNorm';
  });
  return [
    of('of fewer layers than its network', [...soundCheckpoint('ckpt-7', {}, checkpointLayers().slice(1)), networkFile()]),
    of('of more layers than its network', [
      ...soundCheckpoint('ckpt-7', {}, [...checkpointLayers(), ...checkpointLayers()]),
      networkFile(),
    ]),
    of('whose layers are in another order', [
      ...soundCheckpoint('ckpt-7', {}, checkpointLayers(WEIGHTS, () => 'x').reverse()),
      networkFile(),
    ]),
    of('of another shape than its network', [...soundCheckpoint('ckpt-7', {}, checkpointLayers(reshaped)), networkFile()], 'network.json'),
    of('of a custom layer', [...soundCheckpoint(), networkFile('custom.json', custom)], 'custom.json'),
    of(
      'beside a network that is damaged',
      [...soundCheckpoint(), { name: 'network.json', bytes: utf8('{"class_name": "Functional", "config": {}}') }],
      'network.json',
    ),
  ];
}

function savedModels(): BrokenCase[] {
  const without = (...names: string[]) => savedModel().filter(({ name }) => !names.includes(name));
  const metadata = (what: string, bytes: Uint8Array<ArrayBuffer>, names = 'keras_metadata.pb'): BrokenCase => ({
    what: `a SavedModel ${what}`,
    files: [...without('keras_metadata.pb'), { name: 'keras_metadata.pb', bytes }],
    names,
  });
  const sound = kerasMetadata();
  return [
    metadata('whose metadata is cut short', cutAt(sound, 0.5)),
    metadata('whose metadata is empty of models', message([1, message([4, '_tf_keras_layer'])]), 'saved_model.pb'),
    metadata('whose metadata holds no JSON', kerasMetadata('{"class_name": ')),
    metadata('whose metadata is nested without end', kerasMetadata(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)),
    metadata('of a class of somebody’s own', kerasMetadata({ class_name: 'Mine' }, '_tf_keras_model')),
    metadata(
      'whose network has other layers',
      kerasMetadata({ ...kerasOf(networkWith(({ config }) => config.layers.splice(2, 1))) }),
      'variables.index',
    ),
    { what: 'a SavedModel without Keras', files: without('keras_metadata.pb'), names: 'saved_model.pb' },
    {
      what: 'a SavedModel whose graph is cut short',
      files: [...without('keras_metadata.pb', 'saved_model.pb'), { name: 'saved_model.pb', bytes: cutAt(savedGraph(kerasOf()), 0.6) }],
      names: 'saved_model.pb',
    },
    { what: 'two SavedModels', files: [...savedModel(), { name: 'saved_model (1).pb', bytes: savedGraph() }], names: 'saved_model (1).pb' },
  ];
}

export function brokenTensorflow(): BrokenCase[] {
  return [...damaged(), ...lyingIndexes(), ...lyingBlocks(), ...lyingGraphs(), ...otherNetworks(), ...savedModels()];
}
