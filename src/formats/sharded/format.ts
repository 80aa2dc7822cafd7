/** Weights in several files, safetensors or PyTorch's, with an index that says which of them are one model. */
import type { FileRole } from '../../core/models/file-role.ts';
import { type Format, isZip, starts } from '../format.ts';
import { isLegacyTorch } from '../torch/signature.ts';

const INDEX: FileRole = { use: 'model', id: 'weight-index', parts: ['weight-shard'] };
const SHARD: FileRole = { use: 'part', id: 'weight-shard' };

/** `model-00001-of-00003.safetensors`, perhaps with what a browser puts behind a name that there is already; one of one is whole. */
const SHARD_NAME = /-\d{5}-of-(?!00001)\d{5}\b[^/\\]*\.(safetensors|bin|pth?)$/i;

export const sharded: Format = {
  hint: 'a .safetensors.index.json with its shards',
  rows: [
    {
      what: '`.safetensors.index.json`, `.bin.index.json`, with their shards',
      fromWhere: 'Hugging Face’s libraries, where weights are in several files',
      whatIsRead: 'the same as of one file',
    },
  ],
  kinds: [
    {
      id: 'weight-shard',
      role: SHARD,
      isSigned: ({ name, bytes }) => SHARD_NAME.test(name) && (starts(bytes, [0, 0], 6) || isZip(bytes) || isLegacyTorch(bytes)),
      incomplete: 'a part of a model’s weights, which needs its .index.json and the other parts too',
    },
  ],
  json: [{ role: INDEX, matches: ({ weight_map: places }) => typeof places === 'object' && places !== null && !Array.isArray(places) }],
  begins: ['weight-index'],
  reader: async () => (await import('./reader.ts')).shardedReader,
};
