/** A whole module says what its weights leave open, and the network must be the one that it describes. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import { type ReadModel, readModel } from '../../read-model.ts';
import { valuesOf } from '../../testing/sound-network.ts';
import type { TorchTensor } from '../../testing/sound-safetensors.ts';
import { call, dict, float, global, int, ints, object, type Part, pickle, tensor, text } from '../../testing/torch/pickle-writer.ts';
import { resNetTensors, storagesOf, torchArchive } from '../../testing/torch/torch-files.ts';
import { activation, type Kept, moduleAt } from '../../testing/torch/whole-resnet.ts';

const tensors = resNetTensors();

const FEATURES = tensors.find(({ name }) => name === 'fc.weight')?.shape[1] ?? 0;

/** With a head of two linear layers, which leaves a place for something between them. */
const withHead = [
  ...tensors.filter(({ name }) => !name.startsWith('fc.')),
  ...[
    ['fc.0.weight', [6, FEATURES]],
    ['fc.0.bias', [6]],
    ['fc.2.weight', [3, 6]],
    ['fc.2.bias', [3]],
  ].map(([name, shape]) => ({ name: String(name), shape: shape as number[], values: valuesOf(shape as number[]) })),
];

function read(others: Kept = {}, extra: Readonly<Record<string, Part>> = {}, of: readonly TorchTensor[] = tensors): Promise<ReadModel> {
  const bytes = torchArchive(pickle(moduleAt('', others, extra, of)), storagesOf(of));
  return readModel([{ name: 'net.pt', bytes }]);
}

function layerAt({ artifacts }: ReadModel, name: string) {
  const layers = objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, config }) => ({ kind, ...asObject(config) }));
  return layers.find((layer) => (layer as Readonly<Record<string, unknown>>).name === name) as
    | Readonly<Record<string, unknown>>
    | undefined;
}

describe('a whole module', () => {
  it('opens where it is what its weights are taken for', async () => {
    const { artifacts } = await read({}, { relu: activation('ReLU') });
    expect(artifacts.weights.length).toBeGreaterThan(20);
  });

  it('opens inside another', async () => {
    const net = object('torch.nn.parallel.data_parallel', 'DataParallel', dict({ _modules: dict({ module: moduleAt('', {}, {}) }) }));
    const { artifacts } = await readModel([{ name: 'net.pt', bytes: torchArchive(pickle(net), storagesOf(tensors)) }]);
    expect(artifacts.weights.length).toBeGreaterThan(20);
  });

  it('opens with other modules beside it, whose layers have the same names', async () => {
    const projector = object(
      'nets',
      'Projector',
      dict({ _modules: dict({ conv1: object('torch.nn.modules.conv', 'Conv2d', dict({ stride: ints(5, 5), _modules: dict({}) })) }) }),
    );
    const net = object('nets', 'Both', dict({ _modules: dict({ backbone: moduleAt('', {}, {}), projector }) }));
    const { artifacts } = await readModel([{ name: 'net.pt', bytes: torchArchive(pickle(net), storagesOf(tensors)) }]);
    expect(artifacts.weights.length).toBeGreaterThan(20);
  });

  it.each<readonly [what: string, others: Kept, layer: string, settings: object]>([
    ['strides', { conv1: { stride: ints(1, 1) } }, 'conv1', { strides: [1, 1] }],
    ['strides in one direction', { 'layer2.0.conv1': { stride: ints(2, 1) } }, 'layer2.0.conv1', { strides: [2, 1] }],
    [
      'padding',
      { conv1: { padding: ints(2, 2) } },
      'conv1.pad',
      {
        padding: [
          [2, 2],
          [2, 2],
        ],
      },
    ],
    ['padding where ours is the same', { 'layer1.0.conv2': { padding: ints(0, 0) } }, 'layer1.0.conv2', { padding: 'valid' }],
    ['padding in a word', { 'layer1.0.conv2': { padding: text('valid') } }, 'layer1.0.conv2', { padding: 'valid' }],
    [
      'dilation',
      { 'layer4.0.conv2': { dilation: ints(2, 2), padding: ints(2, 2) } },
      'layer4.0.conv2',
      { dilation_rate: [2, 2], padding: 'same' },
    ],
    ['epsilon', { 'layer3.0.bn1': { eps: float(1e-3) } }, 'layer3.0.bn1', { epsilon: 1e-3 }],
  ])('of another %s has that', async (_what, others, layer, settings) => {
    expect(layerAt(await read(others), layer)).toMatchObject(settings);
  });

  it('that pads otherwise than with zeros is refused', async () => {
    await expect(read({ conv1: { padding_mode: text('reflect') } })).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining(
        'In net.pt the module conv1 has a padding that is not of zeros, so it is not a ResNet as it is known here; please give',
      ),
    });
  });

  it.each(['_forward_hooks', '_forward_pre_hooks'])('with a hook on a module is refused: %s', async (hooks) => {
    const says = 'the module layer2 has a hook (nets.halve), and the file does not hold what that computes, so it is not a ResNet';
    await expect(read({ layer2: { [hooks]: dict({ '0': global('nets', 'halve') }) } })).rejects.toThrow(says);
  });

  it('may have the hooks that put weights together', async () => {
    const hook = object('torch.nn.utils.weight_norm', 'WeightNorm', dict({ name: text('weight'), dim: int(0) }));
    await expect(read({ 'layer2.0.conv1': { _forward_pre_hooks: dict({ '0': hook }) } })).resolves.toBeDefined();
  });

  it('of TorchScript is refused where an activation has a setting that its program does not say', async () => {
    const relu = object('__torch__.torch.nn.modules.activation', 'LeakyReLU', dict({ training: [0x89] }));
    await expect(read({}, { relu })).rejects.toThrow('relu is a LeakyReLU, for which the network has no place');
  });

  it('has the activations of its modules, each where it stands', async () => {
    const network = await read({}, { relu: activation('LeakyReLU'), 'layer1.0.relu': activation('SiLU') });
    expect(layerAt(network, 'relu')?.activation).toEqual({ class_name: 'leakyReluOf', config: { slope: 0.01 } });
    expect(['layer1.0.relu1', 'layer1.0', 'layer2.0'].map((layer) => layerAt(network, layer)?.activation)).toEqual([
      'swish',
      'swish',
      'relu',
    ]);
  });

  it.each([
    [{ 'layer1.0.act': activation('LeakyReLU') }, 'layer1.0.act is a LeakyReLU'],
    // What is taken over at one place is not thereby known at another.
    [{ relu: activation('LeakyReLU'), 'layer1.0.act': activation('LeakyReLU') }, 'layer1.0.act is a LeakyReLU'],
    [{ relu: activation('Tanhshrink') }, 'relu is a Tanhshrink'],
  ])('with an activation for which the network has no place is refused', async (extra, says) => {
    await expect(read({}, extra)).rejects.toThrow(`the module ${says}, for which the network has no place`);
  });

  it('may have a sigmoid after its last layer, which is its end, and not before', async () => {
    expect((await read({}, { end: activation('Sigmoid') })).artifacts.weights.length).toBeGreaterThan(20);
    const says = 'the module layer2.0.gate is a Sigmoid before the last layer, and the file does not say what it is for';
    await expect(read({}, { 'layer2.0.gate': activation('Sigmoid') })).rejects.toThrow(says);
  });

  it.each<readonly [className: string, kept: Readonly<Record<string, Part>>, kind: string, settings: object]>([
    ['AvgPool2d', { kernel_size: int(3), stride: int(2) }, 'PaddedAveragePooling2D', { pool_size: [3, 3], strides: [2, 2] }],
    ['MaxPool2d', { kernel_size: int(2), stride: int(2) }, 'MaxPooling2D', { pool_size: [2, 2] }],
    ['MaxPool2d', { kernel_size: int(3), stride: int(1), padding: int(1) }, 'PaddedMaxPooling2D', { strides: [1, 1] }],
    ['MaxPool2d', { kernel_size: int(3), stride: int(2), padding: int(0) }, 'MaxPooling2D', { strides: [2, 2] }],
    ['MaxPool2d', { kernel_size: int(3), ceil_mode: [0x88] }, 'PaddedMaxPooling2D', { ceil_mode: true, strides: [3, 3] }],
  ])('with another pooling at its beginning has that: %s', async (className, kept, kind, settings) => {
    const network = await read({}, { maxpool: object('torch.nn.modules.pooling', className, dict({ ...kept })) });
    expect(layerAt(network, 'maxpool')).toMatchObject({ kind, ...settings });
  });

  it('without a pooling at its beginning has none', async () => {
    const network = await read({ conv1: { stride: ints(1, 1) } }, { maxpool: object('torch.nn.modules.linear', 'Identity', dict({})) });
    expect(layerAt(network, 'maxpool')).toBeUndefined();
  });

  it.each<readonly [from: string, className: string, kept: Readonly<Record<string, Part>>]>([
    ['torchvision.transforms.transforms', 'Normalize', {}],
    ['torch.nn.modules.upsampling', 'Upsample', { scale_factor: float(2) }],
    ['torch.nn.modules.normalization', 'LocalResponseNorm', { size: int(3) }],
    ['torch.nn.modules.pooling', 'AdaptiveMaxPool2d', { output_size: int(1) }],
    ['torch.nn.modules.pooling', 'AvgPool2d', { kernel_size: int(2), stride: int(2) }],
    ['torch.nn.modules.pooling', 'MaxPool2d', { kernel_size: int(2), stride: int(2) }],
    ['torch.nn.modules.activation', 'Hardsigmoid', {}],
    ['__torch__.torch.nn.modules.pooling.___torch_mangle_7', 'AdaptiveMaxPool2d', {}],
  ])('in which nothing says where a module without weights runs is refused: %s.%s', async (from, className, kept) => {
    const extra = object(from, className, dict({ ...kept }));
    const says = `extra is an? ${className}, for which the network has no place, so it is not a ResNet`;
    await expect(read({}, { extra })).rejects.toThrow(new RegExp(`In net\\.pt the module ${says}`));
    const around = object('nets', 'Mine', dict({ _modules: dict({ backbone: moduleAt('', {}, {}), extra }) }));
    const bytes = torchArchive(pickle(around), storagesOf(tensors));
    await expect(readModel([{ name: 'net.pt', bytes }])).rejects.toThrow(new RegExp(`In net\\.pt the module ${says}`));
  });

  it.each<readonly [from: string, className: string, kept: Readonly<Record<string, Part>>]>([
    ['torch.nn.modules.dropout', 'Dropout', { p: float(0.5) }],
    ['torch.nn.modules.pooling', 'AdaptiveAvgPool2d', { output_size: int(1) }],
    ['torch.nn.modules.loss', 'CrossEntropyLoss', {}],
    ['torchmetrics.classification.accuracy', 'Accuracy', {}],
    ['torch.nn.modules.container', 'Sequential', {}],
  ])('opens with a module beside its layers that does nothing: %s.%s', async (from, className, kept) => {
    const { artifacts } = await read({}, { extra: object(from, className, dict({ ...kept })) });
    expect(artifacts.weights.length).toBeGreaterThan(20);
  });

  it.each<readonly [path: string, className: string, kept: Readonly<Record<string, Part>>, says: string]>([
    [
      'maxpool',
      'MaxPool2d',
      { kernel_size: int(3), stride: int(2), padding: int(1), dilation: int(2) },
      'maxpool has the dilation 2 and not 1',
    ],
    ['avgpool', 'AdaptiveMaxPool2d', { output_size: int(1) }, 'avgpool is an AdaptiveMaxPool2d, where an average pooling belongs'],
    ['avgpool', 'AdaptiveAvgPool2d', { output_size: int(2) }, 'avgpool has the output size 2 and not 1'],
    ['layer1.1', 'MaxPool2d', { kernel_size: int(3), stride: int(1) }, 'layer1.1 is a MaxPool2d, which the network does not have there'],
    ['layer4.1', 'Attention', {}, 'layer4.1 is an Attention of somebody’s own (nets.Attention)'],
    ['fc', 'NormedLinear', {}, 'fc is a NormedLinear of somebody’s own (nets.NormedLinear)'],
    ['conv1', 'StdConv2d', {}, 'conv1 is a StdConv2d of somebody’s own (nets.StdConv2d)'],
    ['conv1', 'Conv2d', {}, 'conv1 is a Conv2d of somebody’s own (nets.Conv2d)'],
    ['relu', 'ReLU', {}, 'relu is a ReLU of somebody’s own (nets.ReLU)'],
  ])('with %s being %s is refused', async (path, className, kept, says) => {
    const given = tensors.filter(({ name }) => name.startsWith(`${path}.`) && name.split('.').length === path.split('.').length + 1);
    const parameters = given.map((one) => [one.name.slice(path.length + 1), tensor(String(tensors.indexOf(one)), one.shape)] as const);
    const from = /Pool2d$/.test(className) ? 'torch.nn.modules.pooling' : 'nets';
    const module = object(from, className, dict({ ...kept, _parameters: dict(parameters) }));
    await expect(read({}, { [path]: module })).rejects.toThrow(`In net.pt the module ${says}, so it is not a ResNet`);
  });

  describe('with a head of somebody’s own', () => {
    const between = (read: ReadModel) =>
      objectsIn(read.artifacts.topology.config.layers)
        .map(({ config }) => asObject(config))
        .find((config) => config?.name === 'fc.0')?.activation;

    it.each([
      ['ReLU', 'relu'],
      ['Tanh', 'tanh'],
      ['SiLU', 'swish'],
      ['ReLU6', 'relu6'],
      ['Dropout', 'linear'],
    ])('has %s where its module does, which is not guessed', async (className, kind) => {
      const model = await read({}, { 'fc.1': activation(className) }, withHead);
      expect(between(model)).toBe(kind);
      expect(model.choices?.map(({ id }) => id)).toEqual(['outputs']);
      expect(model.remark).not.toContain('between the layers of its head');
    });

    it('ends as its module does', async () => {
      const model = await read({}, { 'fc.1': activation('ReLU'), 'fc.3': activation('Sigmoid') }, withHead);
      expect([model.manifest.outputReading, model.choices]).toEqual(['independent', undefined]);
    });

    it.each([
      [{ 'fc.1': activation('Mish') }, 'fc.1 is a Mish, for which the network has no place'],
      [{ 'fc.1': activation('ReLU'), 'fc.3': activation('ReLU') }, 'fc.2 is followed by relu and not by none'],
    ])('that is not known here is refused', async (extra, says) => {
      await expect(read({}, extra, withHead)).rejects.toThrow(`the module ${says}`);
    });
  });

  it('may say things that are no numbers', async () => {
    const odd = { conv1: { stride: text('two'), padding: text('same'), dilation: call(global('a', 'b'), int(1)) } };
    expect((await read(odd)).artifacts.weights.length).toBeGreaterThan(20);
  });
});
