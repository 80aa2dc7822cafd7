import { describe, expect, it } from 'vitest';
import { constant } from '../nodes/constant.ts';
import { type AttributeValue, GraphNode } from '../nodes/graph.ts';
import { withPatternsRecognised } from './recognise.ts';

type Step = readonly [kind: string, inputs: readonly string[], output: string, attributes?: Readonly<Record<string, AttributeValue>>];

function recognised(steps: readonly Step[], outputs: readonly string[] = ['y']): string[] {
  const nodes = steps.map(
    ([kind, inputs, output, attributes = {}]) =>
      new GraphNode({ name: output, kind, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) }),
  );
  const constants = new Map([
    ['small', constant([], [1e-12], true)],
    ['large', constant([], [0.1], true)],
  ]);
  const graph = { nodes, constants, inputs: [{ name: 'x', shape: null }], outputs, opset: 13 };
  return withPatternsRecognised(graph).nodes.map(({ kind, inputs }) => `${kind}(${inputs.join(', ')})`);
}

const GATE: Step[] = [
  ['Sigmoid', ['z'], 'g'],
  ['Shape', ['x'], 's'],
  ['Expand', ['g', 's'], 'e'],
  ['Mul', ['x', 'e'], 'y'],
];

const LENGTH: Step[] = [
  ['ReduceL2', ['x'], 'l', { axes: [1], keepdims: 1 }],
  ['Clip', ['l', 'small', ''], 'c'],
  ['Shape', ['x'], 's'],
  ['Expand', ['c', 's'], 'e'],
  ['Div', ['x', 'e'], 'y'],
];

describe('what is repeated to the shape of what it is computed with', () => {
  it('is taken as it is, on either side', () => {
    expect(recognised(GATE)).toEqual(['Sigmoid(z)', 'Shape(x)', 'Mul(x, g)']);
    expect(recognised([...GATE.slice(0, -1), ['Sub', ['e', 'x'], 'y']])).toEqual(['Sigmoid(z)', 'Shape(x)', 'Sub(g, x)']);
  });

  it('stays where it is repeated to another shape, or taken elsewhere', () => {
    expect(recognised([...GATE.slice(0, 1), ['Shape', ['w'], 's'], ...GATE.slice(2)])).toContain('Expand(g, s)');
    expect(recognised(GATE, ['y', 'e'])).toContain('Expand(g, s)');
    expect(recognised([...GATE.slice(0, 1), ['Shape', ['x'], 's', { start: 2 }], ...GATE.slice(2)])).toContain('Expand(g, s)');
  });
});

describe('a division by the length of vectors', () => {
  it('becomes one node', () => {
    expect(recognised(LENGTH)).toEqual(['Shape(x)', 'LpNormalization(x)']);
    expect(recognised([...LENGTH.slice(0, 2), ['Div', ['x', 'c'], 'y']])).toEqual(['LpNormalization(x)']);
  });

  it.each<[string, number, Step]>([
    ['of another tensor', 0, ['ReduceL2', ['z'], 'l', { axes: [1], keepdims: 1 }]],
    ['of two sides', 0, ['ReduceL2', ['x'], 'l', { axes: [2, 3], keepdims: 1 }]],
    ['that loses its side', 0, ['ReduceL2', ['x'], 'l', { axes: [1], keepdims: 0 }]],
    ['of a bound that counts', 1, ['Clip', ['l', 'large', ''], 'c']],
    ['of a bound above', 1, ['Clip', ['l', 'small', 'large'], 'c']],
  ])('stays one: %s', (_what, place, step) => {
    expect(recognised(LENGTH.map((own, i) => (i === place ? step : own)))).not.toContain('LpNormalization(x)');
  });
});
