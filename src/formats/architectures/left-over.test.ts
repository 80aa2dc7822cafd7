/** Weights with tensors beside a DenseNet's: those that cannot be on the way from the image to the classes are left out, and named. */
import { describe, expect, it } from 'vitest';
import { type ReadModel, readModel } from '../read-model.ts';
import { valuesOf } from '../testing/sound-network.ts';
import { denseNetTensors, safetensorsWith, type TorchTensor } from '../testing/sound-safetensors.ts';

const CLASSES = 5;
const FEATURES = 10;

const tensor = (name: string, shape: readonly number[]): TorchTensor => ({ name, shape, values: valuesOf(shape) });
const prefixed = (prefix: string): TorchTensor[] => denseNetTensors(CLASSES).map((one) => ({ ...one, name: `${prefix}${one.name}` }));
const withoutHead = () => denseNetTensors().filter(({ name }) => !name.startsWith('classifier'));

function open(tensors: readonly TorchTensor[]): Promise<ReadModel> {
  return readModel([{ name: 'w.safetensors', bytes: safetensorsWith(tensors) }]);
}

const STRANGERS: readonly (readonly [name: string, shape: readonly number[]])[] = [
  ['arcface.proj.weight', [7, 3]],
  ['logit_scale', []],
  ['temperature', [1]],
  ['aux.weight', [3, 4]],
  ['class_counts', [CLASSES]],
  ['cls_num_list', [CLASSES]],
  ['attention.weight', [4, 4]],
  ['neck.conv.weight', [4, 4, 3, 3]],
  ['text.embedding.weight', [51, 16]],
  ['fc.weight', [3, 4]],
];

describe.each(['', 'model.', 'net.backbone.'])('a DenseNet under “%s”', (prefix) => {
  for (const where of new Set(['', prefix, 'net.']))
    it.each(STRANGERS)(`opens with “${where}%s” of the shape %j, which is left out and named`, async (name, shape) => {
      const read = await open([tensor(`${where}${name}`, shape), ...prefixed(prefix)]);
      expect(read.artifacts).toEqual((await open(denseNetTensors(CLASSES))).artifacts);
      expect(read.remark).toContain(`In w.safetensors ${where}${name} is no part of the network, and left out.`);
    });

  it('has its head further out, too', async () => {
    const [weight, bias] = [tensor('classifier.weight', [CLASSES, FEATURES]), tensor('classifier.bias', [CLASSES])];
    for (const where of new Set(['', prefix, prefix.split('.')[0] ? `${prefix.split('.')[0]}.` : ''])) {
      const features = withoutHead().map((one) => ({ ...one, name: `${prefix}${one.name}` }));
      const head = [weight, bias].map((one) => ({ ...one, name: `${where}${one.name}` }));
      expect((await open([...features, ...head])).artifacts).toEqual((await open([...withoutHead(), weight, bias])).artifacts);
    }
  });
});

describe('many strangers', () => {
  it('are named in part', async () => {
    const others = Array.from({ length: 9 }, (_, i) => tensor(`text.${i}.weight`, [4, 4]));
    const { remark } = await open([...denseNetTensors(), ...others]);
    expect(remark).toContain(
      `In w.safetensors ${[0, 1, 2, 3, 4, 5].map((i) => `text.${i}.weight`).join(', ')} and 3 more are no part of the network, and left out.`,
    );
  });
});

describe('what could be a layer on the way', () => {
  it.each([
    ['features.se.weight', [4, 4]],
    ['features.denseblock1.denselayer1.scale', []],
    ['features.denseblock1.denselayer1.criterion.weight', [2]],
    ['neck.norm.weight', [FEATURES]],
    ['attention.weight', [2, FEATURES]],
    ['attention1.weight', [12, 12]],
    ['flat.weight', [4, FEATURES * 49]],
    ['calibration.weight', [CLASSES, CLASSES]],
    ['calibration.bias', [CLASSES]],
    ['offset', [1, CLASSES]],
    ['normalize.mean', [1, 3, 1, 1]],
    ['input.weight', [3, 4, 1, 1]],
    ['spatial.conv.weight', [1, 2, 7, 7]],
    ['global_pool.p', [1]],
    ['classifier.1.weight', [FEATURES]],
    ['projection.weight', [6, FEATURES]],
  ])('such as %s of the shape %j is refused, with its name', async (name, shape) => {
    for (const prefix of ['', 'model.']) {
      const given = `${prefix}${name}`;
      await expect(open([...prefixed(prefix), tensor(given, shape)])).rejects.toMatchObject({
        code: 'model-unsupported',
        message: expect.stringContaining(`w.safetensors has, beside a DenseNet’s, the tensor ${given}, which may take part`),
      });
    }
  });

  it('and is no classifier by its name is not taken for the head, nor left out', async () => {
    await expect(open([...withoutHead(), tensor('scores.weight', [CLASSES, FEATURES])])).rejects.toThrow('the tensor scores.weight');
  });

  it.each(['fc.weight', 'model.classifier.weight', 'head.fc.weight'])(
    'as a second classifier (%s) is refused with both names',
    async (name) => {
      const prefix = name.startsWith('model.') ? 'model.backbone.' : '';
      const second = tensor(name, [CLASSES, FEATURES]);
      await expect(open([...prefixed(prefix), second])).rejects.toThrow(
        `In w.safetensors both ${prefix}classifier.weight and ${name} could be the layer that gives the classes`,
      );
    },
  );

  it.each([
    ['features.transition2.conv.weight', [5, FEATURES, 1, 1]],
    ['features.denseblock1.denselayer01.norm1.weight', [8]],
  ])('under a name of the features that this one does not use (%s) is refused', async (name, shape) => {
    await expect(open([...denseNetTensors(), tensor(name, shape)])).rejects.toThrow(
      `beside a DenseNet’s, the tensor ${name}, which may take part`,
    );
  });
});
