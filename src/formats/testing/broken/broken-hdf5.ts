/** Keras models in HDF5 that are damaged, or made to do harm. */
import type { Dataset, Group, File as Hdf5File } from 'h5wasm';
import { hdf5File, kerasH5, putDataset } from '../sound-models.ts';
import { soundNetwork, valuesOf, WEIGHTS, type WeightOf } from '../sound-network.ts';
import { alone, type BrokenCase, changed, cutAt, placeOf } from './broken-case.ts';

const NAME = 'network.h5';
const KERNEL = 'model_weights/conv/conv/kernel';

function group(file: Hdf5File, path: string): Group {
  return file.get(path) as Group;
}

/** An attribute in place of the one that is there. */
function replaceAttribute(entity: Group, name: string, value: Parameters<Group['create_attribute']>[1]): void {
  entity.delete_attribute(name);
  entity.create_attribute(name, value);
}

/** Sound weights, of which one has another shape. */
function withShape(layer: string, own: string, shape: readonly number[]): WeightOf[] {
  return WEIGHTS.map((weight) => (weight.layer === layer && weight.own === own ? { layer, own, shape } : weight));
}

function without(layer: string, own: string): WeightOf[] {
  return WEIGHTS.filter((weight) => weight.layer !== layer || weight.own !== own);
}

async function truncated(): Promise<BrokenCase[]> {
  const sound = await kerasH5();
  const places = [1, 7, 8, 9, 50, 96, 500, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99, sound.length - 1];
  return places.map((at) => alone(`HDF5 cut short at ${at}`, NAME, cutAt(sound, at)));
}

/** One byte turned over, in the parts that say what is where. */
async function flipped(): Promise<BrokenCase[]> {
  const sound = await kerasH5();
  const flip = (what: string, at: number, mask = 0xff) =>
    alone(
      `HDF5 whose ${what} has a byte turned over`,
      NAME,
      changed(sound, (copy) => copy.set([(copy[at] ?? 0) ^ mask], at)),
    );
  return [
    flip('signature', 1),
    flip('version', 8),
    flip('size of addresses', 13),
    flip('size of lengths', 14),
    flip('end of file', 40),
    flip('root group', 64),
    ...[0, 1].map((n) => flip(`index of a group (${n})`, placeOf(sound, 'TREE', n))),
    ...[0, 1, 2].map((n) => flip(`list of a group (${n})`, placeOf(sound, 'SNOD', n))),
    ...[0, 1].map((n) => flip(`heap of a group (${n})`, placeOf(sound, 'HEAP', n))),
    flip('heap of texts', placeOf(sound, 'GCOL')),
    flip('network', placeOf(sound, '"Functional"') + 1),
    flip('attribute of the network', placeOf(sound, 'model_config') + 1, 0x20),
    flip('attribute of the layers', placeOf(sound, 'layer_names') + 1, 0x20),
    flip('group of weights', placeOf(sound, 'model_weights') + 1, 0x20),
    flip('name of a layer', placeOf(sound, '"name":"conv"') + 8, 0x20),
  ];
}

async function wrongWeights(): Promise<BrokenCase[]> {
  const shapes: [string, readonly WeightOf[]][] = [
    ['a kernel of too many filters', withShape('conv', 'kernel', [3, 3, 3, 5])],
    ['a kernel of other channels', withShape('conv', 'kernel', [3, 3, 4, 4])],
    ['a kernel of another size', withShape('conv', 'kernel', [5, 5, 3, 4])],
    ['a flat kernel', withShape('conv', 'kernel', [108])],
    ['a kernel without values', withShape('conv', 'kernel', [3, 3, 3, 0])],
    ['a bias that is too long', withShape('conv', 'bias', [400])],
    ['a variance that is too short', withShape('norm', 'moving_variance', [3])],
    ['a turned matrix', withShape('scores', 'kernel', [3, 4])],
    ['no kernel', without('conv', 'kernel')],
    ['no bias', without('scores', 'bias')],
    ['no statistics', without('norm', 'moving_mean')],
    ['no weights at all', []],
  ];
  return Promise.all(shapes.map(async ([what, weights]) => alone(`HDF5 with ${what}`, NAME, await kerasH5(undefined, weights))));
}

/** Files that the library itself writes, with something in them that no Keras writes. */
async function strange(): Promise<BrokenCase[]> {
  const spoilt = async (what: string, spoil: (file: Hdf5File) => void, weights: readonly WeightOf[] = WEIGHTS) =>
    alone(`HDF5 with ${what}`, NAME, await kerasH5(undefined, weights, spoil));
  const kernelAs = (what: string, put: (file: Hdf5File) => void) =>
    spoilt(
      what,
      (file) => {
        replaceAttribute(group(file, 'model_weights/conv'), 'weight_names', ['conv/kernel', 'conv/bias']);
        put(file);
      },
      without('conv', 'kernel'),
    );
  const whole = Int32Array.from(valuesOf([108]), (value) => Math.round(value * 100));
  return Promise.all([
    kernelAs('a kernel of whole numbers', (file) => putDataset(file, KERNEL, [3, 3, 3, 4], whole)),
    kernelAs('a kernel of bytes', (file) => void file.create_dataset({ name: KERNEL, data: Uint8Array.from(whole), shape: [3, 3, 3, 4] })),
    kernelAs(
      'a kernel of texts',
      (file) => void file.create_dataset({ name: KERNEL, data: Array.from({ length: 108 }, String), shape: [3, 3, 3, 4] }),
    ),
    kernelAs('a kernel that is a group', (file) => void file.create_group(KERNEL)),
    kernelAs('a kernel that links to nothing', (file) => void file.create_soft_link('/nowhere', KERNEL)),
    kernelAs('a kernel that links to itself', (file) => void file.create_soft_link(`/${KERNEL}`, KERNEL)),
    kernelAs('a kernel in another file', (file) => void file.create_external_link('other.h5', '/kernel', KERNEL)),
    kernelAs('a kernel of three gigabytes', (file) => {
      const data = valuesOf([4]);
      file.create_dataset({ name: KERNEL, data, shape: [4], maxshape: [null], chunks: [4] }).resize([750_000_000]);
    }),
    kernelAs('a kernel of more values than there are numbers', (file) => {
      const data = valuesOf([2, 2]);
      file.create_dataset({ name: KERNEL, data, shape: [2, 2], maxshape: [null, null], chunks: [2, 2] }).resize([2 ** 31, 2 ** 31]);
    }),
    spoilt('groups that link in circles', (file) => {
      replaceAttribute(file, 'model_config', JSON.stringify(soundNetwork()));
      file.create_soft_link('/b', 'a');
      file.create_soft_link('/a', 'b');
      replaceAttribute(group(file, 'model_weights'), 'layer_names', ['/a']);
    }),
    spoilt('a group inside itself', (file) => {
      file.create_hard_link('/model_weights', 'model_weights/again');
      replaceAttribute(
        group(file, 'model_weights'),
        'layer_names',
        Array.from({ length: 200 }, (_, i) => `${'again/'.repeat(i + 1)}conv`),
      );
    }),
    spoilt('a network that is a number', (file) => replaceAttribute(file, 'model_config', 7)),
    spoilt('a network that is a list of texts', (file) => replaceAttribute(file, 'model_config', ['a', 'b'])),
    spoilt('layer names that are numbers', (file) => replaceAttribute(group(file, 'model_weights'), 'layer_names', [1, 2, 3])),
    spoilt('a single text for layer names', (file) => replaceAttribute(group(file, 'model_weights'), 'layer_names', 'conv')),
    spoilt('no layer names', (file) => void group(file, 'model_weights').delete_attribute('layer_names')),
    spoilt('layer names that lead nowhere', (file) => replaceAttribute(group(file, 'model_weights'), 'layer_names', ['first', 'second'])),
    spoilt('weight names that lead nowhere', (file) =>
      replaceAttribute(group(file, 'model_weights/conv'), 'weight_names', ['conv/nothing']),
    ),
    spoilt('weight names that are numbers', (file) => replaceAttribute(group(file, 'model_weights/conv'), 'weight_names', [1.5])),
    spoilt('weight names that lead out of their group', (file) =>
      replaceAttribute(group(file, 'model_weights/conv'), 'weight_names', ['../../conv', '/conv/kernel']),
    ),
    spoilt('the same weight three thousand times', (file) =>
      replaceAttribute(
        group(file, 'model_weights/conv'),
        'weight_names',
        Array.from({ length: 3000 }, () => 'conv/kernel'),
      ),
    ),
    spoilt('the same layer a thousand times', (file) =>
      replaceAttribute(
        group(file, 'model_weights'),
        'layer_names',
        Array.from({ length: 1000 }, () => 'conv'),
      ),
    ),
    spoilt('weights that are a dataset', (file) => {
      file.create_dataset({ name: 'other', data: valuesOf([3]) });
      replaceAttribute(file, 'model_config', JSON.stringify(soundNetwork()));
      replaceAttribute(group(file, 'model_weights'), 'layer_names', ['/other']);
    }),
  ]);
}

/** Packed values whose pack is damaged: the library notices, and must be asked. */
async function damagedPack(): Promise<BrokenCase> {
  const shape = [3, 3, 3, 4];
  const bytes = await kerasH5(undefined, without('conv', 'kernel'), (file) => {
    replaceAttribute(group(file, 'model_weights/conv'), 'weight_names', ['conv/kernel', 'conv/bias']);
    const dataset = file.create_dataset({ name: KERNEL, data: valuesOf(shape), shape, chunks: shape, compression: 'gzip' });
    dataset satisfies Dataset;
  });
  // What zlib begins with at the level that the library packs with.
  const at = placeOf(bytes, '\x78\x5e');
  return alone(
    'HDF5 whose packed kernel is damaged',
    NAME,
    changed(bytes, (copy) => copy.fill(0xff, at + 2, at + 40)),
  );
}

async function others(): Promise<BrokenCase[]> {
  const file = async (what: string, fill: (file: Hdf5File) => void, name = NAME) => alone(what, name, await hdf5File(fill));
  const layered = (root: Group, layers: Readonly<Record<string, readonly number[]>>) => {
    root.create_attribute('layer_names', Object.keys(layers));
    for (const [layer, shape] of Object.entries(layers)) {
      const own = root.create_group(layer);
      own.create_attribute('weight_names', ['kernel:0']);
      own.create_dataset({ name: 'kernel:0', data: valuesOf(shape), shape: [...shape] });
    }
  };
  return Promise.all([
    file('HDF5 without anything in it', () => {}),
    file('HDF5 of measurements', (root) => void root.create_dataset({ name: 'temperature', data: valuesOf([50]) })),
    file('HDF5 with a network but no weights', (root) => root.create_attribute('model_config', JSON.stringify(soundNetwork()))),
    file('HDF5 with the weights of another network', (root) => layered(root, { dense_1: [4, 4], dense_2: [4, 3] }), 'other.weights.h5'),
    file(
      'HDF5 with half of a DenseNet',
      (root) => layered(root, { conv1_conv: [7, 7, 3, 8], conv2_block1_1_conv: [1, 1, 8, 8] }),
      'half.weights.h5',
    ),
    file(
      'HDF5 with a DenseNet of a billion blocks',
      (root) => layered(root, { conv1_conv: [7, 7, 3, 8], conv2_block1_1_conv: [1, 1, 8, 8], conv999999999_block1_1_conv: [1, 1, 8, 8] }),
      'many.weights.h5',
    ),
    file(
      'HDF5 with numbered weights of another network',
      (root) => {
        for (const kind of ['conv2d', 'dense']) {
          putDataset(root, `layers/${kind}/vars/0`, [3, 3]);
          group(root, `layers/${kind}/vars`).create_attribute('name', `some_${kind}`);
        }
      },
      'numbered.weights.h5',
    ),
    file('HDF5 whose layers are a dataset', (root) => void root.create_dataset({ name: 'layers', data: valuesOf([3]) }), 'flat.weights.h5'),
  ]);
}

export async function brokenHdf5(): Promise<BrokenCase[]> {
  return [
    ...(await truncated()),
    ...(await flipped()),
    ...(await wrongWeights()),
    ...(await strange()),
    await damagedPack(),
    ...(await others()),
  ];
}
