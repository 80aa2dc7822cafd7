/** `.keras` archives that are damaged, or made to do harm. */

import { hdf5File, kerasArchive, numberedWeights, utf8, zipOf } from '../sound-models.ts';
import { soundNetwork, WEIGHTS } from '../sound-network.ts';
import { alone, type BrokenCase, changed, cutAt, placeOf } from './broken-case.ts';

const NAME = 'network.keras';

/** Where the parts of an archive begin. */
const MEMBER = 'PK\x03\x04';
const ENTRY = 'PK\x01\x02';
const END = 'PK\x05\x06';

/** Members of the archive, in the order of `kerasArchive`. */
const CONFIG = 1;
const WEIGHTS_H5 = 2;

type Bytes = Uint8Array<ArrayBuffer>;

function view(bytes: Bytes): DataView {
  return new DataView(bytes.buffer);
}

async function truncated(): Promise<BrokenCase[]> {
  const sound = await kerasArchive();
  const places = [3, 4, 30, 100, 0.1, 0.3, 0.5, 0.8, 0.95, sound.length - 22, sound.length - 1];
  return places.map((at) => alone(`an archive cut short at ${at}`, NAME, cutAt(sound, at)));
}

async function damaged(): Promise<BrokenCase[]> {
  const sound = await kerasArchive();
  const entry = (n: number) => placeOf(sound, ENTRY, n);
  const member = (n: number) => placeOf(sound, MEMBER, n);
  const end = placeOf(sound, END);
  const spoilt = (what: string, change: (copy: Bytes) => void) => alone(`an archive ${what}`, NAME, changed(sound, change));
  const flip = (what: string, at: number, mask = 0xff) =>
    spoilt(`with a bit turned over in ${what}`, (copy) => copy.set([(copy[at] ?? 0) ^ mask], at));
  return [
    flip('its end', end),
    flip('the place of its directory', end + 17),
    flip('its directory', entry(CONFIG)),
    flip('the length of a name', entry(0) + 28),
    flip('the name of the network', entry(CONFIG) + 46),
    flip('the name of the weights', entry(WEIGHTS_H5) + 46),
    flip('the place of the weights', entry(WEIGHTS_H5) + 43),
    flip('the head of the weights', member(WEIGHTS_H5)),
    flip('the packing of the weights', entry(WEIGHTS_H5) + 10, 5),
    flip('the size of the network', entry(CONFIG) + 24, 1),
    flip('the packed size of the network', entry(CONFIG) + 20, 1),
    flip('the check sum of the network', entry(CONFIG) + 16, 1),
    flip('the check sum of the weights', entry(WEIGHTS_H5) + 16, 1),
    flip('the network', placeOf(sound, '"filters":4') + 10, 1),
    flip('a weight', entry(0) - 200, 0x40),
    flip('a number of the weights’ file', placeOf(sound, 'SNOD') + 6, 1),
    spoilt('that is encrypted', (copy) => {
      for (const at of [entry(CONFIG) + 8, member(CONFIG) + 6]) copy.set([1], at);
    }),
    spoilt('that claims four gigabytes of weights', (copy) => {
      for (const at of [entry(WEIGHTS_H5) + 20, entry(WEIGHTS_H5) + 24]) view(copy).setUint32(at, 0xfffffff0, true);
    }),
    spoilt('that claims a network of three gigabytes', (copy) => view(copy).setUint32(entry(CONFIG) + 24, 3_000_000_000, true)),
    spoilt('that claims sixty thousand members', (copy) => view(copy).setUint16(end + 10, 60_000, true)),
    spoilt('without members', (copy) => view(copy).setUint16(end + 10, 0, true)),
  ];
}

/** Sixty-four megabytes of spaces, which pack to almost nothing; the network's JSON stands before them. */
function bomb(): Bytes {
  const whole = new Uint8Array(64e6).fill(0x20);
  whole.set(utf8(JSON.stringify(soundNetwork())));
  return zipOf({ 'config.json': whole, 'model.weights.h5': new Uint8Array(10) }, 9);
}

function bombs(): BrokenCase[] {
  const honest = bomb();
  const lying = changed(honest, (copy) => view(copy).setUint32(placeOf(copy, ENTRY) + 24, 1000, true));
  return [alone('an archive that is a bomb', NAME, honest), alone('an archive that is a bomb and says that it is none', NAME, lying)];
}

async function otherMembers(): Promise<BrokenCase[]> {
  const config = utf8(JSON.stringify(soundNetwork()));
  const weights = await numberedWeights();
  const of = (what: string, members: Readonly<Record<string, Uint8Array>>) => alone(`an archive ${what}`, NAME, zipOf(members));
  const twins = zipOf({ 'config.json': config, 'confiG.json': config, 'model.weights.h5': weights });
  const doubled = changed(twins, (copy) => {
    for (const n of [0, 1]) copy.set(utf8('config.json'), placeOf(twins, 'confiG.json', n));
  });
  return [
    of('without a network', { 'metadata.json': utf8('{}'), 'model.weights.h5': weights }),
    of('without weights', { 'config.json': config }),
    of('of images', { 'cat.png': new Uint8Array(100), 'dog.png': new Uint8Array(100) }),
    of('whose members lead out of it', { '../config.json': config, '../model.weights.h5': weights }),
    of('with empty members', { 'config.json': new Uint8Array(), 'model.weights.h5': new Uint8Array() }),
    of('whose weights are no HDF5', { 'config.json': config, 'model.weights.h5': utf8('weights') }),
    of('whose weights are cut short', { 'config.json': config, 'model.weights.h5': weights.slice(0, weights.length / 2) }),
    of('whose weights are cut away', { 'config.json': config, 'model.weights.h5': weights.slice(0, 100) }),
    of('whose network is cut short', { 'config.json': config.slice(0, 500), 'model.weights.h5': weights }),
    of('whose network is no text', { 'config.json': weights.slice(0, 200), 'model.weights.h5': weights }),
    of('whose network is a list', { 'config.json': utf8('[1, 2, 3]'), 'model.weights.h5': weights }),
    of('whose network is null', { 'config.json': utf8('null'), 'model.weights.h5': weights }),
    alone('an archive with two networks', NAME, doubled),
    of('with the weights of a smaller network', { 'config.json': config, 'model.weights.h5': await numberedWeights(WEIGHTS.slice(0, 2)) }),
    of('with nothing in its weights', { 'config.json': config, 'model.weights.h5': await hdf5File(() => {}) }),
    of('with weights in circles', {
      'config.json': config,
      'model.weights.h5': await hdf5File((file) => {
        file.create_group('layers');
        for (const kind of ['conv2d', 'batch_normalization', 'dense']) file.create_soft_link('/layers', `layers/${kind}`);
      }),
    }),
  ];
}

export async function brokenArchives(): Promise<BrokenCase[]> {
  return [...(await truncated()), ...(await damaged()), ...bombs(), ...(await otherMembers())];
}
