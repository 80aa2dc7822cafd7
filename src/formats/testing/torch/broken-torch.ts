/** PyTorch's files that are damaged, hold something else than weights, or were made to do harm. */
import { alone, type BrokenCase, changed, cutAt, placeOf } from '../broken/broken-case.ts';
import { utf8, zipOf } from '../sound-models.ts';
import { ENDLESS, HARMFUL, type HostilePickle, MEANINGLESS } from './hostile-pickles.ts';
import { MISSHAPEN } from './misshapen-tensors.ts';
import { call, dict, global, int, list, NONE, pickle, tensor, text } from './pickle-writer.ts';
import {
  LEGACY_MARK,
  type LegacyParts,
  legacyFile,
  legacyFileOf,
  legacyStorage,
  otherMark,
  resNetTensors,
  stateDict,
  storagesOf,
  torchArchive,
  torchFile,
} from './torch-files.ts';

const NAME = 'weights.pth';

type Bytes = Uint8Array<ArrayBuffer>;

/** A broken file, and a part of what is said of it. */
export interface BrokenTorch extends BrokenCase {
  readonly says: string;
}

function broken(what: string, bytes: Bytes, says: string, name = NAME): BrokenTorch {
  return { ...alone(`a checkpoint ${what}`, name, bytes), says };
}

const ONE_NUMBER = new Uint8Array(4);

function archivesOf(pickles: readonly HostilePickle[]): BrokenTorch[] {
  return pickles.map(([what, value, says]) => broken(`with ${what}`, torchArchive(pickle(value), { 0: ONE_NUMBER }), says));
}

/** The same in the older form, and in a pickle alone. */
function olderHarm(): BrokenTorch[] {
  const harm = call(global('os', 'system'), text('echo harm'));
  const sound = { root: dict({ w: tensor('0', [1]) }), keys: list(text('0')), storages: [legacyStorage(ONE_NUMBER)] };
  const of = (what: string, parts: Partial<LegacyParts>) =>
    broken(`of old with a call of os.system ${what}`, legacyFileOf({ ...sound, ...parts }), 'os.system');
  return [
    of('for its weights', { root: harm }),
    of('for its system', { system: harm }),
    of('for the list of its storages', { keys: harm }),
    of('instead of its version', { version: harm }),
    broken('that is a pickle alone with a call of os.system', pickle(harm), 'os.system', 'weights.pkl'),
    broken('that is a pickle alone of protocol 4 with a call of os.system', pickle(harm, 4), 'os.system', 'weights.pkl'),
  ];
}

function wrongLegacy(): BrokenTorch[] {
  const root = dict({ w: tensor('0', [1]) });
  const keys = list(text('0'));
  const storages = [legacyStorage(ONE_NUMBER)];
  const of = (what: string, parts: Partial<LegacyParts>, says: string) =>
    broken(`of old ${what}`, legacyFileOf({ root, keys, storages, ...parts }), says);
  return [
    of('of another version', { version: int(1002) }, 'version'),
    of('whose mark is another number', { mark: otherMark(LEGACY_MARK + 1n) }, NAME),
    of('whose list of storages is a number', { keys: int(1) }, 'list of its storages'),
    of('with a storage that nothing describes', { keys: list(text('0'), text('1')) }, 'not described'),
    of('whose weight has no storage', { keys: list() }, 'not there'),
    of('without its storage', { storages: [] }, 'cut short'),
    of('whose storage ends too early', { storages: [legacyStorage(ONE_NUMBER.slice(0, 2), 1n)] }, 'cut short'),
    of('whose storage says another length', { storages: [legacyStorage(ONE_NUMBER, 2n)] }, 'another length'),
    of('whose storage says a negative length', { storages: [legacyStorage(ONE_NUMBER, -1n)] }, 'another length'),
    of('whose storages are one', { root: dict({ v: tensor('0', [1]), w: tensor('0', [2]) }), keys: list(text('0'), text('0')) }, NAME),
    of('that holds nothing', { root: NONE, keys: list() }, 'no weights'),
  ];
}

const ENTRY = 'PK\x01\x02';
const MEMBER = 'PK\x03\x04';
const END = 'PK\x05\x06';

function wrongArchives(): BrokenTorch[] {
  const tensors = resNetTensors();
  const sound = torchFile(tensors);
  const content = pickle(stateDict(tensors));
  const storages = storagesOf(tensors);
  const entry = (n: number) => placeOf(sound, ENTRY, n);
  const view = (bytes: Bytes) => new DataView(bytes.buffer);
  const spoilt = (what: string, says: string, change: (copy: DataView) => void) =>
    broken(
      `in an archive ${what}`,
      changed(sound, (copy) => change(view(copy))),
      says,
    );
  const bomb = new Uint8Array(80e6);
  bomb.set(content);
  return [
    spoilt('whose first weight has another sum', 'check sum', (at) => at.setUint32(entry(1) + 16, 1, true)),
    spoilt('with a bit turned over in its first weight', 'check sum', (at) => {
      const place = placeOf(sound, MEMBER, 1) + 60;
      at.setUint8(place, at.getUint8(place) ^ 1);
    }),
    spoilt('with a bit turned over in its pickle', 'check sum', (at) => at.setUint8(80, at.getUint8(80) ^ 1)),
    spoilt('whose pickle lies where a weight is', NAME, (at) => at.setUint32(entry(0) + 42, placeOf(sound, MEMBER, 3), true)),
    spoilt('whose pickle lies beyond its end', 'cut short', (at) => at.setUint32(entry(0) + 42, sound.length + 1, true)),
    spoilt('whose weight lies in the middle of another', 'not where it should be', (at) => at.setUint32(entry(1) + 42, 100, true)),
    spoilt('whose weight is four gigabytes', NAME, (at) => {
      for (const field of [20, 24]) at.setUint32(entry(1) + field, 0xfffffff0, true);
    }),
    spoilt('whose weight is larger than ZIP64 says', NAME, (at) => {
      for (const field of [20, 24]) at.setUint32(entry(1) + field, 0xffffffff, true);
    }),
    spoilt('whose weight has two sizes', 'two sizes', (at) => at.setUint32(entry(1) + 24, 10_000, true)),
    spoilt('whose weight is packed in a way of its own', 'packed by method 12', (at) => at.setUint16(entry(1) + 10, 12, true)),
    spoilt('whose weight says that it is packed', NAME, (at) => at.setUint16(entry(1) + 10, 8, true)),
    spoilt('whose pickle is encrypted', 'encrypted', (at) => at.setUint16(entry(0) + 8, 1, true)),
    spoilt('whose directory is elsewhere', 'directory', (at) => at.setUint32(placeOf(sound, END) + 16, 4, true)),
    spoilt('whose directory has sixty thousand members', 'directory', (at) => at.setUint16(placeOf(sound, END) + 10, 60_000, true)),
    spoilt('whose directory has none', 'data.pkl', (at) => at.setUint16(placeOf(sound, END) + 10, 0, true)),
    broken('in an archive without a pickle', zipOf({ 'archive/version': utf8('3'), 'archive/data/0': ONE_NUMBER }), 'data.pkl'),
    broken('in an archive whose pickle is empty', torchArchive(new Uint8Array(), storages), 'ends too early'),
    broken('in an archive whose pickle is a bomb', torchArchive(bomb, storages, 9), 'MB unpacked'),
    broken('in an archive whose weight is a bomb', torchArchive(content, { ...storages, 0: bomb }, 9), 'MB unpacked'),
    broken('in an archive without its weights', torchArchive(content, {}), 'is not in it'),
  ];
}

function truncated(): BrokenTorch[] {
  const of = (what: string, bytes: Bytes) =>
    [3, 20, 100, 0.1, 0.5, 0.9, bytes.length - 1].map((at) => broken(`${what} cut short at ${at}`, cutAt(bytes, at), NAME));
  return [
    ...of('in an archive', torchFile(resNetTensors())),
    ...of('of old', legacyFile(resNetTensors())),
    broken('that is a tar archive of before 2017', tarOf('sys_info'), 'before 2017'),
    broken('in a tar archive', tarOf('weights.pth'), 'tar archive', 'weights.tar'),
  ];
}

/** The head of a tar archive's first member. */
function tarOf(member: string): Bytes {
  const bytes = new Uint8Array(1024);
  bytes.set(utf8(member));
  bytes.set(utf8('ustar'), 257);
  return bytes;
}

export function brokenTorch(): BrokenTorch[] {
  return [
    ...archivesOf([...HARMFUL, ...ENDLESS, ...MEANINGLESS, ...MISSHAPEN]),
    ...olderHarm(),
    ...wrongLegacy(),
    ...wrongArchives(),
    ...truncated(),
    broken(
      'whose modules have tensors for names',
      torchArchive(pickle(dict({ conv: tensor('0', [1]) })), { 0: ONE_NUMBER }),
      'no architecture',
    ),
  ];
}
