/** What a checkpoint tells beside its weights. */
import { describe, expect, it } from 'vitest';
import {
  BUILD,
  bytesOf,
  call,
  dict,
  float,
  global,
  int,
  ints,
  joined,
  list,
  NONE,
  object,
  type Part,
  pickle,
  TRUE,
  tensor,
  text,
  tuple,
} from '../testing/torch/pickle-writer.ts';
import { torchArchive } from '../testing/torch/torch-files.ts';
import { readTorchWeights, type TorchWeights } from './read-checkpoint.ts';

const NET = dict({ 'fc.weight': tensor('0', [2, 3]), 'fc.bias': tensor('0', [2]) });

/** What is found in a file of such a network with more beside it. */
function read(more: Readonly<Record<string, Part>>): Promise<TorchWeights> {
  const root = dict({ state_dict: NET, ...more });
  return readTorchWeights({ name: 'x.pth', bytes: torchArchive(pickle(root), { 0: new Uint8Array(96) }) }, () => {});
}

function namespace(values: Readonly<Record<string, Part>>): Part {
  return object('argparse', 'Namespace', dict(values));
}

/** NumPy's texts of three characters. */
function textArray(...names: readonly string[]): Part {
  const codes = names.flatMap((name) => Array.from({ length: 3 }, (_, i) => name.codePointAt(i) ?? 0));
  const empty = call(global('numpy.core.multiarray', '_reconstruct'), global('numpy', 'ndarray'), ints(0), bytesOf(new Uint8Array([98])));
  const dtype = joined(
    call(global('numpy', 'dtype'), text('U3'), TRUE, TRUE),
    tuple(int(3), text('<'), NONE, NONE, NONE, int(12), int(4), int(8)),
    BUILD,
  );
  const content = bytesOf(new Uint8Array(new Uint32Array(codes).buffer));
  return joined(empty, tuple(int(1), ints(names.length), dtype, [0x89], content), BUILD);
}

describe('what a file tells', () => {
  const NAMES = ['oak', 'elm'];
  const names = list(...NAMES.map(text));

  it.each<readonly [what: string, more: Readonly<Record<string, Part>>]>([
    ['classes', { classes: names }],
    ['class_names in a tuple', { class_names: tuple(...NAMES.map(text)) }],
    ['CLASSES in meta', { meta: dict({ CLASSES: names }) }],
    ['classes of a data set in meta', { meta: dict({ dataset_meta: dict({ classes: names }) }) }],
    ['idx_to_class', { idx_to_class: joined([0x7d, 0x28], int(1), text('elm'), int(0), text('oak'), [0x75]) }],
    ['idx_to_class with texts for numbers', { idx_to_class: dict({ 0: text('oak'), 1: text('elm') }) }],
    ['class_to_idx', { class_to_idx: dict({ elm: int(1), oak: int(0) }) }],
    [
      'hyper_parameters of the data',
      { datamodule_hyper_parameters: dict({ class_to_idx: dict({ elm: int(1), oak: int(0) }), lr: float(0.1) }) },
    ],
    ['hyper_parameters', { hyper_parameters: dict({ class_to_idx: dict({ elm: int(1), oak: int(0) }), lr: float(0.1) }) }],
    ['arguments', { args: namespace({ labels: names, lr: float(0.1) }) }],
    ['NumPy’s texts', { classes: textArray(...NAMES) }],
    ['the second of two lists, by their lengths', { labels: list(text('a'), text('b'), text('c')), classes: names }],
  ])('class names: %s', async (_what, more) => {
    expect((await read(more)).classNames).toEqual(NAMES);
  });

  it.each<readonly [what: string, value: Part]>([
    ['a number', int(2)],
    ['numbers', list(int(0), int(1))],
    ['nothing', NONE],
    ['places with a gap', dict({ oak: int(0), elm: int(2) })],
    ['places that are one', dict({ oak: int(0), elm: int(0) })],
    ['a set, which has no order', call(global('builtins', 'set'), list(text('oak'), text('elm')))],
    ['a set of protocol 4', joined([0x8f, 0x28], text('oak'), text('elm'), [0x90])],
    ['empty texts', list(text(''), text('elm'))],
    ['keys that every object has', dict({ ['__proto__']: int(0), constructor: text('x') })],
  ])('no class names where they are %s', async (_what, value) => {
    expect((await read({ classes: value })).classNames).toEqual([]);
  });

  it.each<readonly [what: string, more: Readonly<Record<string, Part>>]>([
    ['arch', { arch: text('resnet50') }],
    ['its arguments', { args: namespace({ model: text('resnet50') }) }],
    ['hyper_parameters', { hyper_parameters: dict({ backbone: text('resnet50') }) }],
  ])('the architecture: %s', async (_what, more) => {
    expect((await read(more)).hint).toBe('resnet50');
  });
});
