/** TorchScript names the classes of modules; where its program does not say how they are set, that is left to choose, as of weights alone. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import { readModel } from '../../read-model.ts';
import { valuesOf } from '../../testing/sound-network.ts';
import type { TorchTensor } from '../../testing/sound-safetensors.ts';
import { dict, object, type Part, pickle, tensor } from '../../testing/torch/pickle-writer.ts';
import { resNetTensors, storagesOf, torchArchive } from '../../testing/torch/torch-files.ts';

const CIFAR = [4, 3, 3, 3];

/** One whose first convolution is of 3 × 3. */
const tensors = resNetTensors().map((one) => (one.name === 'conv1.weight' ? { ...one, shape: CIFAR, values: valuesOf(CIFAR) } : one));

function className(own: readonly TorchTensor[], prefix: string): string {
  if (own.some(({ name }) => name === `${prefix}running_mean`)) return 'torch.nn.modules.batchnorm.BatchNorm2d';
  const [first] = own;
  return first?.shape.length === 4 ? 'torch.nn.modules.conv.Conv2d' : first ? 'torch.nn.modules.linear.Linear' : 'nets.Net';
}

/** The module that all tensors stand in whose names begin so; all of its parts are attributes. */
function scripted(prefix: string, extra: Readonly<Record<string, Part>> = {}): Part {
  const inside = tensors.filter(({ name }) => name.startsWith(prefix));
  const rest = (name: string) => name.slice(prefix.length);
  const own = inside.filter(({ name }) => !rest(name).includes('.'));
  const children = [...new Set(inside.flatMap(({ name }) => (rest(name).includes('.') ? [rest(name).split('.')[0] ?? ''] : [])))];
  const of = className(own, prefix).split('.');
  const parts = [
    ...own.map((one) => [rest(one.name), tensor(String(tensors.indexOf(one)), one.shape)] as const),
    ...children.map((child) => [child, scripted(`${prefix}${child}.`)] as const),
    ...Object.entries(extra),
  ];
  return object(`__torch__.${of.slice(0, -1).join('.')}`, of.at(-1) ?? '', dict([['training', [0x89]], ...parts]));
}

function open(choices: Readonly<Record<string, string>> = {}) {
  const maxpool = object('__torch__.torch.nn.modules.linear', 'Identity', dict({ training: [0x89] }));
  const bytes = torchArchive(pickle(scripted('', { maxpool })), storagesOf(tensors));
  return readModel([{ name: 'net.pt', bytes }], () => {}, null, choices);
}

describe('a network of TorchScript', () => {
  it('leaves strides to choose, and begins as one for small images does', async () => {
    const { artifacts, choices = [] } = await open();
    expect(choices.map(({ id, chosen }) => [id, chosen])).toEqual([
      ['dilated-stages', '0'],
      ['anti-aliasing', 'none'],
      ['stem', 'kept'],
      ['outputs', 'softmax'],
    ]);
    const layers = objectsIn(artifacts.topology.config.layers).map(({ config }) => asObject(config));
    expect(layers.find((config) => config?.name === 'conv1')?.strides).toEqual([1, 1]);
  });

  it('does as a person says', async () => {
    const { artifacts } = await open({ stem: 'halved-twice', 'dilated-stages': '1' });
    const layers = objectsIn(artifacts.topology.config.layers).map(({ config }) => asObject(config));
    const stridesOf = (name: string) => layers.find((config) => config?.name === name)?.strides;
    expect([stridesOf('conv1'), stridesOf('layer3.0.conv1'), stridesOf('layer4.0.conv1')]).toEqual([
      [2, 2],
      [2, 2],
      [1, 1],
    ]);
  });
});
