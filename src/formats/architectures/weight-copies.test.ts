import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { denseNetTensors, safetensorsWith, type TorchTensor } from '../testing/sound-safetensors.ts';
import { chosenCopy } from './weight-copies.ts';

const STEM = 'features.conv0.weight';

function copies(prefixes: readonly string[], others: readonly string[] = [], wanted: string | null = null) {
  const names = [...prefixes.flatMap((prefix) => [`${prefix}${STEM}`, `${prefix}features.norm0.bias`]), ...others];
  const { copies: found, tensors } = chosenCopy(new Map(names.map((name) => [name, name])), STEM, wanted);
  return { names: found?.names ?? null, chosen: found?.chosen ?? null, tensors: [...tensors] };
}

describe('copies of the weights', () => {
  it('are told by what stands before every name; the averaged one is opened at first', () => {
    expect(copies(['model.', 'ema.'])).toEqual({
      names: ['ema', 'model'],
      chosen: 'ema',
      tensors: [
        [STEM, `ema.${STEM}`],
        ['features.norm0.bias', 'ema.features.norm0.bias'],
      ],
    });
  });

  it.each([
    [
      ['state_dict.', 'state_dict_ema.'],
      ['state_dict_ema', 'state_dict'],
    ],
    [
      ['', 'ema_model.module.'],
      ['ema_model.module', 'without a prefix'],
    ],
    [
      ['student.backbone.', 'teacher.backbone.'],
      ['teacher', 'student'],
    ],
    [
      ['module.', 'other.module.'],
      ['without a prefix', 'other'],
    ],
    [
      ['a.', 'b.', 'c.'],
      ['a', 'b', 'c'],
    ],
  ])('%j are called %j', (prefixes, names) => {
    expect(copies(prefixes).names).toEqual(names);
  });

  it('that are of another network, or lack statistics, are no average to be opened at first', () => {
    const larger = Array.from({ length: 9 }, (_, i) => `teacher.features.conv${i + 1}.weight`);
    expect(copies(['student.', 'teacher.'], larger).names).toEqual(['student', 'teacher']);
    expect(copies(['model.', 'ema.'], ['model.features.norm0.running_mean']).names).toEqual(['model', 'ema']);
  });

  it('are one each, with its head, and with what belongs to none', () => {
    const others = ['ema.backbone.features.x', 'ema.fc.weight', 'model.fc.weight', 'criterion.weight'];
    expect(copies(['model.backbone.', 'ema.backbone.'], others, 'model').tensors.map(([name]) => name)).toEqual([
      `backbone.${STEM}`,
      'backbone.features.norm0.bias',
      'fc.weight',
      'criterion.weight',
    ]);
  });

  it('are none where there is one', () => {
    expect(copies(['model.'], ['criterion.weight']).names).toBeNull();
  });
});

const prefixed = (prefix: string, tensors: readonly TorchTensor[]): TorchTensor[] =>
  tensors.map((tensor) => ({ ...tensor, name: `${prefix}${tensor.name}` }));
const scaled = (factor: number): TorchTensor[] =>
  denseNetTensors().map((tensor) => ({ ...tensor, values: tensor.values.map((value) => value * factor) }));

describe('safetensors', () => {
  const open = (tensors: readonly TorchTensor[], copy: string | null = null) =>
    readModel([{ name: 'w.safetensors', bytes: safetensorsWith(tensors) }], () => {}, copy);

  it('with two copies open with the average, say so, and with the other where that is wanted', async () => {
    const tensors = [...prefixed('model.', scaled(1)), ...prefixed('ema.', scaled(2))];
    const [first, other] = [await open(tensors), await open(tensors, 'model')];
    expect(first.copies).toEqual({ names: ['ema', 'model'], chosen: 'ema' });
    expect(first.remark).toMatch(/^The file w\.safetensors holds 2 copies of the weights, ema and model; ema is opened at first/);
    expect(first.artifacts).toEqual((await open(scaled(2))).artifacts);
    expect(other.copies?.chosen).toBe('model');
    expect(other.artifacts).toEqual((await open(scaled(1))).artifacts);
  });

  it.each(['criterion.weight', 'loss_fn.pos_weight', 'anchors', 'model.criterion.weight', 'head_loss.class_weights', 'ema_decay'])(
    'with %s open, and say that it was left out',
    async (name) => {
      const tensors = name.startsWith('model.') ? prefixed('model.', scaled(1)) : scaled(1);
      const read = await open([...tensors, { name, shape: [3], values: new Float32Array(3) }]);
      expect(read.artifacts).toEqual((await open(scaled(1))).artifacts);
      expect(read.remark).toContain(`In w.safetensors ${name} is no part of the network, and left out.`);
    },
  );

  it('with counters stored as floats open without a word about them', async () => {
    const counter = { name: 'features.norm0.num_batches_tracked', shape: [], values: new Float32Array(1) };
    const read = await open([...scaled(1), counter]);
    expect(read.artifacts).toEqual((await open(scaled(1))).artifacts);
    expect(read.remark).not.toContain('num_batches_tracked');
  });
});
