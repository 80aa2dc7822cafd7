/** tf.js graph-models that are damaged, claim what is not there, or hold what cannot be run. */
import type { GivenFile } from '../../given-file.ts';
import type { Json } from '../../network/artifacts.ts';
import { flag, type GraphModelOf, sides, text, texts, whole, wholes } from '../tfjs/graph-model-writer.ts';
import { floats, NODES, numbers, soundGraphModel, WEIGHTS, withInserted, withNode, withWeight } from '../tfjs/sound-graph-model.ts';
import { type BrokenCase, cutAt } from './broken-case.ts';

const FILE = 'model.json';

function of(what: string, files: readonly GivenFile[], names = FILE): BrokenCase {
  return { what: `a graph-model ${what}`, files, names };
}

/** With something else in `model.json`. */
function saying(what: string, more: NonNullable<GraphModelOf['more']>): BrokenCase {
  return of(what, soundGraphModel({ more }));
}

function damaged(): BrokenCase[] {
  const [model, shard] = soundGraphModel();
  if (!model || !shard) throw new Error('a graph-model has two files');
  const cut = [0.2, 0.5, 0.9].map((at) => of(`cut short at ${at}`, [{ name: FILE, bytes: cutAt(model.bytes, at) }, shard]));
  const node = { name: 'a', op: 'Relu', input: ['a'] };
  return [
    ...cut,
    of('without its shard', [model], shard.name),
    of('whose shard lacks a byte', [model, { name: shard.name, bytes: shard.bytes.slice(0, -1) }], shard.name),
    saying('without a graph', { modelTopology: null }),
    saying('whose graph is a text', { modelTopology: 'graph' }),
    saying('without nodes', { modelTopology: { node: [] } }),
    saying('whose nodes are numbers', { modelTopology: { node: [1, 2, 3] } }),
    saying('of nodes without names', { modelTopology: { node: [{ op: 'Relu' }] } }),
    saying('of a node that waits for itself', { modelTopology: { node: [node] }, signature: { outputs: { a: { name: 'a' } } } }),
    saying('of two nodes of one name', {
      modelTopology: { node: [...NODES, ...NODES].map((one): Json => ({ ...one })) },
    }),
    saying('without weights', { weightsManifest: null }),
    of('that lacks the weights of a node', soundGraphModel({ weights: Object.fromEntries(Object.entries(WEIGHTS).slice(1)) })),
    of('that gives what it has not', soundGraphModel({ outputs: { scores: 'nothing' } })),
    of('that gives the image', soundGraphModel({ outputs: { scores: 'image' } })),
    of('that gives a weight', soundGraphModel({ outputs: { scores: Object.keys(WEIGHTS)[0] ?? '' } })),
    of('whose node takes what is not there', withNode('/Relu', { input: ['nothing'] })),
    of('whose node takes nothing', withNode('/Relu', { input: [] })),
    of('whose convolution has no kernel', withNode('/Conv2D', { input: ['image'] })),
    of('whose name ends a line', withNode('/Relu', { op: 'Made\nUp' })),
  ];
}

function lyingWeights(): BrokenCase[] {
  const bytes = new Uint8Array(108);
  return [
    of('whose kernel has three sides', withWeight('conv/kernel', floats(9, 3, 4))),
    of('whose kernel takes other channels', withWeight('conv/kernel', floats(3, 3, 5, 4))),
    of('whose kernel is empty', withWeight('conv/kernel', floats(0, 3, 3, 4))),
    of('whose bias is of other channels', withWeight('conv/bias', floats(5))),
    of('whose matrix takes other features', withWeight('dense/kernel', floats(5, 3))),
    of('whose pooled sides are not there', withWeight('pool/axes', numbers(1, 7))),
    of(
      'whose kernel is of texts',
      withWeight('conv/kernel', { shape: [], values: [], dtype: 'string', stored: { bytes: new Uint8Array(4) } }),
    ),
    of(
      'whose kernel is quantised without a scale',
      withWeight('conv/kernel', { shape: [3, 3, 3, 4], values: [], stored: { bytes, quantization: { dtype: 'uint8' } } }),
    ),
    of(
      'whose kernel is quantised in no known way',
      withWeight('conv/kernel', { shape: [3, 3, 3, 4], values: [], stored: { bytes, quantization: { dtype: 'int4', scale: 1, min: 0 } } }),
    ),
    of('whose kernel claims terabytes', withWeight('conv/kernel', { shape: [2 ** 20, 2 ** 20, 3, 4], values: [] })),
  ];
}

function unsupported(): BrokenCase[] {
  const input = { name: 'other', op: 'Placeholder', attr: { shape: { shape: sides(-1, 8, 8, 4) } } };
  const [image, ...others] = NODES;
  if (!image) throw new Error('the sound graph has lost its image');
  const attr = { strides: wholes(1, 1, 1, 1), padding: text('SAME') };
  const shape = (...values: number[]) => ({ n: { ...numbers(...values) } });
  return [
    of('with an operation that nobody has', withInserted({ op: 'Einsum' })),
    of('with a loop', withInserted({ op: 'StatelessWhile' })),
    of('with a condition', withInserted({ op: 'Switch' })),
    of('with a call', withInserted({ op: 'PartitionedCall' })),
    of(
      'of two inputs',
      soundGraphModel({ nodes: [...NODES.slice(0, -1), input, { name: 'Identity', op: 'AddV2', input: ['image', 'other'] }] }),
    ),
    of('of vectors', soundGraphModel({ inputs: { image: { name: 'image:0', shape: [-1, 192] } } })),
    of('of images in no number of channels', soundGraphModel({ inputs: { image: { name: 'image:0', shape: [-1, 8, 8, 7] } } })),
    of('padded in no known way', withNode('/Conv2D', { attr: { ...attr, padding: text('MOSTLY') } })),
    of('with a stride of nothing', withNode('/Conv2D', { attr: { ...attr, strides: wholes(1, 0, 0, 1) } })),
    of('with strides that are no numbers', withNode('/Conv2D', { attr: { ...attr, strides: { list: { i: ['one', 'two'] } } } })),
    of('with a setting that is no base64', withNode('/Conv2D', { attr: { ...attr, padding: { s: '%%%' } } })),
    of(
      'that also computes what nobody has',
      withNode('/Conv2D', { op: '_FusedConv2D', attr: { ...attr, fused_ops: texts('BiasAdd', 'Gelu') } }),
    ),
    of('that lays images out together', withInserted({ op: 'Reshape', input: ['n'] }, shape(2, -1))),
    of('that lays out what does not come out even', withInserted({ op: 'Reshape', input: ['n'] }, shape(1, 7, -1))),
    of('that turns sides that are not there', withInserted({ op: 'Transpose', input: ['n'] }, shape(0, 1, 2, 2))),
    of('that joins what does not fit', withInserted({ op: 'ConcatV2', input: ['image', 'n'], attr: { N: whole(2) } }, shape(1))),
    of('multiplied the other way round', withNode('/MatMul', { attr: { transpose_a: flag(true) } })),
    of('taken apart for no convolution', withInserted({ op: 'SpaceToBatchND', input: ['n', 'n'] }, shape(2, 2))),
    of('whose image has no name', soundGraphModel({ nodes: [{ ...image, name: '' }, ...others] })),
  ];
}

export function brokenGraphModels(): BrokenCase[] {
  return [...damaged(), ...lyingWeights(), ...unsupported()];
}
