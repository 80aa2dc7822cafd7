import { expect, it } from 'vitest';
import { complementOf, type FileRole, plainRole, type RoledFile } from './file-role.ts';

const NETWORK: FileRole = { use: 'model', id: 'network', partners: ['weights'], isNetworkOnly: true };
const WEIGHTS: FileRole = { use: 'model', id: 'weights', partners: ['network'] };
const WHOLE: FileRole = { use: 'model', id: 'whole' };
const SHARDED: FileRole = { use: 'model', id: 'sharded', parts: ['shard', 'unknown'] };
const SHARD: FileRole = { use: 'part', id: 'shard' };
const OTHER_PART: FileRole = { use: 'part', id: 'page' };
/** Weights of several files, which need a network beside them. */
const CHECKPOINT: FileRole = { use: 'model', id: 'checkpoint', parts: ['page'], partners: ['described'] };
const DESCRIBED: FileRole = { use: 'model', id: 'described', partners: ['weights', 'checkpoint'], isNetworkOnly: true };
/** What the others do not know of. */
const NEWER: FileRole = { use: 'model', id: 'newer', partners: ['whole', 'weights'] };
const [NAMES, UNKNOWN, JSON_FILE] = [plainRole('names'), plainRole('unknown'), plainRole('json')];

const files = (...roles: FileRole[]): RoledFile<number>[] => roles.map((role, file) => ({ file, role }));
const taken = (given: FileRole[], waiting: FileRole[]) => complementOf(files(...given), files(...waiting)).map(({ file }) => file);

it.each<[string, FileRole[], FileRole[], number[]]>([
  ['a network takes the newest weights, and what is said of them', [NETWORK], [WEIGHTS, NAMES, WEIGHTS, SHARD], [2, 1]],
  ['weights take the newest network', [WEIGHTS], [NETWORK, NETWORK, JSON_FILE], [1]],
  ['a network that came with its weights takes neither', [WEIGHTS, NETWORK], [WEIGHTS, NETWORK, NAMES], [2]],
  ['a whole model takes nothing', [WHOLE], [NETWORK, NAMES, SHARD], []],
  [
    'a model of several files takes all its parts, and no other format’s',
    [SHARDED],
    [SHARD, OTHER_PART, UNKNOWN, SHARD, WEIGHTS],
    [0, 2, 3],
  ],
  ['a part takes the newest model that waits, with its other parts', [SHARD], [NETWORK, SHARD, SHARDED, NAMES], [1, 2, 3]],
  ['names take the network that waits', [NAMES], [SHARD, NETWORK], [1]],
  ['a network takes weights of several files with all of them', [DESCRIBED], [OTHER_PART, CHECKPOINT, SHARD, OTHER_PART], [0, 3, 1]],
  ['weights of several files take the network, and their parts', [CHECKPOINT], [DESCRIBED, OTHER_PART, SHARD], [1, 0]],
  ['a part takes the weights that it is of, and the network that waits for them', [OTHER_PART], [DESCRIBED, CHECKPOINT], [0, 1]],
  ['a model takes one that says it belongs to it, though it does not say so itself', [WHOLE], [NETWORK, NEWER, SHARD], [1]],
  ['and is taken by it', [NEWER], [NETWORK, WHOLE], [1]],
  ['a part alone takes other parts, of whichever format', [SHARD], [SHARD, JSON_FILE, OTHER_PART, NAMES], [0, 2, 3]],
])('%s', (_what, given, waiting, expected) => {
  expect(taken(given, waiting)).toEqual(expected);
});
