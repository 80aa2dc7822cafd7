/** Only the full path of a class says what it computes: by any name that is known here, one of somebody's own is refused. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import { type ReadModel, readModel } from '../../read-model.ts';
import { valuesOf } from '../../testing/sound-network.ts';
import { dict, float, global, int, ints, NONE, object, type Part, pickle, tensor, text } from '../../testing/torch/pickle-writer.ts';
import { resNetTensors, storagesOf, torchArchive } from '../../testing/torch/torch-files.ts';
import { activation, moduleAt } from '../../testing/torch/whole-resnet.ts';

const tensors = resNetTensors();

function open(root: Part, of = tensors): Promise<ReadModel> {
  return readModel([{ name: 'net.pt', bytes: torchArchive(pickle(root), storagesOf(of)) }]);
}

const WITHOUT_WEIGHTS =
  'Identity Dropout Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout DropPath StochasticDepth DropBlock2d Flatten Permute ReLU ReLU6 SiLU Swish Mish Hardswish HardSwish SELU CELU ELU GELU LeakyReLU Hardtanh Tanh Softplus Softsign LogSigmoid Tanhshrink RReLU Sigmoid Hardsigmoid Softmax Softmax2d LogSoftmax MaxPool2d AvgPool2d AdaptiveAvgPool2d AdaptiveMaxPool2d LPPool2d FractionalMaxPool2d ZeroPad2d BlurPool2d CrossEntropyLoss FocalLoss View Reshape Squeeze Lambda_Flatten LambdaFlatten QuantStub MemoryEfficientSwish FastAdaptiveAvgPool2d Normalize Upsample'.split(
    ' ',
  );

const WITH_WEIGHTS =
  'PReLU BatchNorm2d SyncBatchNorm FrozenBatchNorm2d BatchNormAct2d InstanceNorm2d GroupNorm LayerNorm LayerNorm2d'.split(' ');

const CONVOLUTIONS = ['Conv2d', 'Conv2dSame', 'Conv2dStaticSamePadding', 'Conv2dDynamicSamePadding', 'BlurPool2d', 'Linear'];

const HOLDERS = 'Sequential ModuleList ModuleDict DataParallel DistributedDataParallel AveragedModel OptimizedModule'.split(' ');

/** What torch's own would have said of itself. */
const settings = {
  p: float(0.5),
  inplace: [0x88],
  kernel_size: int(3),
  stride: int(2),
  padding: int(1),
  dilation: int(1),
  output_size: int(1),
  eps: float(1e-5),
  start_dim: int(1),
  end_dim: int(-1),
  negative_slope: float(0.01),
};

function own(from: string, className: string, modules: Readonly<Record<string, Part>> = {}): Part {
  return object(from, className, dict({ ...settings, _parameters: dict({}), _modules: dict(modules) }));
}

/** A ResNet of somebody's own, or one of torchvision's, in which this stands. */
function resNet(path: string, module: Part): Part {
  return moduleAt('', {}, { [path]: module });
}

function torchs(
  file: string,
  className: string,
  kept: Readonly<Record<string, Part>> = {},
  parameters: Readonly<Record<string, Part>> = {},
): Part {
  return object(`torch.nn.modules.${file}`, className, dict({ ...kept, _parameters: dict(parameters), _modules: dict({}) }));
}

function row(...modules: readonly Part[]): Part {
  return object('torch.nn.modules.container', 'Sequential', dict({ _modules: dict(modules.map((one, i) => [String(i), one] as const)) }));
}

const ofRow = Object.entries({ weight: [4, 3, 7, 7], scores: [3, 4], bias: [3] }).map(([name, shape]) => ({
  name,
  shape,
  values: valuesOf(shape),
}));

/** A convolution, this, and an end. */
function rowWith(module: Part): Part {
  const said = { stride: ints(1, 1), padding: ints(0, 0), dilation: ints(1, 1), padding_mode: text('zeros') };
  const convolution = torchs('conv', 'Conv2d', said, { weight: tensor('0', [4, 3, 7, 7]), bias: NONE });
  const linear = torchs('linear', 'Linear', {}, { weight: tensor('1', [3, 4]), bias: tensor('2', [3]) });
  return row(convolution, module, torchs('pooling', 'AdaptiveAvgPool2d', { output_size: int(1) }), torchs('flatten', 'Flatten'), linear);
}

function refusal(from: string, className: string): RegExp {
  const path = `${from}.${className}`.replaceAll('.', '\\.');
  return new RegExp(`^(In|The file) net\\.pt .*\\bis an? ${className} of somebody’s own \\(${path}\\).*ONNX.*\\.$`);
}

async function isRefusedAt(places: readonly string[], from: string, className: string, module = own(from, className)): Promise<void> {
  for (const path of places) await expect(open(resNet(path, module)), path).rejects.toThrow(refusal(from, className));
}

describe('a class of somebody’s own', () => {
  it.each(WITHOUT_WEIGHTS)('that is called %s is refused', async (className) => {
    await isRefusedAt(['relu', 'extra'], 'mymodels.layers', className);
    await expect(open(rowWith(own('mymodels.layers', className)), ofRow)).rejects.toThrow(refusal('mymodels.layers', className));
  });

  it.each(['__main__', 'torchnn.modules', 'mytorch.nn.modules.activation', 'timmy.layers.drop'])(
    'of %s is refused wherever it stands',
    async (from) => {
      const places = ['relu', 'maxpool', 'avgpool', 'extra', 'layer1.0.relu', 'layer1.0.extra', 'layer2.1', 'layer2.0.downsample.2'];
      for (const className of ['Dropout', 'ReLU', 'Flatten', 'Sigmoid']) await isRefusedAt(places, from, className);
    },
  );

  it.each(HOLDERS)('that is called %s and holds others is refused', async (className) => {
    const from = 'mymodels.layers';
    const module = own(from, className, { 0: activation('ReLU') });
    await isRefusedAt(['extra', 'layer1.0.extra', 'layer2.1'], from, className, module);
    await expect(open(rowWith(module), ofRow)).rejects.toThrow(refusal(from, className));
    const inner = moduleAt('', {}, {});
    await expect(open(own(from, className, { [className === 'OptimizedModule' ? '_orig_mod' : 'module']: inner }))).rejects.toThrow(
      refusal(from, className),
    );
  });

  it.each([
    ...WITH_WEIGHTS.map((className) => [className, 'bn1'] as const),
    ...CONVOLUTIONS.map((className) => [className, 'conv1'] as const),
    ['Linear', 'fc'] as const,
    ['NonDynamicallyQuantizableLinear', 'fc'] as const,
  ])('that is called %s is refused at %s, with its weights', async (className, path) => {
    const given = tensors.filter(({ name }) => name.startsWith(`${path}.`));
    const parameters = dict(
      given.map((one) => [one.name.slice(path.length + 1), tensor(String(tensors.indexOf(one)), one.shape)] as const),
    );
    for (const modules of [dict({}), dict({ act: activation('ReLU') })]) {
      const module = object('mymodels.layers', className, dict({ ...settings, _parameters: parameters, _modules: modules }));
      await isRefusedAt([path], 'mymodels.layers', className, module);
    }
  });

  it.each(['Bottleneck', 'MyBlock'])(
    'that is called %s may be a block of a network of somebody’s own, and is refused in one of a library',
    async (className) => {
      const net = (from: string, name: string) =>
        object(
          from,
          name,
          dict({ _modules: dict({ backbone: resNet('layer2.1', own('nets', className, { drop: torchs('dropout', 'Dropout') })) }) }),
        );
      expect((await open(net('nets', 'ResNet'))).remark).toContain(
        'The class of the network in net.pt is somebody’s own (nets.ResNet): what',
      );
      await expect(open(net('torchvision.models.resnet', 'ResNet'))).rejects.toThrow(refusal('nets', className));
    },
  );

  it('may stand in place of what one module runs, which is refused', async () => {
    const relu = object('torch.nn.modules.activation', 'ReLU', dict({ forward: global('mymodels.layers', 'halve'), _modules: dict({}) }));
    await expect(open(resNet('relu', relu))).rejects.toThrow(
      'the module relu has a forward of its own, and the file does not hold what that computes',
    );
    await expect(open(moduleAt('', { '': { forward: global('mymodels.layers', 'halve') } }, {}))).rejects.toThrow(
      'In net.pt the network has a forward of its own, and the file does not hold what that computes',
    );
  });
});

describe('torch’s own', () => {
  it.each(['torch.nn.qat.modules.conv', 'torch.ao.nn.qat.modules.conv', 'torchvision.models.mine'])(
    '%s.Conv2d, which is no plain layer, is refused',
    async (from) => {
      const weight = tensor(String(tensors.findIndex(({ name }) => name === 'conv1.weight')), [4, 3, 7, 7]);
      const inside = { weight_fake_quant: object('torch.quantization.fake_quantize', 'FakeQuantize', dict({ _modules: dict({}) })) };
      const module = object(from, 'Conv2d', dict({ ...settings, _parameters: dict({ weight }), _modules: dict(inside) }));
      await expect(open(resNet('conv1', module))).rejects.toThrow(`conv1 is a Conv2d that is not known here (${from}.Conv2d)`);
    },
  );

  it.each([
    ['usual', int(1), int(20), true],
    ['another slope', int(2), int(20), false],
    ['another slope, in a later version', float(0.5), float(20), false],
    ['a threshold within reach', int(1), int(1), false],
  ])('Softplus is run where it has the usual settings: %s', async (_what, beta, threshold, isRun) => {
    const opened = open(rowWith(torchs('activation', 'Softplus', { beta, threshold })), ofRow);
    if (isRun) expect(JSON.stringify((await opened).artifacts.topology)).toContain('"softplus"');
    else await expect(opened).rejects.toThrow('is a Softplus (torch.nn.modules.activation.Softplus), which cannot be run');
  });

  it.each(['Identity', 'Dropout'])('%s in place of an activation does nothing', async (className) => {
    const { artifacts } = await open(resNet('relu', torchs('linear', className)));
    const layers = objectsIn(artifacts.topology.config.layers).map(({ config }) => asObject(config));
    expect(layers.find((config) => config?.name === 'relu')?.activation).toBe('linear');
  });
});
