/** Settings that stand in TorchScript's program go before what is assumed of weights alone. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import { readModel } from '../../read-model.ts';
import type { TorchTensor } from '../../testing/sound-safetensors.ts';
import { dict, object, type Part, pickle, tensor } from '../../testing/torch/pickle-writer.ts';
import { resNetTensors, storagesOf, torchArchive } from '../../testing/torch/torch-files.ts';
import { settingsInProgram } from './script-settings.ts';

const CONVOLUTION = `class Conv2d(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  training : bool
  def forward(self: __torch__.torch.nn.modules.conv.Conv2d,
    argument_1: Tensor) -> Tensor:
    weight = self.weight
    input = torch._convolution(argument_1, weight, None, [3, 2], [1, 1], [1, 1], False, [0, 0], 1, False, False, True, True)
    return input
`;

describe('settings in a program of TorchScript', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['what is given to a function', CONVOLUTION, { stride: [3, 2], padding: [1, 1], dilation: [1, 1], groups: 1 }],
    [
      'constants of the class',
      '  stride : Final[Tuple[int, int]] = (2, 1)\n  padding : Final[str] = "same"\n  eps : Final[float] = 1.0000000000000001e-05\n',
      { stride: [2, 1], padding: 'same', eps: 1e-5 },
    ],
    ['constants before what is given', '  eps : Final[float] = 0.5\n    x = torch.layer_norm(x, [4], w, b, 0.25)\n', { eps: 0.5 }],
    ['what is usual, where that is left out', 'torch.max_pool2d(x, [3, 3], [2, 2])', { padding: 0, dilation: 1, ceil_mode: false }],
    ['what is named', 'torch.gelu(x, approximate="tanh")', { approximate: 'tanh' }],
    ['what stands behind calls inside of the call', 'torch.batch_norm(f(x, [1, (2)]), w, b, m, v, False, 0.1, 0.01, True)', { eps: 0.01 }],
    ['signs and exponents', 'torch.hardtanh(x, -0.5, 1e+2)', { min_val: -0.5, max_val: 100 }],
  ])('are %s', (_what, program, expected) => {
    expect(Object.fromEntries(settingsInProgram(program))).toMatchObject(expected);
  });

  it('are none of what is computed, or of another function', () => {
    expect([...settingsInProgram('torch.leaky_relu(x, slope)\ntorch.relu(x)\ntorch.toString(x, 1)')]).toEqual([]);
  });
});

const tensors = resNetTensors();

function classOf(own: readonly TorchTensor[], prefix: string): string {
  if (own.some(({ name }) => name === `${prefix}running_mean`)) return 'torch.nn.modules.batchnorm.BatchNorm2d';
  const [first] = own;
  if (prefix === 'layer2.0.conv1.') return 'torch.nn.modules.conv.___torch_mangle_7.Conv2d';
  return first?.shape.length === 4
    ? 'torch.nn.modules.conv.___torch_mangle_5.Conv2d'
    : first
      ? 'torch.nn.modules.linear.Linear'
      : 'nets.Net';
}

function scripted(prefix: string): Part {
  const inside = tensors.filter(({ name }) => name.startsWith(prefix));
  const rest = (name: string) => name.slice(prefix.length);
  const own = inside.filter(({ name }) => !rest(name).includes('.'));
  const children = [...new Set(inside.flatMap(({ name }) => (rest(name).includes('.') ? [rest(name).split('.')[0] ?? ''] : [])))];
  const of = classOf(own, prefix).split('.');
  const parts = [
    ...own.map((one) => [rest(one.name), tensor(String(tensors.indexOf(one)), one.shape)] as const),
    ...children.map((child) => [child, scripted(`${prefix}${child}.`)] as const),
  ];
  return object(`__torch__.${of.slice(0, -1).join('.')}`, of.at(-1) ?? '', dict([['training', [0x89]], ...parts]));
}

describe('a network of TorchScript with its program', () => {
  it('is laid out as that says', async () => {
    const folder = 'code/__torch__/torch/nn/modules';
    const programs = {
      [`${folder}/conv/___torch_mangle_7.py`]: `class Other(Module):\n  stride : Final[int] = 5\n${CONVOLUTION}`,
      [`${folder}/batchnorm.py`]: 'class BatchNorm2d(Module):\n  eps : Final[float] = 0.125\n',
    };
    const bytes = torchArchive(pickle(scripted('')), storagesOf(tensors), 0, programs);
    const { artifacts } = await readModel([{ name: 'net.pt', bytes }]);
    const layers = objectsIn(artifacts.topology.config.layers).map(({ config }) => asObject(config));
    const of = (name: string) => layers.find((config) => config?.name === name);
    expect([of('layer2.0.conv1')?.strides, of('layer3.0.conv1')?.strides]).toEqual([
      [3, 2],
      [2, 2],
    ]);
    expect(of('bn1')?.epsilon).toBe(0.125);
  });
});
