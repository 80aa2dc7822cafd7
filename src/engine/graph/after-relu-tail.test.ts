import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, it } from 'vitest';
import { afterReluTailOf } from './after-relu-tail.ts';
import { buildLayerGraph, disposeGraph, findNode, type LayerGraph, tailOf } from './layer-graph.ts';

type Layers = readonly tfl.layers.Layer[];

const conv = (name: string) => tfl.layers.conv2d({ name, filters: 3, kernelSize: 1 });
const norm = (name: string) => tfl.layers.batchNormalization({ name });
const relu = (name: string) => tfl.layers.reLU({ name });
const join = (name: string, ...tensors: tfl.SymbolicTensor[]) => tfl.layers.concatenate({ name }).apply(tensors) as tfl.SymbolicTensor;
const through = (x: tfl.SymbolicTensor, ...layers: Layers) => layers.reduce((y, layer) => layer.apply(y) as tfl.SymbolicTensor, x);

let graph: LayerGraph | null = null;
afterEach(() => graph && disposeGraph(graph));

/** What becomes of a layer of a network, by the names of its nodes. */
function found(build: (image: tfl.SymbolicTensor) => tfl.SymbolicTensor, layer: string) {
  const input = tfl.input({ shape: [4, 4, 3] });
  const output = through(build(input), tfl.layers.globalAveragePooling2d({ name: 'pool' }), tfl.layers.dense({ name: 'head', units: 2 }));
  const built = buildLayerGraph(tfl.model({ inputs: input, outputs: output }));
  graph = built;
  const node = findNode(built, layer);
  const found = node && afterReluTailOf(built, tailOf(built, node.id));
  const names = (ids: readonly number[]) => ids.map((id) => built.nodes[id]?.name);
  return (
    found && {
      cuts: names(found.rest.cuts),
      carried: names(found.carried),
      places: Object.fromEntries([...found.places].map(([id, starts]) => [built.nodes[id]?.name, starts])),
    }
  );
}

describe('nothing after the next ReLU', () => {
  it('is right after the BatchNorm of a convolution', () => {
    const build = (x: tfl.SymbolicTensor) => through(x, conv('a'), norm('bn'), relu('r'), conv('b'));
    expect(found(build, 'a')).toEqual({ cuts: ['r'], carried: [], places: { r: [0] } });
  });

  it('is in every ReLU that a concatenation reaches, at the place of its channels', () => {
    const build = (x: tfl.SymbolicTensor) => {
      const first = through(x, conv('a'));
      const second = through(first, norm('bn1'), relu('r1'), conv('b'));
      return through(join('ab', second, first), norm('bn2'), relu('r2'));
    };
    expect(found(build, 'a')).toEqual({ cuts: ['r1'], carried: ['a'], places: { r1: [0], r2: [3] } });
    expect(found(build, 'b')).toEqual({ cuts: ['r2'], carried: [], places: { r2: [0] } });
  });

  it('counts a layer twice that is joined with itself', () => {
    const build = (x: tfl.SymbolicTensor) => {
      const first = through(x, conv('a'));
      return through(join('aa', first, first), relu('r'));
    };
    expect(found(build, 'a')).toEqual({ cuts: ['r'], carried: [], places: { r: [0, 3] } });
  });

  it.each<[string, (x: tfl.SymbolicTensor) => tfl.SymbolicTensor]>([
    ['the layer is one', (x) => through(x, relu('a'), conv('b'))],
    ['a convolution comes first', (x) => through(x, conv('a'), conv('b'), relu('r'))],
    [
      'something else takes it too',
      (x) => {
        const a = through(x, conv('a'));
        return tfl.layers.add({ name: 'sum' }).apply([a, through(a, relu('r'))]) as tfl.SymbolicTensor;
      },
    ],
    ['its values are pooled first', (x) => through(x, conv('a'), tfl.layers.maxPooling2d({ name: 'max', poolSize: 2 }), relu('r'))],
    ['the slope goes on below zero', (x) => through(x, conv('a'), tfl.layers.leakyReLU({ name: 'r' }))],
  ])('is nowhere where %s', (_, build) => {
    expect(found(build, 'a')).toBeNull();
  });
});
