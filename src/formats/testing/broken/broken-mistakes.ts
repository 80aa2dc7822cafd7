/** Files that are no model that can be read here, whatever they are called. */

import { kerasArchive, kerasH5, layersModel, utf8, zipOf } from '../sound-models.ts';
import { denseNetTensors, safetensorsWith } from '../sound-safetensors.ts';
import { alone, type BrokenCase, noise } from './broken-case.ts';

const ENDINGS = [
  '.h5',
  '.hdf5',
  '.keras',
  '.json',
  '.safetensors',
  '.bin',
  '.txt',
  '.csv',
  '.pt',
  '.pth',
  '.onnx',
  '.tflite',
  '.pb',
  '.dat',
  '',
];

type Bytes = Uint8Array<ArrayBuffer>;

/** A file's first bytes, and something after them. */
function starting(...parts: (string | readonly number[])[]): Bytes {
  const head = parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : [...part]));
  return new Uint8Array([...head, ...noise(300, 7)]);
}

const IMAGES: Readonly<Record<string, Bytes>> = {
  PNG: starting([0x89], 'PNG\r\n\x1a\n'),
  JPEG: starting([0xff, 0xd8, 0xff, 0xe0], '\0\x10JFIF'),
  GIF: starting('GIF89a'),
  WebP: starting('RIFF\0\0\0\0WEBPVP8 '),
  AVIF: starting('\0\0\0\x20ftypavif'),
  BMP: starting('BM'),
};

const PAGE = utf8('<!DOCTYPE html>\n<html lang="en"><head><title>model.h5 at main</title></head><body>Sign in</body></html>\n');
const POINTER = utf8('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 51963792\n');

/** What other programs write. */
function others(): readonly (readonly [what: string, name: string, bytes: Bytes])[] {
  const torch = zipOf({
    'archive/data.pkl': new Uint8Array([0x80, 2, 0x7d]),
    'archive/version': utf8('3'),
    'archive/data/0': noise(100, 3),
  });
  const pickle = starting([0x80, 0x02], '}q\0(X\x05\0\0\0state');
  return [
    ['a PyTorch checkpoint', 'weights.pt', torch],
    ['a PyTorch checkpoint called .keras', 'weights.keras', torch],
    ['a PyTorch checkpoint called .safetensors', 'weights.safetensors', torch],
    ['a pickle', 'weights.pkl', pickle],
    ['a pickle called .pth', 'weights.pth', pickle],
    ['a pickle called .h5', 'weights.h5', pickle],
    ['a PyTorch checkpoint of old', 'weights.pth.tar', starting([0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9])],
    ['an ONNX graph', 'network.onnx', starting([0x08, 0x07, 0x12], '\x07pytorch')],
    ['a TensorFlow Lite model', 'network.tflite', starting([0x1c, 0, 0, 0], 'TFL3')],
    ['a TensorFlow Lite model called .h5', 'network.h5', starting([0x1c, 0, 0, 0], 'TFL3')],
    ['a SavedModel', 'saved_model.pb', starting([0x08, 0x01, 0x12])],
    ['numbers of NumPy', 'weights.npz', zipOf({ 'arr_0.npy': noise(100, 4) })],
    ['an array of NumPy', 'weights.npy', starting([0x93], 'NUMPY\x01\0')],
    ['a PDF', 'paper.pdf', starting('%PDF-1.7\n')],
    ['a packed archive', 'model.tar.gz', starting([0x1f, 0x8b, 8, 0])],
    ['a packed archive called .keras', 'model.keras', starting([0x1f, 0x8b, 8, 0])],
    ['a Python program', 'train.py', utf8('import keras\nkeras.models.load_model("model.h5")\n')],
    ['a Python program called .json', 'model.json', utf8('import keras\n')],
    ['XML', 'model.xml', utf8('<?xml version="1.0"?><net name="model"/>')],
    ['a settings file', 'config.yaml', utf8('model: densenet\nclasses: 3\n')],
    ['other JSON', 'package.json', utf8('{"name": "app", "version": "1.0.0"}')],
    ['JSON that is a number', 'model.json', utf8('12')],
    ['JSON that is null', 'model.json', utf8('null')],
    ['a training history', 'history.json', utf8('{"loss": [0.5, 0.3], "accuracy": [0.7, 0.8]}')],
    ['a web page called .json', 'model.json', PAGE],
    ['a web page called .h5', 'model.h5', PAGE],
    ['a web page called .keras', 'model.keras', PAGE],
    ['a web page called .safetensors', 'model.safetensors', PAGE],
    ['a note of git called .h5', 'model.h5', POINTER],
    ['a note of git called .safetensors', 'model.safetensors', POINTER],
    ['a file of zeros called .h5', 'model.h5', new Uint8Array(5000)],
    ['a file of zeros called .keras', 'model.keras', new Uint8Array(5000)],
    ['a file of zeros called .safetensors', 'model.safetensors', new Uint8Array(5000)],
    ['a file of zeros called .json', 'model.json', new Uint8Array(5000)],
  ];
}

/** Sound files that do not go together. */
async function together(): Promise<BrokenCase[]> {
  const h5 = { name: 'first.h5', bytes: await kerasH5() };
  const archive = { name: 'second.keras', bytes: await kerasArchive() };
  const weights = { name: 'third.safetensors', bytes: safetensorsWith(denseNetTensors()) };
  const [model, shard] = layersModel();
  if (!model || !shard) throw new Error('a layers-model has two files at least');
  return [
    { what: 'two models at once', files: [h5, archive], names: 'first.h5' },
    { what: 'three models at once', files: [h5, archive, weights], names: 'second.keras' },
    { what: 'a model and a layers-model', files: [model, shard, archive], names: 'second.keras' },
    { what: 'a model and an image', files: [archive, { name: 'cat.png', bytes: IMAGES.PNG ?? utf8('') }], names: 'cat.png' },
    { what: 'a model and a checkpoint', files: [archive, { name: 'last.pth', bytes: starting([0x80, 0x02], '}q') }], names: 'last.pth' },
    { what: 'a model and an empty file', files: [archive, { name: 'labels.txt', bytes: new Uint8Array() }], names: 'labels.txt' },
  ];
}

export async function mistakenFiles(): Promise<BrokenCase[]> {
  const of = (what: string, name: string, bytes: Bytes) => alone(what, name, bytes);
  const called = (ending: string) => (ending ? `called ${ending}` : 'without an ending');
  return [
    ...ENDINGS.map((ending) => of(`nothing, ${called(ending)}`, `model${ending}`, new Uint8Array())),
    ...ENDINGS.map((ending, i) => of(`noise, ${called(ending)}`, `model${ending}`, noise(4000, i + 1))),
    ...Object.entries(IMAGES).flatMap(([kind, bytes]) =>
      ['.h5', '.keras', '.json'].map((ending) => of(`an image in ${kind} called ${ending}`, `image${ending}`, bytes)),
    ),
    of('an image with its own name', 'image.png', IMAGES.PNG ?? utf8('')),
    ...others().map(([what, name, bytes]) => of(what, name, bytes)),
    ...(await together()),
  ];
}
