import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { placesOf } from './nested-weights.ts';

function layer(kind: string, name: string, settings: JsonObject = {}): JsonObject {
  return { class_name: kind, name, config: { name, ...settings } };
}

function model(name: string, ...layers: JsonObject[]): JsonObject {
  return layer('Functional', name, { layers });
}

const conv = (name: string, settings: JsonObject = {}) => layer('Conv2D', name, { use_bias: true, ...settings });
const norm = (name: string, settings: JsonObject = {}) => layer('BatchNormalization', name, settings);

const BASE = model('base', conv('conv1'), norm('bn1'), layer('ReLU', 'relu'), conv('conv2'));

const IN_ORDER = [
  'base/conv1/kernel',
  'base/conv1/bias',
  'base/bn1/gamma',
  'base/bn1/beta',
  'base/bn1/moving_mean',
  'base/bn1/moving_variance',
  'base/conv2/kernel',
  'base/conv2/bias',
];

/** As Keras lists them when all is trained: what is not comes last. */
const TRAINED_FIRST = [0, 1, 2, 3, 6, 7, 4, 5].map((i) => IN_ORDER[i] ?? '');

function paths(found: ReturnType<typeof placesOf>): (string | null)[] {
  return found.map((place) => place && `${place.path}/${place.own}`);
}

/** Names as a second building of the same network gives them. */
function withSuffix(names: readonly string[]): string[] {
  return names.map((name) => `${name.replace(/^base\/(\w+)\//, '$1_1/')}:0`);
}

describe('weights of a nested model', () => {
  it.each([
    ['plain names', (name: string) => name.replace('base/', '')],
    ['names with a number behind', (name: string) => `${name.replace('base/', '')}:0`],
    ['names with the model before them', (name: string) => `${name}:0`],
    ['names with the outer model too', (name: string) => `whole/${name}`],
  ])('are found by %s, in whatever order', (_what, nameInFile) => {
    for (const order of [IN_ORDER, TRAINED_FIRST, IN_ORDER.toReversed()])
      expect(paths(placesOf(BASE, order.map(nameInFile)))).toEqual(order);
  });

  it('are found by their order where names say something else', () => {
    expect(paths(placesOf(BASE, withSuffix(IN_ORDER)))).toEqual(IN_ORDER);
    expect(paths(placesOf(BASE, withSuffix(TRAINED_FIRST)))).toEqual(TRAINED_FIRST);
  });

  it('are found by their order where each is called as the layer before it', () => {
    const twins = model('base', conv('conv'), conv('conv_1'), conv('conv_2'));
    const names = ['conv_1', 'conv_2', 'conv_3'].flatMap((name) => [`${name}/kernel:0`, `${name}/bias:0`]);
    const expected = ['conv', 'conv_1', 'conv_2'].flatMap((name) => [`base/${name}/kernel`, `base/${name}/bias`]);
    expect(paths(placesOf(twins, names))).toEqual(expected);
  });

  it('come trained first where some layers are frozen', () => {
    const partly = model('base', conv('conv1', { trainable: false }), norm('bn1', { trainable: false }), conv('conv2'));
    const order = [6, 7, 0, 1, 2, 3, 4, 5].map((i) => IN_ORDER[i] ?? '');
    expect(paths(placesOf(partly, withSuffix(order)))).toEqual(order);
    const frozen = { ...BASE, config: { ...(BASE.config as JsonObject), trainable: false } };
    expect(paths(placesOf(frozen, withSuffix(IN_ORDER)))).toEqual(IN_ORDER);
  });

  it('are those of models inside the model too, whose layers may have the same names', () => {
    const outer = model('outer', conv('conv1'), BASE, conv('conv2'));
    const names = ['conv1', 'base/conv1', 'base/bn1', 'base/conv2', 'conv2'];
    const own = (name: string) => (name.endsWith('bn1') ? ['gamma', 'beta', 'moving_mean', 'moving_variance'] : ['kernel', 'bias']);
    const all = names.flatMap((name) => own(name).map((weight) => `${name}/${weight}`));
    const expected = all.map((name) => `outer/${name}`);
    expect(
      paths(
        placesOf(
          outer,
          all.map((name) => `${name}_4:0`),
        ),
      ),
    ).toEqual(expected);
    expect(paths(placesOf(outer, expected))).toEqual(expected);
  });

  it.each(['Variable', 'variable_7'])('are those of a LayerScale where they are called %s', (name) => {
    const scaled = model('base', conv('conv1'), layer('LayerScale', 'scale', { init_values: 1e-6, projection_dim: 4 }), conv('conv2'));
    const names = ['conv1/kernel', 'conv1/bias', `scale/${name}`, 'conv2/kernel', 'conv2/bias'];
    const expected = ['conv1/kernel', 'conv1/bias', 'scale/gamma', 'conv2/kernel', 'conv2/bias'].map((path) => `base/${path}`);
    expect(
      paths(
        placesOf(
          scaled,
          names.map((path) => `${path}:0`),
        ),
      ),
    ).toEqual(expected);
  });

  it('are not guessed where neither name nor order fits', () => {
    expect(paths(placesOf(BASE, ['conv1/kernel:0', 'other/strange:0']))).toEqual(['base/conv1/kernel', null]);
  });
});
