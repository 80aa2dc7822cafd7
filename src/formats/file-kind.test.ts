import { describe, expect, it } from 'vitest';
import { kindOfFile } from './file-kind.ts';
import { kerasArchive, kerasH5, utf8, zipOf } from './testing/sound-models.ts';
import { safetensorsOf } from './testing/sound-safetensors.ts';

const bytes = (...values: number[]) => new Uint8Array([...values, 1, 2, 3, 4]);

describe('the kind of a file', () => {
  it('is told by its content, whatever it is called', async () => {
    const contents: readonly (readonly [string, Uint8Array])[] = [
      ['hdf5', await kerasH5()],
      ['zip', await kerasArchive()],
      ['safetensors', safetensorsOf('{}', new Uint8Array())],
      ['image', bytes(0x89, 0x50, 0x4e, 0x47)],
      ['image', bytes(0xff, 0xd8, 0xff)],
      ['image', utf8('GIF89a')],
      ['image', utf8('RIFF\0\0\0\0WEBP')],
      ['image', utf8('\0\0\0\x20ftypavif')],
      ['image', utf8('\0\0\0\x1cftypheic')],
      ['image', bytes(0x42, 0x4d, 0x36, 0x10, 0, 0, 0, 0, 0, 0)],
      ['image', utf8('II*\0\x08\0\0\0')],
      ['image', utf8('MM\0*\0\0\0\x08')],
      ['image', utf8('II+\0\x08\0\0\0')],
      ['image', utf8('MM\0+\0\x08\0\0')],
      ['hdf5', new Uint8Array([...new Uint8Array(2048).fill(32), ...(await kerasH5())])],
      ['tflite', utf8('\x1c\0\0\0TFL3')],
      ['torch-archive', zipOf({ 'archive/data.pkl': new Uint8Array(4) })],
      ['web-page', utf8('\n<!doctype HTML><html></html>')],
      ['web-page', utf8('<!-- saved -->\n<html lang="en">')],
      ['pointer', utf8('version https://git-lfs.github.com/spec/v1\noid sha256:1')],
    ];
    for (const [kind, content] of contents)
      for (const name of ['model.h5', 'model.keras', 'model.json', 'model.safetensors', 'model'])
        expect(kindOfFile(name, content).id, `${kind} called ${name}`).toBe(kind);
  });

  it.each([
    ['model.h5', 'hdf5'],
    ['MODEL.HDF5', 'hdf5'],
    ['model.keras', 'keras-archive'],
    ['model.safetensors', 'safetensors'],
    ['model.json', 'json'],
    ['labels.txt', 'names'],
    ['labels.csv', 'names'],
    ['labels.tsv', 'names'],
    ['network.onnx', 'onnx'],
    ['network.onnx.data', 'onnx-data'],
    ['frozen.pb', 'tensorflow-graph'],
    ['saved_model.pb', 'saved-model'],
    ['net/saved_model (1).pb', 'saved-model'],
    ['keras_metadata.pb', 'keras-metadata'],
    ['fingerprint.pb', 'saved-model-fingerprint'],
    ['cp.ckpt.index', 'tensorflow-index'],
    ['ckpt-7.data-00000-of-00001', 'tensorflow-shard'],
    ['ckpt-7 (1).data-00001-of-00002', 'tensorflow-shard'],
    ['model.ckpt-100.meta', 'tensorflow-meta'],
    ['group1-shard1of1.bin', 'shard'],
    ['group1-shard1of1', 'shard'],
    ['group10-shard2of12 (1)', 'shard'],
    ['holiday.bmp', 'unknown'],
    ['paper.pdf', 'unknown'],
    ['model', 'unknown'],
  ] as const)('is told by its name where its content says nothing: %s', (name, kind) => {
    expect(kindOfFile(name, utf8('nothing in particular')).id).toBe(kind);
  });

  it('is a shard for every .bin that is no archive, because numbers may begin like anything', () => {
    expect(kindOfFile('shard.bin', bytes(0x89, 0x50, 0x4e, 0x47)).id).toBe('shard');
    expect(kindOfFile('shard.bin', bytes(0x80, 2)).id).toBe('shard');
  });

  it('is a pickle only where no name says otherwise', () => {
    expect(kindOfFile('weights.pt', bytes(0x80, 2)).id).toBe('pickle');
    expect(kindOfFile('weights.pkl', bytes(0x80, 4)).id).toBe('pickle');
    expect(kindOfFile('weights.h5', bytes(0x80, 2)).id).toBe('hdf5');
  });

  it('is JSON for what begins like it', () => {
    expect(kindOfFile('settings', utf8(' {"a": 1}')).id).toBe('json');
    expect(kindOfFile('settings', utf8('\uFEFF[1]')).id).toBe('json');
    expect(kindOfFile('settings', new Uint8Array()).id).toBe('unknown');
  });
});
