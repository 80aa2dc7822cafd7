/** A small sound graph-model: a convolution with a bias, a ReLU, the mean of every channel, and three scores. */
import type { GivenFile } from '../../given-file.ts';
import { valuesOf } from '../sound-network.ts';
import { flag, type GraphModelOf, graphModel, sides, type TensorFlowNodeOf, text, type WeightOf, wholes } from './graph-model-writer.ts';

const SCOPE = 'StatefulPartitionedCall/net';

export const NODES: readonly TensorFlowNodeOf[] = [
  { name: 'image', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: sides(-1, 8, 8, 3) } } },
  {
    name: `${SCOPE}/conv/Conv2D`,
    op: 'Conv2D',
    input: ['image', `${SCOPE}/conv/kernel`],
    attr: { strides: wholes(1, 1, 1, 1), dilations: wholes(1, 1, 1, 1), padding: text('SAME'), data_format: text('NHWC') },
  },
  { name: `${SCOPE}/conv/BiasAdd`, op: 'BiasAdd', input: [`${SCOPE}/conv/Conv2D`, `${SCOPE}/conv/bias`] },
  { name: `${SCOPE}/conv/Relu`, op: 'Relu', input: [`${SCOPE}/conv/BiasAdd`] },
  { name: `${SCOPE}/pool/Mean`, op: 'Mean', input: [`${SCOPE}/conv/Relu`, `${SCOPE}/pool/axes`], attr: { keep_dims: flag(false) } },
  { name: `${SCOPE}/dense/MatMul`, op: 'MatMul', input: [`${SCOPE}/pool/Mean`, `${SCOPE}/dense/kernel`] },
  { name: `${SCOPE}/dense/BiasAdd`, op: 'BiasAdd', input: [`${SCOPE}/dense/MatMul`, `${SCOPE}/dense/bias`] },
  { name: `${SCOPE}/dense/Softmax`, op: 'Softmax', input: [`${SCOPE}/dense/BiasAdd`] },
  { name: 'Identity', op: 'Identity', input: [`${SCOPE}/dense/Softmax`, `^${SCOPE}/conv/Conv2D`] },
];

export function floats(...shape: number[]): WeightOf {
  return { shape, values: valuesOf(shape) };
}

export function numbers(...values: number[]): WeightOf {
  return { shape: [values.length], values, dtype: 'int32' };
}

export const WEIGHTS: Readonly<Record<string, WeightOf>> = {
  [`${SCOPE}/conv/kernel`]: floats(3, 3, 3, 4),
  [`${SCOPE}/conv/bias`]: floats(4),
  [`${SCOPE}/pool/axes`]: numbers(1, 2),
  [`${SCOPE}/dense/kernel`]: floats(4, 3),
  [`${SCOPE}/dense/bias`]: floats(3),
};

const SOUND: GraphModelOf = {
  nodes: NODES,
  weights: WEIGHTS,
  inputs: { image: { name: 'image:0', shape: [-1, 8, 8, 3] } },
  outputs: { scores: 'Identity:0' },
};

export function soundGraphModel(change: Partial<GraphModelOf> = {}): GivenFile[] {
  return graphModel({ ...SOUND, ...change });
}

/** The sound graph with the node whose name ends so in another's place. */
export function withNode(end: string, change: Partial<TensorFlowNodeOf>): GivenFile[] {
  return soundGraphModel({ nodes: NODES.map((node) => (node.name.endsWith(end) ? { ...node, ...change } : node)) });
}

/** The sound graph with other weights of this name. */
export function withWeight(end: string, weight: WeightOf): GivenFile[] {
  return soundGraphModel({
    weights: Object.fromEntries(Object.entries(WEIGHTS).map(([name, own]) => [name, name.endsWith(end) ? weight : own])),
  });
}

/** With a node between the ReLU and the pooling. */
export function withInserted(node: Omit<TensorFlowNodeOf, 'name'>, weights: Readonly<Record<string, WeightOf>> = {}): GivenFile[] {
  const name = `${SCOPE}/between`;
  const nodes = NODES.flatMap((own) => {
    if (!own.name.endsWith('Mean')) return [own];
    const [, axes = ''] = own.input ?? [];
    return [
      { ...node, name, input: [`${SCOPE}/conv/Relu`, ...(node.input ?? [])] },
      { ...own, input: [name, axes] },
    ];
  });
  return soundGraphModel({ nodes, weights: { ...WEIGHTS, ...weights } });
}
