/** Whole networks that are a `Sequential`: everything that they compute is in the file, or they are refused with the module at fault. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import { type ReadModel, readModel } from '../../read-model.ts';
import { valuesOf } from '../../testing/sound-network.ts';
import type { TorchTensor } from '../../testing/sound-safetensors.ts';
import { dict, float, int, ints, NONE, object, type Part, pickle, TRUE, tensor, text, tuple } from '../../testing/torch/pickle-writer.ts';
import { storagesOf, torchArchive } from '../../testing/torch/torch-files.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A network whose tensors are numbered as they are made. */
class Modules {
  readonly tensors: TorchTensor[] = [];

  of(className: string, kept: Readonly<Record<string, Part>> = {}, shapes: Shapes = {}, from = 'torch.nn.modules.some'): Part {
    const own = Object.entries(shapes).map(([name, shape]): [string, Part] => {
      this.tensors.push({ name: `${this.tensors.length}`, shape: [...shape], values: valuesOf([...shape]) });
      return [name, tensor(String(this.tensors.length - 1), [...shape])];
    });
    return object(from, className, dict({ ...kept, _parameters: dict(own), _modules: dict({}) }));
  }

  convolution(takes: number, gives: number, side: number): Part {
    const kept = { stride: ints(1, 1), padding: ints(0, 0), dilation: ints(1, 1), padding_mode: text('zeros') };
    return this.of('Conv2d', kept, { weight: [gives, takes, side, side], bias: [gives] });
  }

  linear(takes: number, gives: number): Part {
    return this.of('Linear', {}, { weight: [gives, takes], bias: [gives] });
  }

  row(...modules: readonly Part[]): Part {
    return object('torch.nn.modules.container', 'Sequential', dict({ _modules: dict(modules.map((one, i) => [String(i), one] as const)) }));
  }

  open(root: Part, choices: Readonly<Record<string, string>> = {}): Promise<ReadModel> {
    return readModel([{ name: 'net.pt', bytes: torchArchive(pickle(root), storagesOf(this.tensors)) }], () => {}, null, choices);
  }
}

const pooling = (m: Modules) => m.of('AvgPool2d', { kernel_size: int(2), stride: int(2), padding: int(0) });
const flatten = (m: Modules) => m.of('Flatten', { start_dim: int(1), end_dim: int(-1) });

const RESPONSE = (size: number) => ({ size: int(size), alpha: float(0.25), beta: float(0.75), k: float(2) });
const SIDES = ints(1, 2, 3, 4);

/** The end of a network that takes any size. */
function ending(m: Modules, channels: number): Part[] {
  return [m.of('AdaptiveAvgPool2d', { output_size: int(1) }), flatten(m), m.linear(channels, 3)];
}

function layersOf({ artifacts }: ReadModel) {
  return objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, config }) => ({ kind, ...asObject(config) }));
}

function inputOf(read: ReadModel): unknown {
  return (layersOf(read)[0] as Readonly<Record<string, unknown>>).batch_input_shape;
}

describe('a network of a class of somebody’s own', () => {
  it('is refused as what it is, though its modules are known', async () => {
    const m = new Modules();
    const layers = { stem: m.convolution(3, 4, 3), scores: m.linear(4, 3) };
    await expect(m.open(object('nets', 'MyNet', dict({ _modules: dict(layers) })))).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(
        /^The file net\.pt holds a MyNet, but not what that computes, and the names of its weights, such as stem\.weight, are those of no architecture that is known here.*; please give it as an ONNX, Keras or TensorFlow\.js model\.$/,
      ),
    });
  });
});

describe('a Sequential', () => {
  it('takes images of any size where it pools them to one, and says that nothing is assumed', async () => {
    const m = new Modules();
    const read = await m.open(m.row(m.convolution(3, 4, 3), m.of('ReLU'), m.row(m.of('Dropout')), ...ending(m, 4), m.of('Sigmoid')));
    expect(inputOf(read)).toEqual([null, null, null, 3]);
    expect(read.remark).toContain('The file net.pt holds the whole network, so that nothing is assumed of its layers.');
    expect([read.manifest.outputReading, read.choices]).toEqual(['independent', undefined]);
  });

  it('is laid out for images of which its linear layer takes every cell, and offers their other sizes', async () => {
    const m = new Modules();
    // 28 and 29 become 24 and 25 cells, and 12.
    const root = m.row(m.convolution(1, 4, 5), m.of('Tanh'), pooling(m), flatten(m), m.linear(4 * 144, 10));
    const [read, other] = [await m.open(root), await m.open(root, { 'image-size': '29' })];
    expect([inputOf(read), inputOf(other)]).toEqual([
      [null, 28, 28, 1],
      [null, 29, 29, 1],
    ]);
    expect(read.choices?.find(({ id }) => id === 'image-size')?.options.map(({ id }) => id)).toEqual(['28', '29']);
    expect(read.remark).toContain('takes 144 cells of a map, so it is laid out for images of 28 × 28; other sizes are offered below.');
  });

  it('is laid out for images that are no squares where its linear layer takes so many cells', async () => {
    const m = new Modules();
    // 30 and 48 become 26 and 44 cells, and 13 and 22.
    const root = m.row(m.convolution(1, 4, 5), m.of('Tanh'), pooling(m), flatten(m), m.linear(4 * 13 * 22, 10));
    const read = await m.open(root, { 'image-size': '30x48' });
    expect(inputOf(read)).toEqual([null, 30, 48, 1]);
  });

  it.each(['Tanh', 'ReLU', 'Softsign'])('ends in %s where its scores do, and gives what that gives', async (className) => {
    const m = new Modules();
    const read = await m.open(m.row(m.convolution(3, 4, 3), ...ending(m, 4), m.of(className)));
    const activations = layersOf(read).map((layer) => (layer as { readonly activation?: unknown }).activation);
    expect(activations.slice(-2)).toEqual(['linear', className.toLowerCase()]);
  });

  it('has activations with settings, and with weights of their own', async () => {
    const m = new Modules();
    const row = m.row(
      m.convolution(3, 4, 3),
      m.of('CELU', { alpha: float(0.5) }),
      m.of('PReLU', {}, { weight: [4] }),
      m.of('AdaptiveAvgPool2d', { output_size: int(1) }),
      flatten(m),
      m.linear(4, 6),
      m.of('PReLU', {}, { weight: [1] }),
      m.linear(6, 3),
    );
    const layers = layersOf(await m.open(row)) as readonly Readonly<Record<string, unknown>>[];
    expect(layers.find(({ name }) => name === '1')?.activation).toEqual({ class_name: 'celuOf', config: { alpha: 0.5 } });
    expect(layers.filter(({ kind }) => kind === 'PReLU').map(({ shared_axes: axes }) => axes)).toEqual([[1, 2], [1]]);
  });

  it.each<readonly [what: string, module: (m: Modules) => Part, kind: string, settings: object]>([
    ['LocalResponseNorm', (m) => m.of('LocalResponseNorm', RESPONSE(5)), 'LocalResponseNormalization', { size: 5, alpha: 0.25, bias: 2 }],
    ['Upsample', (m) => m.of('Upsample', { scale_factor: float(2), mode: text('nearest') }), 'UpSampling2D', { size: [2, 2] }],
    [
      'Upsample, bilinear',
      (m) => m.of('Upsample', { scale_factor: tuple(float(3), float(1)), mode: text('bilinear'), align_corners: NONE }),
      'SmoothUpSampling2D',
      { size: [3, 1], interpolation: 'bilinear' },
    ],
    ['ChannelShuffle', (m) => m.of('ChannelShuffle', { groups: int(2) }), 'InterleavedGroups', { groups: 2 }],
    [
      'ReflectionPad2d',
      (m) => m.of('ReflectionPad2d', { padding: SIDES }),
      'Padding',
      {
        mode: 'reflect',
        padding: [
          [3, 4],
          [1, 2],
          [0, 0],
        ],
      },
    ],
    ['ReplicationPad2d', (m) => m.of('ReplicationPad2d', { padding: SIDES }), 'Padding', { mode: 'edge' }],
    ['ConstantPad2d', (m) => m.of('ConstantPad2d', { padding: SIDES, value: float(0.5) }), 'Padding', { mode: 'constant', value: 0.5 }],
    [
      'ConstantPad2d of zeros',
      (m) => m.of('ConstantPad2d', { padding: SIDES, value: float(0) }),
      'ZeroPadding2D',
      {
        padding: [
          [3, 4],
          [1, 2],
        ],
      },
    ],
    [
      'RReLU',
      (m) => m.of('RReLU', { lower: float(0.25), upper: float(0.5) }),
      'Activation',
      { activation: { class_name: 'leakyReluOf', config: { slope: 0.375 } } },
    ],
  ])('has a %s', async (_what, module, kind, settings) => {
    const m = new Modules();
    const layers = layersOf(await m.open(m.row(m.convolution(3, 4, 3), module(m), ...ending(m, 4))));
    expect(layers[2]).toMatchObject({ kind, name: '1', ...settings });
  });

  it('is laid out for the images that are left after what enlarges and pads', async () => {
    const m = new Modules();
    // 28 become 30, 26, and 52 cells.
    const pad = m.of('ReflectionPad2d', { padding: ints(1, 1, 1, 1) });
    const enlarge = m.of('Upsample', { scale_factor: float(2), mode: text('nearest') });
    const read = await m.open(m.row(pad, m.convolution(1, 4, 5), enlarge, flatten(m), m.linear(4 * 52 * 52, 10)));
    expect(inputOf(read)).toEqual([null, 28, 28, 1]);
  });

  it('without a convolution is refused, as it has no layer with cells', async () => {
    const m = new Modules();
    const says = /^The file net\.pt holds a whole network without a convolution, so that no layer of it has cells to explain; .*\.$/;
    await expect(m.open(m.row(flatten(m), m.linear(48, 3)))).rejects.toMatchObject({ message: expect.stringMatching(says) });
  });

  it('opens inside of what trains it on several devices', async () => {
    const m = new Modules();
    const root = m.row(m.convolution(3, 4, 3), ...ending(m, 4));
    const around = object('torch.nn.parallel.data_parallel', 'DataParallel', dict({ _modules: dict({ module: root }) }));
    expect(layersOf(await m.open(around)).map((layer) => (layer as { readonly name?: unknown }).name)).toEqual([
      'input',
      '0',
      '1',
      '2',
      '3',
    ]);
  });

  it.each<readonly [what: string, row: (m: Modules) => readonly Part[], says: string]>([
    [
      'a class of somebody’s own',
      (m) => [m.convolution(3, 4, 3), m.of('MyBlock', {}, {}, 'nets'), ...ending(m, 4)],
      'the module 1 is a MyBlock of somebody’s own (nets.MyBlock), and the file does not hold what that computes',
    ],
    [
      'a block of somebody’s own by a known name',
      (m) => [m.convolution(3, 4, 3), m.of('BasicBlock', {}, {}, 'nets.resnet'), ...ending(m, 4)],
      'the module 1 is a BasicBlock of somebody’s own (nets.resnet.BasicBlock), and the file does not hold what that computes',
    ],
    [
      'a layer of somebody’s own by a known name',
      (m) => [m.of('Conv2d', {}, { weight: [4, 3, 3, 3] }, 'nets'), ...ending(m, 4)],
      'the module 0 is a Conv2d of somebody’s own (nets.Conv2d), and the file does not hold what that computes',
    ],
    [
      'a layer of somebody’s own at its end',
      (m) => [m.convolution(3, 4, 3), ...ending(m, 4).slice(0, -1), m.of('Linear', {}, { weight: [3, 4] }, 'nets')],
      'the module 3 is a Linear of somebody’s own (nets.Linear), and the file does not hold what that computes',
    ],
    [
      'a convolution that pads with something else than zeros',
      (m) => [m.of('Conv2d', { padding_mode: text('reflect') }, { weight: [4, 3, 3, 3] }), ...ending(m, 4)],
      'the module 0, a Conv2d, has a padding that is not of zeros',
    ],
    [
      'a pooling with a divisor of its own',
      (m) => [m.convolution(3, 4, 3), m.of('AvgPool2d', { kernel_size: int(2), divisor_override: int(3) }), ...ending(m, 4)],
      'the module 1, an AvgPool2d, has a divisor of its own',
    ],
    [
      'a normalisation over an even number of channels',
      (m) => [m.convolution(3, 4, 3), m.of('LocalResponseNorm', RESPONSE(4)), ...ending(m, 4)],
      'the module 1, a LocalResponseNorm, has an even number of channels to normalise by',
    ],
    [
      'an enlargement with aligned corners',
      (m) => [
        m.convolution(3, 4, 3),
        m.of('Upsample', { scale_factor: float(2), mode: text('bilinear'), align_corners: TRUE }),
        ...ending(m, 4),
      ],
      'the module 1, an Upsample, has another way to enlarge than by whole numbers, nearest or bilinear, without aligned corners',
    ],
    [
      'groups of channels that do not come out even',
      (m) => [m.convolution(3, 4, 3), m.of('ChannelShuffle', { groups: int(3) }), ...ending(m, 4)],
      'the module 1 shuffles 4 channels in 3 groups',
    ],
    [
      'a pooling whose output depends on the image',
      (m) => [m.convolution(3, 4, 3), m.of('AdaptiveMaxPool2d', { output_size: int(2) }), flatten(m), m.linear(16, 3)],
      'the module 1 takes the maxima of windows that depend on the image',
    ],
    [
      'a linear layer that no image of a usual shape fits',
      (m) => [m.convolution(3, 4, 3), flatten(m), m.linear(4 * 24, 3)],
      'its linear layer takes 24 cells of a map, which no image of a usual shape gives',
    ],
    [
      'a linear layer that takes a map',
      (m) => [m.convolution(3, 4, 3), m.linear(4, 3)],
      'the linear layer 1 takes a vector, and a map comes in',
    ],
    [
      'a convolution after it has been laid out as a vector',
      (m) => [m.convolution(3, 4, 3), flatten(m), m.convolution(4, 4, 1)],
      'the module 2 takes a map, and a vector comes in',
    ],
    [
      'a softmax in its middle',
      (m) => [m.convolution(3, 4, 3), m.of('Softmax'), ...ending(m, 4)],
      'the module 1 is a softmax in the middle of the network',
    ],
    ['a map at its end', (m) => [m.convolution(3, 4, 3), m.convolution(4, 3, 1)], 'it ends in a map, and not in classes'],
  ])('with %s is refused in one sentence', async (_what, row, says) => {
    const m = new Modules();
    await expect(m.open(m.row(...row(m)))).rejects.toMatchObject({
      code: 'model-unsupported',
      message: `The file net.pt holds a whole network, but ${says}; please give it as an ONNX, Keras or TensorFlow.js model.`,
    });
  });
});
