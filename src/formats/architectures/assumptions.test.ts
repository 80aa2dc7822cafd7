/** What names and shapes do not say is assumed, said, and where there are several readings, a person's to choose. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../json.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { readSafetensors } from '../safetensors/safetensors.ts';
import { goldenNetworks, weightsOf } from '../testing/networks.ts';
import { modelOfStateDict } from './model-of-state-dict.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

function tensorsOf(name: string): Tensors {
  const network = goldenNetworks().find((golden) => golden.name === name);
  if (!network) throw new Error(`there is no ${name}`);
  const { name: file, bytes } = weightsOf(network);
  return readSafetensors(file, bytes as Uint8Array);
}

/** @param rename null: left out */
function changed(tensors: Tensors, rename: (name: string) => string | null): Tensors {
  return new Map(
    [...tensors].flatMap(([name, tensor]): [string, NamedTensor][] => {
      const to = rename(name);
      return to === null ? [] : [[to, { ...tensor, source: to }]];
    }),
  );
}

function withTensors(tensors: Tensors, added: Readonly<Record<string, readonly number[]>>): Tensors {
  const more = Object.entries(added).map(([source, shape]): [string, NamedTensor] => [
    source,
    { shape, source, values: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.1) },
  ]);
  return new Map([...tensors, ...more]);
}

function open(tensors: Tensors, choices: Readonly<Record<string, string>> = {}) {
  const { artifacts, remark, choices: made = [] } = modelOfStateDict('w.pth', tensors, { copy: null, choices });
  const layers = objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, config }) => ({ kind, ...asObject(config) }));
  const all = (setting: string) => layers.flatMap((layer) => (setting in layer ? [(layer as Record<string, unknown>)[setting]] : []));
  return { layers, all, remark, chosen: Object.fromEntries(made.map(({ id, chosen }) => [id, chosen])) };
}

describe('the epsilon of an EfficientNet', () => {
  it('is PyTorch’s, unless somebody says otherwise', () => {
    const network = tensorsOf('efficientnet');
    const [assumed, other] = [open(network), open(network, { 'batch-norm-epsilon': '1e-3' })];
    expect([assumed.chosen['batch-norm-epsilon'], new Set(assumed.all('epsilon'))]).toEqual(['1e-5', new Set([1e-5])]);
    expect(assumed.remark).toContain('is assumed to be 0.00001.');
    expect([other.chosen['batch-norm-epsilon'], new Set(other.all('epsilon'))]).toEqual(['1e-3', new Set([1e-3])]);
  });

  it('is what the modules say, where they say it', () => {
    const facts = new Map([['features.0.1', { kind: 'normalisation', of: 'batch', epsilon: 0.01, groups: null } as const]]);
    const { choices, remark } = modelOfStateDict('w.pth', tensorsOf('efficientnet'), { copy: null, facts });
    expect(choices?.map(({ id }) => id)).not.toContain('batch-norm-epsilon');
    expect(remark).not.toContain('is assumed to be');
  });

  it('is TensorFlow’s in version 2, which leaves nothing to choose', () => {
    const { all, chosen } = open(tensorsOf('efficientnet-v2'));
    expect(chosen).not.toHaveProperty('batch-norm-epsilon');
    expect(new Set(all('epsilon'))).toEqual(new Set([1e-3]));
  });
});

describe('the strides of five stages', () => {
  const network = tensorsOf('mobilenet-v2');
  const stridesOf = (choices: Readonly<Record<string, string>> = {}) =>
    open(network, choices).layers.flatMap((layer) =>
      layer.kind === 'DepthwiseConv2D' ? [(layer as { strides?: number[] }).strides?.[0]] : [],
    );

  it('are the first of the paper’s, unless somebody says that each halves', () => {
    expect(open(network).chosen['stage-strides']).toBe('paper');
    expect(stridesOf()).toEqual([1, 2, 1, 2, 2, 1, 1]);
    expect(stridesOf({ 'stage-strides': 'halving' })).toEqual([1, 2, 1, 2, 2, 1, 2]);
  });

  it('may be others, block by block, which begin as the paper’s', () => {
    const own = { 'stage-strides': 'own' };
    expect(stridesOf(own)).toEqual(stridesOf());
    const { chosen } = open(network, own);
    expect(Object.keys(chosen).filter((id) => id.startsWith('stride-'))).toHaveLength(7);
    expect(stridesOf({ ...own, 'stride-features.1': '2', 'stride-features.2': '1' })).toEqual([2, 1, 1, 2, 2, 1, 1]);
  });

  it('leave nothing to choose where they are the paper’s', () => {
    expect(open(tensorsOf('efficientnet')).chosen).not.toHaveProperty('stage-strides');
    expect(open(tensorsOf('efficientnet-v2')).chosen).not.toHaveProperty('stage-strides');
  });
});

describe('a MobileNet', () => {
  it('V2 of another depth than the paper’s says where its stages are assumed to begin', () => {
    expect(open(tensorsOf('mobilenet-v2')).remark).toContain('Its 7 blocks are not those of the paper');
  });

  const small = tensorsOf('mobilenet-v3-small');
  it('V3 that is the small one says nothing of that', () => {
    expect(open(small).remark).not.toContain('neither');
  });

  it('V3 of another depth gets what both tables have in common, and says so', () => {
    // The last two blocks are alike, so one less is the same network otherwise.
    const shorter = changed(small, (name) => (/^features\.11\./.test(name) ? null : name.replace(/^features\.12\./, 'features.11.')));
    const { remark } = open(shorter);
    expect(remark).toContain('Its 10 blocks are neither those of the large MobileNet V3 nor those of the small one');
  });
});

describe('a head of somebody’s own', () => {
  const convNeXt = tensorsOf('convnext');
  const withoutHead = changed(convNeXt, (name) => (name.startsWith('classifier') ? null : name));

  it('after a ConvNeXt may do without its normalisation', () => {
    const { layers } = open(withTensors(withoutHead, { 'classifier.1.weight': [4, 16], 'classifier.1.bias': [4] }));
    expect(layers.slice(-2).map(({ kind }) => kind)).toEqual(['GlobalAveragePooling2D', 'Dense']);
  });

  it('after a ConvNeXt may be several layers', () => {
    const kept = changed(convNeXt, (name) => (name.startsWith('classifier.2') ? null : name));
    const head = {
      'classifier.2.0.weight': [8, 16],
      'classifier.2.0.bias': [8],
      'classifier.2.3.weight': [4, 8],
      'classifier.2.3.bias': [4],
    };
    const { layers, chosen, remark } = open(withTensors(kept, head));
    expect(layers.slice(-3).map(({ kind }) => kind)).toEqual(['LayerNormalization', 'Dense', 'Dense']);
    expect(chosen['head-activation']).toBe('relu');
    expect(remark).toContain('a ReLU is assumed');
  });

  it('may end in a normalisation of its scores, which are no probabilities before it', () => {
    const statistics = Object.fromEntries(['weight', 'bias', 'running_mean', 'running_var'].map((name) => [`classifier.3.${name}`, [4]]));
    const head = { 'classifier.2.weight': [4, 16], 'classifier.2.bias': [4], ...statistics };
    const kept = changed(convNeXt, (name) => (name.startsWith('classifier.2') ? null : name));
    const { layers } = open(withTensors(kept, head));
    const end = layers.slice(-3).map((layer) => [layer.kind, (layer as { activation?: string }).activation]);
    expect(end).toEqual([
      ['Dense', 'linear'],
      ['BatchNormalization', undefined],
      ['Activation', 'softmax'],
    ]);
  });

  it('of a MobileNet V3 is assumed to have Hardswish, as its own has', () => {
    const { chosen, all } = open(tensorsOf('mobilenet-v3-small'));
    expect(chosen['head-activation']).toBe('hard_silu');
    expect(all('units')).toEqual([32, 6]);
  });

  it('of a MobileNet V3 whose last layer became several has Hardswish after its own first one, and ReLU between the others', () => {
    const kept = changed(tensorsOf('mobilenet-v3-small'), (name) => (name.startsWith('classifier.3') ? null : name));
    const head = {
      'classifier.3.0.weight': [8, 32],
      'classifier.3.0.bias': [8],
      'classifier.3.2.weight': [4, 8],
      'classifier.3.2.bias': [4],
    };
    const { all, chosen } = open(withTensors(kept, head));
    expect([all('activation').slice(-3), chosen['head-activation']]).toEqual([['hard_silu', 'relu', 'softmax'], 'relu']);
  });
});
