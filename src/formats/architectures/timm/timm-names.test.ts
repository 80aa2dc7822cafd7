/** The same networks under torchvision's names and under timm's, what tells timm's own apart, and what is said where nothing does. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import { readSafetensors } from '../../safetensors/safetensors.ts';
import { goldenNetworks, weightsOf } from '../../testing/networks.ts';
import { denseNetTensors } from '../../testing/sound-safetensors.ts';
import { modelOfStateDict } from '../model-of-state-dict.ts';
import { EFFICIENTNET, isAssumedFromTensorFlow } from './timm-variants.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

function tensorsOf(name: string): Tensors {
  const network = goldenNetworks().find((golden) => golden.name === name);
  if (!network) throw new Error(`there is no ${name}`);
  const { name: file, bytes } = weightsOf(network);
  return readSafetensors(file, bytes as Uint8Array);
}

function renamed(tensors: Tensors, rename: (name: string) => string): Tensors {
  return new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));
}

function open(tensors: Tensors, options: { readonly hint?: string; readonly choices?: Readonly<Record<string, string>> } = {}) {
  return modelOfStateDict('w.safetensors', tensors, { copy: null, ...options });
}

/** What is computed, whatever it is called. */
function computed(tensors: Tensors) {
  const { artifacts } = open(tensors);
  const layers = objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, config }) => {
    const { name: _, ...settings } = asObject(config) ?? {};
    return [kind, settings];
  });
  return { layers, weights: new Uint8Array(artifacts.data) };
}

const NORM: Readonly<Record<string, string>> = { 0: 'conv', 1: 'bn' };

const TO_TIMM: readonly (readonly [name: string, rename: (name: string) => string])[] = [
  ...['regnet-x', 'regnet-y'].map((name): [string, (name: string) => string] => [
    name,
    (tensor) =>
      tensor
        .replace(/^stem\.(\d)/, (_, part) => `stem.${NORM[part]}`)
        .replace(/^trunk_output\.block\d+\.block(\d+)-(\d+)/, (_, stage, block) => `s${stage}.b${Number(block) + 1}`)
        .replace(/\.f\.([abc])\.(\d)/, (_, place, part) => `.conv${'abc'.indexOf(place) + 1}.${NORM[part]}`)
        .replace('.f.se.', '.se.')
        .replace(/\.proj\.(\d)/, (_, part) => `.downsample.${NORM[part]}`)
        .replace(/^fc\./, 'head.fc.'),
  ]),
  [
    'convnext',
    (tensor) =>
      tensor
        .replace(/^features\.0\.(\d)/, 'stem.$1')
        .replace(
          /^features\.(\d)\.(\d)\.(block|layer_scale)/,
          (_, stage, block, part) => `stages.${(Number(stage) - 1) / 2}.blocks.${block}.${part}`,
        )
        .replace(/^features\.(\d)\.(\d)\./, (_, stage, part) => `stages.${Number(stage) / 2}.downsample.${part}.`)
        .replace('block.0', 'conv_dw')
        .replace('block.2', 'norm')
        .replace('block.3', 'mlp.fc1')
        .replace('block.5', 'mlp.fc2')
        .replace('layer_scale', 'gamma')
        .replace('classifier.0', 'head.norm')
        .replace('classifier.2', 'head.fc'),
  ],
  [
    'efficientnet',
    (tensor) =>
      tensor
        .replace('features.0.0', 'conv_stem')
        .replace('features.0.1', 'bn1')
        .replace('features.8.0', 'conv_head')
        .replace('features.8.1', 'bn2')
        .replace(/^features\.1\.(\d+)\.block\.0\.0/, 'blocks.0.$1.conv_dw')
        .replace(/^features\.1\.(\d+)\.block\.0\.1/, 'blocks.0.$1.bn1')
        .replace(/^features\.1\.(\d+)\.block\.1\./, 'blocks.0.$1.se.')
        .replace(/^features\.1\.(\d+)\.block\.2\.0/, 'blocks.0.$1.conv_pw')
        .replace(/^features\.1\.(\d+)\.block\.2\.1/, 'blocks.0.$1.bn2')
        .replace(/^features\.(\d)\./, (_, stage) => `blocks.${Number(stage) - 1}.`)
        .replace('block.0.0', 'conv_pw')
        .replace('block.0.1', 'bn1')
        .replace('block.1.0', 'conv_dw')
        .replace('block.1.1', 'bn2')
        .replace('block.2.', 'se.')
        .replace('block.3.0', 'conv_pwl')
        .replace('block.3.1', 'bn3')
        .replace('fc1', 'conv_reduce')
        .replace('fc2', 'conv_expand')
        .replace('classifier.1', 'classifier'),
  ],
];

describe('timm’s names', () => {
  it.each(TO_TIMM)('of a %s give what torchvision’s give', (name, rename) => {
    const tensors = tensorsOf(name);
    expect(computed(renamed(tensors, rename))).toEqual(computed(tensors));
  });
});

describe('where timm’s weights come from', () => {
  const ofTensorFlow = tensorsOf('timm-tf_efficientnetv2');
  const [, toTimm] = TO_TIMM.find(([name]) => name === 'efficientnet') ?? ['', (name: string) => name];
  const efficientNet = renamed(tensorsOf('efficientnet'), toTimm);
  const originOf = (tensors: Tensors, hint?: string, choices?: Readonly<Record<string, string>>) => {
    const read = open(tensors, { ...(hint !== undefined && { hint }), ...(choices && { choices }) });
    const epsilons = objectsIn(read.artifacts.topology.config.layers).map(({ config }) => asObject(config)?.epsilon);
    const chosen = read.choices?.find(({ id }) => id === 'origin')?.chosen;
    return { chosen, hasLargeEpsilon: epsilons.includes(1e-3) };
  };
  const OF_TORCH = { chosen: 'torch', hasLargeEpsilon: false };
  const OF_TENSORFLOW = { chosen: 'tensorflow', hasLargeEpsilon: true };

  it('follows from the name of the architecture', () => {
    expect(originOf(efficientNet, 'tf_efficientnet_b0.ns_jft_in1k')).toEqual(OF_TENSORFLOW);
    expect(originOf(efficientNet, 'efficientnet_b0')).toEqual(OF_TORCH);
    expect(originOf(ofTensorFlow, 'efficientnetv2_s')).toEqual(OF_TORCH);
  });

  it('is assumed where there is no name: TensorFlow of those that mostly come from there', () => {
    expect(originOf(efficientNet)).toEqual(OF_TORCH);
    expect(originOf(ofTensorFlow)).toEqual(OF_TENSORFLOW);
    expect(open(efficientNet).remark).toContain('which pads otherwise, is assumed: PyTorch.');
    expect(open(efficientNet, { hint: 'efficientnet_b0' }).remark).not.toContain('which pads otherwise');
  });

  it('is what a person says', () => {
    expect(originOf(efficientNet, 'efficientnet_b0', { origin: 'tensorflow' })).toEqual(OF_TENSORFLOW);
  });

  it('is assumed to be PyTorch for the widths of the one that timm trained itself', () => {
    const versionTwo = EFFICIENTNET.find(({ widthsOfTorch }) => widthsOfTorch !== null);
    if (!versionTwo) throw new Error('there is none');
    expect(isAssumedFromTensorFlow(versionTwo, [24, 40, 48, 104, 128, 208])).toBe(false);
    expect(isAssumedFromTensorFlow(versionTwo, [24, 48, 64, 128, 160, 256])).toBe(true);
  });

  it('pads as TensorFlow does only where it comes from there', () => {
    const kinds = (origin: string) =>
      objectsIn(open(efficientNet, { choices: { origin } }).artifacts.topology.config.layers).map(({ class_name: kind }) => kind);
    expect(kinds('torch')).toContain('ZeroPadding2D');
    expect(kinds('tensorflow')).not.toContain('ZeroPadding2D');
  });
});

describe('a ConvNeXt of timm’s', () => {
  const [, toTimm] = TO_TIMM.find(([name]) => name === 'convnext') ?? ['', (name: string) => name];
  const tensors = renamed(tensorsOf('convnext'), toTimm);
  const activationsOf = (given: Tensors, choices: Readonly<Record<string, string>> = {}) => {
    const layers = objectsIn(open(given, { choices }).artifacts.topology.config.layers);
    const all = layers
      .map(({ config }) => asObject(config)?.activation)
      .filter((activation) => activation === 'gelu' || activation === 'silu');
    return new Set(all);
  };

  it('has GELU, but SiLU where its stages have different kernels, unless somebody says otherwise', () => {
    const kernel: NamedTensor = { shape: [8, 1, 3, 3], values: new Float32Array(72), source: 'stages.0.blocks.0.conv_dw.weight' };
    const ofSeveral = new Map([...tensors, [kernel.source, kernel]]);
    expect(activationsOf(tensors)).toEqual(new Set(['gelu']));
    expect(activationsOf(ofSeveral)).toEqual(new Set(['silu']));
    expect(activationsOf(ofSeveral, { 'block-activation': 'gelu' })).toEqual(new Set(['gelu']));
  });
});

describe('a RegNet of timm’s', () => {
  const named = (name: string) => renamed(tensorsOf(name), TO_TIMM.find(([of]) => of === name)?.[1] ?? ((tensor) => tensor));
  const activationsOf = (tensors: Tensors, options: Parameters<typeof open>[1] = {}) => {
    const layers = objectsIn(open(tensors, options).artifacts.topology.config.layers);
    return new Set(layers.flatMap(({ config }) => asObject(config)?.activation ?? []).filter((one) => one === 'relu' || one === 'silu'));
  };

  it('with squeeze and excitation may be a V, which has SiLU: by its name, or where somebody says so', () => {
    const tensors = named('regnet-y');
    expect(activationsOf(tensors)).toEqual(new Set(['relu']));
    expect(open(tensors).choices?.find(({ id }) => id === 'block-activation')?.chosen).toBe('relu');
    expect(activationsOf(tensors, { choices: { 'block-activation': 'silu' } })).toEqual(new Set(['silu']));
    expect(activationsOf(tensors, { hint: 'regnetv_064.ra3_in1k' })).toEqual(new Set(['silu']));
  });

  it('without has ReLU', () => {
    expect(open(named('regnet-x')).choices?.map(({ id }) => id) ?? []).not.toContain('block-activation');
  });
});

describe('what is none of timm’s known networks', () => {
  const small = tensorsOf('timm-mobilenetv3_small');
  it.each([
    [
      'another kernel',
      (name: string, shape: readonly number[]) => (name === 'blocks.2.0.conv_dw.weight' ? [shape[0] ?? 1, 1, 3, 3] : shape),
    ],
  ])('such as with %s, is refused with the nearest family', (_what, change) => {
    const changed = new Map(
      [...small].map(([name, tensor]): [string, NamedTensor] => {
        const shape = change(name, tensor.shape);
        const size = shape.reduce((product, side) => product * side, 1);
        return [name, { ...tensor, shape, values: tensor.values.slice(0, size) }];
      }),
    );
    expect(() => open(changed)).toThrow(
      /^The names of the weights in w\.safetensors come nearest to those of .*, but the kinds and kernels .*ONNX.*\.$/,
    );
  });

  it('is refused where its last convolution is missing, with its name', () => {
    const without = new Map([...small].filter(([name]) => !name.startsWith('conv_head')));
    expect(() => open(without)).toThrow('conv_head.weight is missing');
  });
});

describe('networks of features_only, whose Sequentials are flattened', () => {
  const toTimm = (of: string) => TO_TIMM.find(([name]) => name === of)?.[1] ?? ((name: string) => name);
  const without = (tensors: Tensors, names: RegExp) => new Map([...tensors].filter(([name]) => !names.test(name)));

  it('are read as the same ones without a head', () => {
    const convNeXt = without(renamed(tensorsOf('convnext'), toTimm('convnext')), /^head\./);
    expect(computed(renamed(convNeXt, (name) => name.replace(/^(stem|stages)\./, '$1_')))).toEqual(computed(convNeXt));
    const vgg = without(tensorsOf('vgg-of-five'), /^classifier\./);
    expect(computed(renamed(vgg, (name) => name.replace('.', '_')))).toEqual(computed(vgg));
    const denseNet = without(new Map(denseNetTensors().map((one) => [one.name, { ...one, source: one.name }])), /^classifier\./);
    expect(computed(renamed(denseNet, (name) => name.replace('.', '_')))).toEqual(computed(denseNet));
  });

  it('end in the maps of their last stage, whose averages stand for classes', () => {
    const network = without(renamed(tensorsOf('efficientnet'), toTimm('efficientnet')), /^(conv_head|bn2|classifier)\./);
    const { names, reading, remark } = open(network);
    const [features] = network.get('blocks.6.0.conv_pwl.weight')?.shape ?? [];
    expect([names?.length, reading]).toEqual([features, 'number']);
    expect(remark).toContain('ends without classes');
  });
});
