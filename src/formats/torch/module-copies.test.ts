/** Whole modules whose weights the file holds once more: the average is opened at first, as of weights alone, and the other one can be chosen. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { dict, global, object, type Part, pickle, tensor } from '../testing/torch/pickle-writer.ts';
import { resNetTensors, storagesOf, torchArchive } from '../testing/torch/torch-files.ts';
import { moduleAt } from '../testing/torch/whole-resnet.ts';

const tensors = resNetTensors();
const averages = tensors.map((one) => ({ ...one, values: one.values.map((value) => value * 2) }));
const whole = moduleAt('', {}, {});

/** Its storages come after the others. */
const averaged = dict(tensors.map(({ name, shape }, i) => [name, tensor(String(tensors.length + i), shape)] as const));
const wrapped = dict(tensors.map(({ name, shape }, i) => [`module.${name}`, tensor(String(tensors.length + i), shape)] as const));

function open(root: Part, copy: string | null = null) {
  const bytes = torchArchive(pickle(root), storagesOf([...tensors, ...averages]));
  return readModel([{ name: 'net.pt', bytes }], () => {}, copy);
}

const alone = (of: typeof tensors) =>
  readModel([{ name: 'net.pt', bytes: torchArchive(pickle(whole), storagesOf(of)) }]).then(({ artifacts }) => artifacts.data);

describe('a whole module beside its average', () => {
  it.each([
    ['model', 'ema', averaged],
    ['model', 'model_ema', wrapped],
    ['net', 'ema_model', object('torch.nn.modules.module', 'Module', dict({ _buffers: averaged, _modules: dict({}) }))],
  ])('%s opens with the weights of %s, and says so', async (name, average, part) => {
    const root = dict({ [name]: whole, [average]: part, hook: global('builtins', 'print') });
    const read = await open(root);
    expect(read.copies).toEqual({ names: [average, name], chosen: average });
    expect(read.remark).toMatch(
      new RegExp(`^The file net\\.pt holds 2 copies of the weights, ${average} and ${name}; ${average} is opened`),
    );
    expect(read.remark).not.toContain('left out');
    expect(read.artifacts.data).toEqual(await alone(averages));
  });

  it('opens with its own where that is wanted', async () => {
    const read = await open(dict({ model: whole, ema: averaged }), 'model');
    expect(read.copies?.chosen).toBe('model');
    expect(read.artifacts.data).toEqual(await alone(tensors));
  });
});
