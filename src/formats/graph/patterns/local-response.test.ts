import { describe, expect, it } from 'vitest';
import { constant, wholeNumbers } from '../nodes/constant.ts';
import { type AttributeValue, GraphNode } from '../nodes/graph.ts';
import { withPatternsRecognised } from './recognise.ts';

type Step = readonly [kind: string, inputs: readonly string[], output: string, attributes?: Readonly<Record<string, AttributeValue>>];

/** Of five channels, as PyTorch writes it. */
const STEPS: Step[] = [
  ['Mul', ['x', 'x'], 'squares'],
  ['Unsqueeze', ['squares', 'one'], 'unsqueezed'],
  ['Reshape', ['unsqueezed', 'there'], 'volume'],
  ['Pad', ['volume', 'ends'], 'padded'],
  ['AveragePool', ['padded'], 'pooled', { kernel_shape: [5, 1, 1], strides: [1, 1, 1], pads: [0, 0, 0, 0, 0, 0] }],
  ['Squeeze', ['pooled', 'one'], 'squeezed'],
  ['Reshape', ['squeezed', 'back'], 'means'],
  ['Mul', ['means', 'alpha'], 'scaled'],
  ['Add', ['scaled', 'k'], 'shifted'],
  ['Pow', ['shifted', 'beta'], 'raised'],
  ['Div', ['x', 'raised'], 'y'],
];

const single = (value: number) => constant([], [value], true);

const CONSTANTS = new Map([
  ['one', wholeNumbers([1])],
  ['there', wholeNumbers([1, 1, 8, 12, -1])],
  ['back', wholeNumbers([1, 8, 12, 10])],
  ['ends', wholeNumbers([0, 0, 2, 0, 0, 0, 0, 2, 0, 0])],
  ['uneven', wholeNumbers([0, 0, 2, 0, 0, 0, 0, 1, 0, 0])],
  ['others', wholeNumbers([1, 1, 12, 8, -1])],
  ['alpha', single(0.5)],
  ['k', single(2)],
  ['beta', single(0.75)],
]);

/** @param changes steps by the names of what they give */
function recognised(changes: Readonly<Record<string, Step>> = {}, outputs: readonly string[] = ['y']): readonly GraphNode[] {
  const nodes = STEPS.map((own) => changes[own[2]] ?? own).map(
    ([kind, inputs, output, attributes = {}]) =>
      new GraphNode({ name: output, kind, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) }),
  );
  return withPatternsRecognised({ nodes, constants: CONSTANTS, inputs: [{ name: 'x', shape: null }], outputs, opset: 13 }).nodes;
}

describe('a local response normalisation of PyTorch', () => {
  it('becomes one node, with its settings', () => {
    const [node, ...others] = recognised();
    expect(others).toEqual([]);
    expect([node?.kind, node?.inputs]).toEqual(['LRN', ['x']]);
    expect(['size', 'alpha', 'beta', 'bias'].map((name) => node?.number(name, 0))).toEqual([5, 0.5, 0.75, 2]);
  });

  it.each<[string, string, Step]>([
    ['of another tensor', 'squares', ['Mul', ['x', 'z'], 'squares']],
    ['of a window of another size', 'pooled', ['AveragePool', ['padded'], 'pooled', { kernel_shape: [3, 1, 1] }]],
    ['of windows of cells', 'pooled', ['AveragePool', ['padded'], 'pooled', { kernel_shape: [5, 3, 3] }]],
    ['in strides', 'pooled', ['AveragePool', ['padded'], 'pooled', { kernel_shape: [5, 1, 1], strides: [2, 1, 1] }]],
    ['of more channels before than after', 'padded', ['Pad', ['volume', 'uneven'], 'padded']],
    ['padded by its border', 'padded', ['Pad', ['volume', 'ends'], 'padded', { mode: 'edge' }]],
    ['padded by ones', 'padded', ['Pad', ['volume', 'ends', 'one'], 'padded']],
    ['laid out otherwise', 'volume', ['Reshape', ['unsqueezed', 'others'], 'volume']],
    ['by computed numbers', 'scaled', ['Mul', ['means', 'z'], 'scaled']],
  ])('stays as it is: %s', (_what, name, step) => {
    expect(recognised({ [name]: step })).toHaveLength(STEPS.length);
  });

  it('stays as it is where a part is taken elsewhere', () => {
    expect(recognised({}, ['y', 'pooled'])).toHaveLength(STEPS.length);
  });
});
