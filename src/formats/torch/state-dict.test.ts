/** Where training puts weights, and what it puts beside them. */
import { describe, expect, it } from 'vitest';
import {
  BUILD,
  call,
  dict,
  EMPTY_TUPLE,
  global,
  int,
  ints,
  joined,
  list,
  NONE,
  object,
  type Part,
  pickle,
  storage,
  TRUE,
  tensor,
  text,
  tuple,
  view,
} from '../testing/torch/pickle-writer.ts';
import { torchArchive } from '../testing/torch/torch-files.ts';
import { readTorchWeights, type TorchWeights } from './read-checkpoint.ts';

const NUMBERS = Float32Array.from({ length: 24 }, (_, i) => i + 0.5);

/** A checkpoint whose storages all hold the same numbers. */
function read(root: Part, keys: readonly string[] = ['0']): Promise<TorchWeights> {
  const storages = Object.fromEntries(keys.map((key) => [key, new Uint8Array(NUMBERS.buffer)]));
  return readTorchWeights({ name: 'x.pth', bytes: torchArchive(pickle(root), storages) }, () => {});
}

async function namesIn(root: Part): Promise<string[]> {
  return [...(await read(root)).tensors.keys()];
}

const W = tensor('0', [2, 3]);
const B = tensor('0', [2]);
const SCALAR = view(storage(text('0'), int(24)), int(0), EMPTY_TUPLE, EMPTY_TUPLE);
const NET = dict({ 'fc.weight': W, 'fc.bias': B });
const PLAIN = ['fc.weight', 'fc.bias'];
const OPTIMIZER = dict({ state: dict({ exp_avg: W }), param_groups: list() });

describe('weights are found', () => {
  it.each([
    ...['state_dict', 'model_state_dict', 'model', 'net', 'network', 'params', 'weights', 'ema', 'my_own_name', 'generator'].map((key) => [
      `under ${key}`,
      dict({ [key]: NET, epoch: int(3), optimizer: OPTIMIZER }),
    ]),
    ['two levels down', dict({ checkpoint: dict({ model: NET }) })],
    ['in a list', list(NET, OPTIMIZER, int(3))],
    ['beside an optimizer of any name', dict({ model: NET, sgd: OPTIMIZER })],
    ['beside the criterion’s', dict({ model: NET, criterion: dict({ weight: B }), best_acc: SCALAR, loss_fn: dict({ w: B }) })],
    ['beside numbers of their own', dict({ state_dict: NET, mean: B, step: SCALAR })],
    [
      'in an object of a trainer',
      object(
        'fastai.learner',
        'Learner',
        dict({
          model: object('nets', 'Net', dict({ _parameters: dict({ 'fc.weight': W, 'fc.bias': B }), _modules: dict({}) })),
          opt: object('fastai.optimizer', 'Optimizer', dict({ exp_avg: W })),
        }),
      ),
    ],
    [
      'in a dict of another class',
      joined(global('easydict', 'EasyDict'), EMPTY_TUPLE, [0x81], [0x28], text('fc.weight'), W, text('fc.bias'), B, [0x75]),
    ],
    [
      'in a dict that is told something',
      joined(
        call(global('collections', 'OrderedDict')),
        [0x28],
        text('fc.weight'),
        W,
        text('fc.bias'),
        B,
        [0x75],
        dict({ _metadata: dict({}) }),
        BUILD,
      ),
    ],
    [
      'in a dict made of pairs, as Python 2 wrote it',
      call(global('collections', 'OrderedDict'), list(list(text('fc.weight'), W), list(text('fc.bias'), B))),
    ],
    ['with counters left out', dict({ 'fc.weight': W, 'fc.bias': B, 'bn.num_batches_tracked': SCALAR })],
    [
      'beside what nobody knows',
      dict({
        state_dict: NET,
        other: call(global('project.things', 'make'), int(1)),
        hook: call(global('builtins', 'getattr'), NONE, text('x')),
      }),
    ],
  ] as [string, Part][])('%s', async (_what, root) => {
    expect(await namesIn(root)).toEqual(PLAIN);
  });

  it('under the names of their places where there are several', async () => {
    expect(await namesIn(dict({ model: NET, ema: NET }))).toEqual([
      ...PLAIN.map((name) => `model.${name}`),
      ...PLAIN.map((name) => `ema.${name}`),
    ]);
    expect(await namesIn(dict({ backbone: dict({ 'conv.weight': W }), head: dict({ weight: W }) }))).toEqual([
      'backbone.conv.weight',
      'head.weight',
    ]);
    expect(await namesIn(dict({ conv: dict({ weight: W }), scale: B }))).toEqual(['scale', 'conv.weight']);
  });

  it('that are the best, and never gradients and momenta', async () => {
    for (const key of ['best_model', 'best_model_state_dict', 'best_state', 'best_weights', 'best_ema', 'best_ckpt'])
      expect(await namesIn(dict({ [key]: NET, last: NET, best_acc: SCALAR }))).toEqual([
        ...PLAIN.map((name) => `${key}.${name}`),
        ...PLAIN.map((name) => `last.${name}`),
      ]);
    for (const key of ['grads', 'gradients', 'weight_grad', 'momentum', 'a_momentum', 'momentum_buffer', 'exp_avg', 'exp_avg_sq'])
      expect(await namesIn(dict({ [key]: NET, weights: NET })), key).toEqual(PLAIN);
  });

  it('once where two names are the same dict', async () => {
    const shared = joined(NET, [0x71, 9]);
    expect(await namesIn(dict({ model: shared, state_dict: [0x68, 9] }))).toEqual(PLAIN);
  });

  it('in modules, without buffers that are not saved', async () => {
    for (const set of [call(global('__builtin__', 'set'), list(text('scale'))), joined([0x8f, 0x28], text('scale'), [0x90])]) {
      const buffers = dict({ scale: B, mean: B });
      const net = object('nets', 'Net', dict({ _buffers: buffers, _non_persistent_buffers_set: set, _modules: dict({}) }));
      expect(await namesIn(net)).toEqual(['mean']);
    }
  });

  it('in modules, however many there are', async () => {
    const head = object('nets', 'Head', dict({ _parameters: dict({ weight: W }), _modules: dict({}) }));
    const idle = object('torch.nn.modules.linear', 'Identity', dict({ _modules: dict({}) }));
    const modules = Array.from({ length: 60_000 }, (_, i) => [`m${i}`, i === 59_999 ? head : idle] as const);
    expect(await namesIn(object('nets', 'Wide', dict({ _modules: dict(modules) })))).toEqual(['m59999.weight']);
  });

  it('in modules, with those that they share', async () => {
    const inner = joined(
      object('nets', 'Head', dict({ _parameters: dict({ weight: W, bias: NONE }), _buffers: dict({}), _modules: dict({}) })),
      [0x71, 9],
    );
    const net = object('nets', 'TwoHeads', dict({ _modules: dict({ a: inner, b: [0x68, 9], none: NONE }) }));
    const { tensors, hint } = await read(net);
    expect([...tensors.keys()]).toEqual(['a.weight', 'b.weight']);
    expect(hint).toBe('TwoHeads');
    expect(
      (await read(object('torch.nn.parallel.distributed', 'DistributedDataParallel', dict({ _modules: dict({ module: net }) })))).hint,
    ).toBe('TwoHeads');
  });
});

describe('tensors', () => {
  const of = (kind: string) => storage(text('0'), int(24), global('torch', kind));
  const rebuilt = (version: string, ...args: Part[]) => call(global('torch._utils', version), ...args);

  it.each<readonly [what: string, part: Part, values: readonly number[]]>([
    ['a part', view(of('FloatStorage'), int(4), ints(3), ints(1)), [4.5, 5.5, 6.5]],
    ['every third', view(of('FloatStorage'), int(1), ints(3), ints(3)), [1.5, 4.5, 7.5]],
    ['transposed', view(of('FloatStorage'), int(0), ints(2, 3), ints(1, 2)), [0.5, 2.5, 4.5, 1.5, 3.5, 5.5]],
    ['one number for many', view(of('FloatStorage'), int(2), ints(2, 2), ints(0, 0)), [2.5, 2.5, 2.5, 2.5]],
    ['rows that overlap', view(of('FloatStorage'), int(0), ints(2, 2), ints(1, 1)), [0.5, 1.5, 1.5, 2.5]],
    ['nothing', view(of('FloatStorage'), int(0), ints(0, 3), ints(3, 1)), []],
    ['the older way', rebuilt('_rebuild_tensor', of('FloatStorage'), int(1), ints(2), ints(1)), [1.5, 2.5]],
    ['a parameter', rebuilt('_rebuild_parameter', view(of('FloatStorage'), int(1), ints(2), ints(1)), TRUE, dict({})), [1.5, 2.5]],
    [
      'a storage without a type',
      rebuilt(
        '_rebuild_tensor_v3',
        storage(text('0'), int(96), global('torch.storage', 'UntypedStorage')),
        int(1),
        ints(2),
        ints(1),
        TRUE,
        dict({}),
        global('torch', 'float32'),
      ),
      [1.5, 2.5],
    ],
    [
      'a class of its own',
      call(
        global('torch._tensor', '_rebuild_from_type_v2'),
        global('torch._utils', '_rebuild_tensor_v2'),
        global('mine', 'Tensor'),
        tuple(of('FloatStorage'), int(1), ints(2), ints(1), TRUE, dict({})),
        dict({}),
      ),
      [1.5, 2.5],
    ],
    [
      'an empty tensor that is told of its numbers',
      joined(global('torch', 'FloatTensor'), EMPTY_TUPLE, [0x81], tuple(of('FloatStorage'), int(1), ints(2), ints(1)), BUILD),
      [1.5, 2.5],
    ],
    [
      'a part of a storage’s part',
      view(
        joined(
          tuple(text('storage'), global('torch', 'FloatStorage'), text('0'), text('cpu'), int(24), tuple(text('v'), int(3), int(4))),
          [0x51],
        ),
        int(1),
        ints(2),
        ints(1),
      ),
      [4.5, 5.5],
    ],
    ['whole numbers', view(of('ByteStorage'), int(2), ints(2), ints(1)), [0, 0x3f]],
    [
      'whole numbers of eight bytes',
      view(storage(text('0'), int(12), global('torch', 'LongStorage')), int(0), ints(1), ints(1)),
      [0x3fc00000 * 2 ** 32 + 0x3f000000],
    ],
  ])('%s', async (_what, part, values) => {
    expect([...((await read(dict({ w: part }))).tensors.get('w')?.values ?? [])]).toEqual(values.map(Math.fround));
  });
});

it('a tensor whose sign is put off is refused', async () => {
  for (const bit of ['neg', 'conj']) {
    const bits = dict({ [bit]: TRUE });
    const put = (...more: Part[]) => [storage(text('0'), int(24)), int(0), ints(2), ints(1), TRUE, dict({}), ...more];
    for (const part of [
      call(global('torch._utils', '_rebuild_tensor_v2'), ...put(bits)),
      call(global('torch._utils', '_rebuild_tensor_v3'), ...put(global('torch', 'float32'), bits)),
    ])
      await expect(read(dict({ w: part }))).rejects.toThrow(/^In x\.pth the tensor w is made by .*only plain tensors are.*\.$/);
  }
});

describe('whole numbers', () => {
  const whole = view(storage(text('0'), int(24), global('torch', 'CharStorage')), int(0), ints(2), ints(1));

  it('are no weights without their scale', async () => {
    await expect(read(dict({ 'fc.weight': whole, 'fc.bias': B }))).rejects.toThrow(
      /^In x\.pth the tensor fc\.weight is stored as whole numbers.*\.$/,
    );
  });

  it('are read where they are something else', async () => {
    expect(await namesIn(dict({ 'fc.weight': W, index: whole }))).toEqual(['fc.weight', 'index']);
  });
});
