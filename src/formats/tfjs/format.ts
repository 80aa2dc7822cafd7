/** tf.js: `model.json` and its shards. */
import type { FileRole } from '../../core/models/file-role.ts';
import { type Format, isZip } from '../format.ts';

const LAYERS_MODEL: FileRole = { use: 'model', id: 'layers-model', parts: ['shard', 'unknown'] };
const SHARD: FileRole = { use: 'part', id: 'shard' };

export const tfjs: Format = {
  title: 'a tf.js model (model.json with its shards)',
  atUrl: ['model.json'],
  rows: [
    {
      what: '`model.json` with its shards',
      fromWhere: 'a tf.js layers-model, converted from Keras 2 or 3, or what `npm run convert` writes, as files or by its URL',
      whatIsRead: 'everything',
    },
    {
      what: '`model.json` with its shards, a graph-model',
      fromWhere: 'TensorFlow 1 and 2, by `tensorflowjs_converter` or from TensorFlow Hub; convolutional classifiers',
      whatIsRead: 'everything, every tensor of an image as a layer; weights of 8 or 16 bits too',
    },
  ],
  kinds: [
    {
      id: 'shard',
      role: SHARD,
      // A shard is nothing but numbers, which may begin like anything; converters of old gave it no ending.
      isSigned: ({ name, bytes }) => /\.bin$|^group\d+-shard\d+of\d+\b/i.test(name) && !isZip(bytes),
      incomplete: 'weights of a tf.js model, which needs its model.json too',
    },
  ],
  json: [{ role: LAYERS_MODEL, matches: (json) => 'modelTopology' in json || 'weightsManifest' in json }],
  begins: ['layers-model', 'json'],
  reader: async () => (await import('./reader.ts')).tfjsReader,
};
