/** Networks from the names and shapes of their weights: what stands before the names, heads of one's own, two readings, and what does not fit. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject, objectsIn } from '../json.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { readSafetensors } from '../safetensors/safetensors.ts';
import { goldenNetworks, weightsOf } from '../testing/networks.ts';
import { valuesOf } from '../testing/sound-network.ts';
import { modelOfStateDict } from './model-of-state-dict.ts';

type Tensors = Map<string, NamedTensor>;

function tensorsOf(name: string): Tensors {
  const network = goldenNetworks().find((golden) => golden.name === name);
  if (!network) throw new Error(`there is no network ${name}`);
  return readSafetensors('w.pth', weightsOf(network).bytes);
}

function tensor(source: string, ...shape: number[]): [string, NamedTensor] {
  return [source, { shape, values: valuesOf(shape), source }];
}

function linear(module: string, out: number, from: number): [string, NamedTensor][] {
  return [tensor(`${module}.weight`, out, from), tensor(`${module}.bias`, out)];
}

function batchNorm(module: string, channels: number): [string, NamedTensor][] {
  return ['weight', 'bias', 'running_mean', 'running_var'].map((own) => tensor(`${module}.${own}`, channels));
}

function renamed(tensors: Tensors, name: (name: string) => string): Tensors {
  return new Map([...tensors].map(([own, one]) => [name(own), { ...one, source: name(own) }]));
}

function without(tensors: Tensors, names: RegExp): Tensors {
  return new Map([...tensors].filter(([name]) => !names.test(name)));
}

const open = (tensors: Tensors, choices: Readonly<Record<string, string>> = {}) =>
  modelOfStateDict('w.pth', tensors, { copy: null, choices });

function configs(tensors: Tensors, choices: Readonly<Record<string, string>> = {}): JsonObject[] {
  const { topology } = open(tensors, choices).artifacts;
  return objectsIn(topology.config.layers).map((layer) => ({ kind: layer.class_name ?? null, ...asObject(layer.config) }));
}

function messageOf(tensors: Tensors): string {
  try {
    open(tensors);
  } catch (error) {
    if (error instanceof AppError && error.code === 'model-unsupported') return error.message;
    throw error;
  }
  throw new Error('it was opened');
}

const FAMILIES = ['resnext-bottleneck', 'vgg-of-five', 'alexnet', 'squeezenet', 'googlenet', 'inception-v3'] as const;

describe.each(FAMILIES)('a network (%s)', (name) => {
  it.each(['module.', 'model.', 'backbone.', 'encoder.', '_orig_mod.', 'module._orig_mod.model.', 'net.features.x.'])(
    'is the same under “%s”',
    (prefix) => {
      const tensors = tensorsOf(name);
      expect(open(renamed(tensors, (own) => `${prefix}${own}`)).artifacts).toEqual(open(tensors).artifacts);
    },
  );

  it('is opened with the average where it is there twice', () => {
    const tensors = tensorsOf(name);
    const [last, average] = ['model.', 'ema.'].map((prefix) => renamed(tensors, (own) => `${prefix}${own}`));
    const read = open(new Map([...(last ?? []), ...(average ?? [])]));
    expect(read.copies).toEqual({ names: ['ema', 'model'], chosen: 'ema' });
    expect(read.artifacts).toEqual(open(tensors).artifacts);
  });

  it('that lacks a tensor is refused in one sentence with its name', () => {
    const tensors = tensorsOf(name);
    // Whatever is looked for, and found missing, is named; nothing is made up.
    const lost = [...tensors.keys()].filter((own) => /weight$/.test(own) && !/^(aux|fc|classifier)/.test(own))[3] ?? '';
    tensors.delete(lost);
    expect(messageOf(tensors)).toMatch(/^The (names of the weights in|file) w\.pth .*ONNX.*\.$/);
  });

  it('with a tensor more in its trunk is refused with its name', () => {
    const tensors = tensorsOf(name);
    const [module = ''] = [...tensors.keys()].filter((own) => !own.startsWith('aux')).slice(4);
    const more = `${module.split('.').slice(0, -1).join('.')}.extra.weight`;
    expect(messageOf(new Map([...tensors, tensor(more, 7)]))).toContain(more);
  });
});

describe('a head of one’s own', () => {
  const trunk = () => without(tensorsOf('resnext-bottleneck'), /^fc\./);
  const FEATURES = 64;
  const headOf = (tensors: [string, NamedTensor][], choices = {}) => {
    const layers = configs(new Map([...trunk(), ...tensors]), choices);
    const from = layers.findIndex((layer) => layer.name === 'avgpool');
    return layers.slice(from + 1).map(({ name, kind, activation }) => [name, kind, ...(activation === undefined ? [] : [activation])]);
  };

  it.each(['fc', 'classifier', 'head', 'last_linear', 'head.fc'])('is one layer called %s', (module) => {
    expect(headOf(linear(module, 5, FEATURES))).toEqual([[module, 'Dense', 'softmax']]);
  });

  it('is a Sequential with a place for a ReLU, after a normalisation where that follows at once', () => {
    const tensors = [...linear('fc.1', 20, FEATURES), ...batchNorm('fc.2', 20), ...linear('fc.5', 4, 20)];
    expect(headOf(tensors)).toEqual([
      ['fc.1', 'Dense', 'linear'],
      ['fc.2', 'BatchNormalization'],
      ['fc.2.activation', 'Activation', 'relu'],
      ['fc.5', 'Dense', 'softmax'],
    ]);
    expect(headOf(tensors, { 'head-activation': 'silu' })[2]).toEqual(['fc.2.activation', 'Activation', 'silu']);
  });

  it('has its ReLU before the normalisation where the place is there', () => {
    const tensors = [...linear('fc.0', 20, FEATURES), ...batchNorm('fc.2', 20), ...linear('fc.4', 4, 20)];
    expect(headOf(tensors)).toEqual([
      ['fc.0', 'Dense', 'relu'],
      ['fc.2', 'BatchNormalization'],
      ['fc.4', 'Dense', 'softmax'],
    ]);
  });

  it('begins with a normalisation, and has layers with names of their own in whatever order the file has them', () => {
    const tensors = [
      ...linear('classifier.out', 3, 12),
      ...batchNorm('classifier.bn', FEATURES),
      ...linear('classifier.hidden', 12, FEATURES),
    ];
    expect(headOf(tensors)).toEqual([
      ['classifier.bn', 'BatchNormalization'],
      ['classifier.hidden', 'Dense', 'relu'],
      ['classifier.out', 'Dense', 'softmax'],
    ]);
  });

  it('is said to be assumed, and can be corrected', () => {
    const read = open(new Map([...trunk(), ...linear('fc.0', 20, FEATURES), ...linear('fc.2', 4, 20)]));
    expect(read.remark).toContain('a ReLU is assumed where it leaves a place for one');
    expect(read.choices?.map(({ id, chosen }) => [id, chosen])).toContainEqual(['head-activation', 'relu']);
  });

  it('that does not fit is refused with its shape', () => {
    expect(messageOf(new Map([...trunk(), ...linear('fc', 4, 20)]))).toContain(
      'the tensor fc.weight has the shape [4, 20] where 64 features come in',
    );
  });

  it('may be missing: then the features are explained, as numbers', () => {
    const { reading, names } = open(trunk());
    expect([reading, names?.length]).toEqual(['number', FEATURES]);
  });
});

describe('what has two readings', () => {
  const stridesOf = (tensors: Tensors, choices = {}) =>
    Object.fromEntries(configs(tensors, choices).flatMap(({ name, strides }) => (strides ? [[String(name), strides]] : [])));

  it('is the stride of a bottleneck, in the middle unless somebody says otherwise', () => {
    const tensors = tensorsOf('resnext-bottleneck');
    expect(stridesOf(tensors)).toMatchObject({ 'layer2.0.conv1': [1, 1], 'layer2.0.conv2': [2, 2], 'layer1.0.conv2': [1, 1] });
    expect(stridesOf(tensors, { 'bottleneck-stride': 'conv1' })).toMatchObject({ 'layer2.0.conv1': [2, 2], 'layer2.0.conv2': [1, 1] });
    expect(stridesOf(tensors, { 'bottleneck-stride': '__proto__' })).toMatchObject({ 'layer2.0.conv2': [2, 2] });
    expect(open(tensors).choices?.find(({ id }) => id === 'bottleneck-stride')?.chosen).toBe('conv2');
  });

  it('is the beginning of a ResNet with a small first convolution', () => {
    const tensors = tensorsOf('resnext-bottleneck');
    tensors.set(...tensor('conv1.weight', 8, 3, 3, 3));
    expect(stridesOf(tensors)).toMatchObject({ conv1: [1, 1] });
    expect(stridesOf(tensors)).not.toHaveProperty('maxpool');
    expect(stridesOf(tensors, { stem: 'halved-twice' })).toMatchObject({ conv1: [2, 2], maxpool: [2, 2] });
    expect(open(tensors).remark).toContain('“Beginning of the network” is assumed to be “stride 1, no pooling (made for small images)”');
    expect(open(tensorsOf('resnext-bottleneck')).remark).not.toContain('Beginning');
  });

  it('is what an Inception or a GoogLeNet does with its images', () => {
    for (const name of ['inception-v3', 'googlenet']) {
      const tensors = tensorsOf(name);
      expect(configs(tensors).map((layer) => layer.name)).not.toContain('transform_input');
      expect(configs(tensors, { 'transform-input': 'on' }).map((layer) => layer.name)).toContain('transform_input');
      const classes = without(tensors, /^fc\./);
      for (const [own, one] of linear('fc', 1000, 128)) classes.set(own, one);
      expect(configs(classes).map((layer) => layer.name)).toContain('transform_input');
    }
  });

  it('is whether classes exclude each other', () => {
    const tensors = tensorsOf('resnext-bottleneck');
    const endOf = (choices = {}) => [configs(tensors, choices).at(-1)?.activation, open(tensors, choices).reading];
    expect(endOf()).toEqual(['softmax', 'softmax']);
    expect(endOf({ outputs: 'sigmoid' })).toEqual(['sigmoid', 'independent']);
  });

  it('is not asked of a single output, which the page reads', () => {
    const tensors = without(tensorsOf('resnext-bottleneck'), /^fc\./);
    for (const [own, one] of linear('fc', 1, 64)) tensors.set(own, one);
    const { reading, choices } = open(tensors);
    expect([configs(tensors).at(-1)?.activation, reading]).toEqual(['linear', undefined]);
    expect(choices?.map(({ id }) => id)).not.toContain('outputs');
  });

  it('is the map that a flattened head takes, where it is no square', () => {
    const tensors = without(tensorsOf('vgg-of-five'), /^classifier\./);
    for (const [own, one] of linear('classifier', 3, 14 * 6)) tensors.set(own, one);
    const gridOf = (choices = {}) => configs(tensors, choices).find((layer) => layer.name === 'avgpool')?.output_size;
    expect(gridOf()).toEqual([3, 2]);
    expect(gridOf({ 'head-grid': '1x6' })).toEqual([1, 6]);
  });
});

describe('an architecture whose name the file tells, or has itself', () => {
  it.each([
    ['resnetblur50', 'blur'],
    ['resnetaa50d', 'average'],
    ['seresnextaa101d_32x8d', 'average'],
    ['resnext50_32x4d', 'none'],
  ])('is what it computes without weights: %s', (name, antiAliasing) => {
    const chosen = (fileName: string, hint: string) =>
      modelOfStateDict(fileName, tensorsOf('resnext-bottleneck'), { copy: null, hint }).choices?.find(({ id }) => id === 'anti-aliasing')
        ?.chosen;
    // Files are mostly called as their networks are.
    expect([chosen('w.pth', name), chosen(`${name}_a1h-5e6c.pth`, '')]).toEqual([antiAliasing, antiAliasing]);
  });
});

it.each([
  ['squeezenet', 'features.3.expand3x3.bias'],
  ['alexnet', 'features.6.bias'],
  ['efficientnet', 'features.3.0.block.2.fc1.bias'],
])('a bias that only one convolution of a kind lacks was lost: %s', (name, bias) => {
  const tensors = tensorsOf(name);
  expect(tensors.delete(bias)).toBe(true);
  expect(messageOf(tensors)).toContain(`the tensor ${bias} is missing`);
});

describe('weights of no known architecture', () => {
  const names = ['stem.conv.weight', 'branch2a.conv.weight', 'branch_pool.conv.weight', 'mixed.bn.weight', 'fc.weight'];
  const unknown = new Map(names.map((name) => tensor(name, 3, 3)));

  it('are refused in one sentence that names the nearest one and the ways that there are', () => {
    expect(messageOf(unknown)).toBe(
      'The file w.pth holds weights without a network, and their names, such as stem.conv.weight, are those of no architecture that is known here (nearest comes an Inception v3, whose Mixed_5b.branch1x1.conv.weight is missing); please give the whole network, as an ONNX, Keras or TensorFlow.js model.',
    );
  });

  it('of nothing at all are refused', () => {
    expect(messageOf(new Map())).toContain('w.pth holds no weights');
  });
});
