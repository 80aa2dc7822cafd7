/** Every module of torch's whose output a layer gives is found by its own path: by the layer's name, or as another name of it. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../json.ts';
import { readSafetensors } from '../safetensors/safetensors.ts';
import { goldenNetworks, weightsOf } from '../testing/networks.ts';
import { denseNetTensors, safetensorsWith } from '../testing/sound-safetensors.ts';
import { modelOfStateDict } from './model-of-state-dict.ts';

/** By golden network, the last names of what has one name among the layers, and another among torch's modules. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'mobilenet-v2': { 'features.0.2': 'features.0', 'features.2.conv': 'features.2.conv.3', features: 'features.8' },
  'mobilenet-v3-small': {
    'features.4.block.0.2': 'features.4.block.0',
    'features.4.block': 'features.4.block.3',
    'features.4.block.3.1': 'features.4.block.3',
  },
  mnasnet: { 'layers.9.0.layers': 'layers.9.0.layers.7', layers: 'layers.16' },
  efficientnet: {
    'features.3.0.block.3.1': 'features.3.0.block.3',
    'features.8.2': 'features.8',
  },
  'regnet-y': {
    'trunk_output.block1.block1-0.f': 'trunk_output.block1.block1-0.f.c',
    'trunk_output.block1.block1-0.activation': 'trunk_output.block1.block1-0',
    'stem.2': 'stem',
  },
  'shufflenet-v2': { 'stage2.0.branch1.4': 'stage2.0.branch1', 'stage2.0.branch2.7': 'stage2.0.branch2', 'conv5.2': 'conv5' },
  'resnext-bottleneck': {
    'layer2.0.downsample': 'layer2.0.downsample.1',
    act1: 'relu',
    'layer2.0.drop_block': 'layer2.0.bn2',
    'layer2.0.act2': 'layer2.0.relu2',
    'layer2.0.aa': 'layer2.0.relu2',
    'layer2.0.act3': 'layer2.0',
  },
  squeezenet: { features: 'features.10', 'classifier.0': 'features.10', 'classifier.3': 'classifier' },
  alexnet: { features: 'features.12' },
  convnext: {
    'features.2.1': 'features.2',
    'features.1.0.block': 'features.1.0.block.5',
    'features.1.0.block.1': 'features.1.0.block.0',
    'features.0.1': 'features.0',
    'features.1.0.stochastic_depth': 'features.1.0.layer_scale',
  },
  'timm-mobilenetv3_small': {
    'blocks.1.0.bn1.act': 'blocks.1.0.bn1',
    'blocks.1.0.bn3.drop': 'blocks.1.0.bn3',
    'blocks.1.0.aa': 'blocks.1.0.bn2',
    'blocks.1.0.se': 'blocks.1.0.bn2',
    blocks: 'blocks.5',
  },
};

it('a DenseNet’s layer gives what its last convolution gives, and `features` what is normalised at the end', () => {
  const tensors = readSafetensors('w.safetensors', safetensorsWith(denseNetTensors(3)));
  const { otherNames } = modelOfStateDict('w.safetensors', tensors, { copy: null }).artifacts;
  expect(otherNames?.get('features')).toBe('features.norm5');
  expect(otherNames?.get('features.denseblock1.denselayer1')).toBe('features.denseblock1.denselayer1.conv2');
});

it('a DenseNet’s normalisations activate too where the whole module is timm’s, and else what is after them has its name', () => {
  const tensors = readSafetensors('w.safetensors', safetensorsWith(denseNetTensors(3)));
  const activation = { kind: 'activation', activation: 'relu' } as const;
  const facts = new Map(['features.norm0', 'features.norm5'].map((module) => [`${module}.act`, activation] as const));
  const { otherNames } = modelOfStateDict('w.pth', tensors, { copy: null, facts }).artifacts;
  expect(['features.norm0.act', 'features'].map((module) => otherNames?.get(module))).toEqual(['features.norm0', 'features.norm5']);
  const plain = modelOfStateDict('w.pth', tensors, { copy: null }).artifacts.otherNames;
  expect(['drop', 'act'].map((part) => plain?.get(`features.norm0.${part}`))).toEqual(['features.norm0', 'features.relu0']);
});

describe.each(Object.entries(ALIASES))('%s', (name, aliases) => {
  const network = goldenNetworks().find((golden) => golden.name === name);
  if (!network) throw new Error(`there is no ${name}`);
  const { name: file, bytes } = weightsOf(network);
  const { artifacts } = modelOfStateDict(file, readSafetensors(file, bytes as Uint8Array), { copy: null });
  const layers = new Set(objectsIn(artifacts.topology.config.layers).map(({ config }) => String(asObject(config)?.name)));
  const { otherNames = new Map<string, string>() } = artifacts;

  it.each(Object.entries(aliases))('%s is %s', (module, layer) => {
    expect(layers.has(layer)).toBe(true);
    expect(otherNames.get(module)).toBe(layer);
  });

  it('has no other name that is a layer’s, or of none', () => {
    expect([...otherNames].filter(([other, layer]) => layers.has(other) || !layers.has(layer))).toEqual([]);
  });
});
