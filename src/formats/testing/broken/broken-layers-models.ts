/** tf.js layers-models whose description, shards, manifest or class names are damaged or missing. */

import type { GivenFile } from '../../given-file.ts';
import type { Json } from '../../network/artifacts.ts';
import { sha256 } from '../../sha256.ts';
import { kerasArchive, layersModel, utf8 } from '../sound-models.ts';
import { alone, type BrokenCase, changed, cutAt, placeOf } from './broken-case.ts';

const NAME = 'model.json';
const SHARD = 'group1-shard1of1.bin';

interface ShardedWeight {
  name: unknown;
  shape: unknown;
  dtype: unknown;
  quantization?: unknown;
}

interface LayersModelJson {
  format: unknown;
  modelTopology: Record<string, unknown>;
  weightsManifest: { paths: unknown[]; weights: ShardedWeight[] }[];
}

function parts(): { model: GivenFile; shard: GivenFile } {
  const [model, shard] = layersModel();
  if (!model || !shard) throw new Error('a layers-model has two files at least');
  return { model, shard };
}

/** The description after a change, and the sound shard. */
function described(what: string, change: (json: LayersModelJson, first: LayersModelJson['weightsManifest'][number]) => void): BrokenCase {
  const { model, shard } = parts();
  const json: LayersModelJson = JSON.parse(new TextDecoder().decode(model.bytes));
  const [first] = json.weightsManifest;
  if (first) change(json, first);
  return { what: `a layers-model with ${what}`, files: [{ name: NAME, bytes: utf8(JSON.stringify(json)) }, shard], names: NAME };
}

function firstWeight(change: Partial<ShardedWeight>): Parameters<typeof described>[1] {
  return (_json, { weights }) => void Object.assign(weights[0] ?? {}, change);
}

function descriptions(): BrokenCase[] {
  const { model, shard } = parts();
  const cut = [1, 10, 0.3, 0.6, 0.9, model.bytes.length - 1].map(
    (at): BrokenCase => ({
      what: `a layers-model cut short at ${at}`,
      files: [{ name: NAME, bytes: cutAt(model.bytes, at) }, shard],
      names: NAME,
    }),
  );
  return [
    ...cut,
    described('no network', (json) => void Object.assign(json, { modelTopology: null })),
    described('a network that is a text', (json) => void Object.assign(json, { modelTopology: 'conv' })),
    described('a graph', (json) => void Object.assign(json, { format: 'graph-model', modelTopology: { node: [] } })),
    described('no list of weights', (json) => void Object.assign(json, { weightsManifest: null })),
    described('an empty list of weights', (json) => void Object.assign(json, { weightsManifest: [] })),
    described('a weight without a name', firstWeight({ name: null })),
    described('a weight of another name', firstWeight({ name: 'conv/colonel' })),
    described('a weight called __proto__', firstWeight({ name: '__proto__' })),
    described('a weight without a shape', firstWeight({ shape: null })),
    described('a weight of negative shape', firstWeight({ shape: [-3, -3, 3, 4] })),
    described('a weight of half a row', firstWeight({ shape: [1.5, 6, 3, 4] })),
    described('a weight of three gigabytes', firstWeight({ shape: [750_000_000] })),
    described('a weight of more values than there are numbers', firstWeight({ shape: [2 ** 40, 2 ** 40] })),
    described('a weight of whole numbers', firstWeight({ dtype: 'int32' })),
    described('a weight of texts', firstWeight({ dtype: 'string' })),
    described('a weight that is packed in no known way', firstWeight({ quantization: { dtype: 'uint4' } })),
    described('a weight that is packed without a scale', firstWeight({ quantization: { dtype: 'uint8' } })),
    described('a weight that is packed in half', firstWeight({ quantization: { dtype: 'float16' } })),
    described(
      'two weights of one name',
      (_json, { weights }) => void Object.assign(weights[1] ?? {}, { name: weights[2]?.name, shape: [4] }),
    ),
    described('a weight too few', (_json, { weights }) => void weights.pop()),
    described('one shard twice', (_json, first) => void first.paths.push(first.paths[0])),
    described(
      'one shard a hundred thousand times',
      (_json, first) => void Object.assign(first, { paths: Array.from({ length: 100_000 }, () => first.paths[0]) }),
    ),
    described('no shards', (_json, first) => void Object.assign(first, { paths: [] })),
  ];
}

function shards(): BrokenCase[] {
  const { model, shard } = parts();
  const of = (what: string, names: string, ...files: GivenFile[]): BrokenCase => ({ what: `a layers-model ${what}`, files, names });
  const renamed = described(
    'a shard in another folder',
    (_json, first) => void Object.assign(first, { paths: ['../../secret/other.bin'] }),
  );
  return [
    of('without its shard', SHARD, model),
    of('whose shard is too short', SHARD, model, { name: SHARD, bytes: cutAt(shard.bytes, 0.5) }),
    of('whose shard lacks a byte', SHARD, model, { name: SHARD, bytes: shard.bytes.slice(0, -1) }),
    of('whose shard is too long', SHARD, model, { name: SHARD, bytes: new Uint8Array([...shard.bytes, 0, 0, 0, 0]) }),
    of('whose shard is empty', SHARD, model, { name: SHARD, bytes: new Uint8Array() }),
    of('whose shard has another name', SHARD, model, { name: 'shard.bin', bytes: shard.bytes }),
    of('of nothing but a shard', SHARD, shard),
    { ...renamed, names: 'other.bin' },
  ];
}

const PREPROCESSING = { channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1], fit: 'stretched' };

async function manifests(): Promise<BrokenCase[]> {
  const { model, shard } = parts();
  const entry = async ({ name, bytes }: GivenFile) => ({ path: name, bytes: bytes.byteLength, sha256: await sha256(bytes.buffer) });
  const sound = {
    title: 'Small',
    description: '',
    input: { width: 12, height: 12 },
    preprocessing: PREPROCESSING,
    outputReading: 'softmax',
    classNames: ['a', 'b', 'c'],
    origin: '',
    licence: '',
    files: [await entry(model), await entry(shard)],
  };
  const withText = (what: string, text: string, names = 'manifest.json', files = [model, shard]): BrokenCase => ({
    what: `a manifest ${what}`,
    files: [...files, { name: 'manifest.json', bytes: utf8(text) }],
    names,
  });
  const withField = (what: string, change: { readonly [field: string]: Json }) => withText(what, JSON.stringify({ ...sound, ...change }));
  const flipped = { ...shard, bytes: changed(shard.bytes, (copy) => copy.set([(copy[77] ?? 0) ^ 1], 77)) };
  const renamed = { ...model, bytes: changed(model.bytes, (copy) => copy.set([0x53], placeOf(copy, 'small'))) };
  const file = sound.files[1];
  return [
    withText('cut short', JSON.stringify(sound).slice(0, 100)),
    withText('that is a number', '7'),
    withText('that is null', 'null'),
    withText('of a hundred thousand brackets', '['.repeat(100_000) + ']'.repeat(100_000)),
    withField('without a title', { title: null }),
    withField('with class names that are numbers', { classNames: [1, 2, 3] }),
    withField('without an input', { input: null }),
    withField('with a negative input', { input: { width: -1, height: 12 } }),
    withField('with outputs of an unknown meaning', { outputReading: 'tanh' }),
    withField('without preprocessing', { preprocessing: null }),
    withField('with a std of nothing', { preprocessing: { ...PREPROCESSING, std: [0, 1, 1] } }),
    withField('with an unknown fit', { preprocessing: { ...PREPROCESSING, fit: 'stretch' } }),
    withField('without files', { files: null }),
    withField('with a file of another folder', { files: [{ path: '../secret', bytes: 1, sha256: 'a'.repeat(64) }] }),
    withField('with a file on another host', { files: [{ path: 'https://example.org/model.json', bytes: 1, sha256: 'a'.repeat(64) }] }),
    withField('with a check sum that is none', { files: [{ path: SHARD, bytes: 1, sha256: 'none' }] }),
    withText('of another shard', JSON.stringify({ ...sound, files: [{ ...file, sha256: 'a'.repeat(64) }] }), SHARD),
    withText('of a longer shard', JSON.stringify({ ...sound, files: [{ ...file, bytes: 4 }] }), SHARD),
    withText('beside a shard with a bit turned over', JSON.stringify(sound), SHARD, [model, flipped]),
    withText('beside a network with a letter changed', JSON.stringify(sound), NAME, [renamed, shard]),
  ];
}

async function classNames(): Promise<BrokenCase[]> {
  const model: GivenFile = { name: 'network.keras', bytes: await kerasArchive() };
  const of = (what: string, name: string, bytes: Uint8Array<ArrayBuffer>): BrokenCase => ({
    what: `class names ${what}`,
    files: [model, { name, bytes }],
    names: name,
  });
  return [
    of('that are no text', 'labels.txt', new Uint8Array([0, 1, 2, 255, 254, 0, 7])),
    of('with a gap', 'labels.txt', utf8('cat\n\ndog\n')),
    of('of nothing but lines', 'labels.txt', utf8('\n\n\n')),
    of('in an empty table', 'labels.csv', utf8('\n')),
    of('in a table with empty cells', 'labels.csv', utf8('0,cat\n1,\n')),
    of('that are empty', 'labels.txt', new Uint8Array()),
    alone('class names and no model', 'labels.txt', utf8('cat\ndog\n')),
    alone('class names in JSON and no model', 'labels.json', utf8('["cat", "dog"]')),
  ];
}

export async function brokenLayersModels(): Promise<BrokenCase[]> {
  return [...descriptions(), ...shards(), ...(await manifests()), ...(await classNames())];
}
