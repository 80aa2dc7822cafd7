import { describe, expect, it } from 'vitest';
import { constant, wholeNumbers } from '../nodes/constant.ts';
import { type AttributeValue, GraphNode } from '../nodes/graph.ts';
import { withPatternsRecognised } from './recognise.ts';

type Step = readonly [kind: string, inputs: readonly string[], output: string, attributes?: Readonly<Record<string, AttributeValue>>];

const CONSTANTS = new Map([
  ['groups', wholeNumbers([0, 2, -1])],
  ['sides', wholeNumbers([1, 8, 6, 5])],
  ['line', wholeNumbers([1, 8, 30])],
  ['ones', constant([2], [1, 1], true)],
  ['zeros', constant([2], [0, 0], true)],
  ['halves', constant([2], [0.5, 0.5], true)],
]);

function recognised(steps: readonly Step[], outputs: readonly string[] = ['y']): string[] {
  const nodes = steps.map(
    ([kind, inputs, output, attributes = {}]) =>
      new GraphNode({ name: output, kind, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) }),
  );
  const graph = { nodes, constants: CONSTANTS, inputs: [{ name: 'x', shape: null }], outputs, opset: 13 };
  return withPatternsRecognised(graph).nodes.map((node) => {
    const groups = node.has('num_groups') ? ` of ${node.number('num_groups', 0)}, ${node.number('epsilon', 0)}` : '';
    return `${node.name}: ${node.kind}(${node.inputs.join(', ')}) ${node.outputs.join()}${groups}`;
  });
}

const STEPS: Step[] = [
  ['Reshape', ['x', 'groups'], 'g'],
  ['InstanceNormalization', ['g', 'ones', 'zeros'], 'n', { epsilon: 0.001 }],
  ['Reshape', ['n', 'sides'], 'y'],
];

describe('a normalisation of groups, which is exported as one of instances', () => {
  it('is one node, whether its sides are known or those of the tensor', () => {
    expect(recognised(STEPS)).toEqual(['n: GroupNormalization(x) y of 2, 0.001']);
    const computed: Step[] = [...STEPS.slice(0, 2), ['Shape', ['x'], 's'], ['Reshape', ['n', 's'], 'y']];
    expect(recognised(computed)).toContain('n: GroupNormalization(x) y of 2, 0.001');
  });

  it.each<[string, readonly Step[], (readonly string[])?]>([
    ['with another scale', STEPS.map((step) => (step[2] === 'n' ? ['InstanceNormalization', ['g', 'halves', 'zeros'], 'n'] : step))],
    ['that becomes no image', STEPS.map((step) => (step[2] === 'y' ? ['Reshape', ['n', 'line'], 'y'] : step))],
    ['of another tensor’s sides', [...STEPS.slice(0, 2), ['Shape', ['w'], 's'], ['Reshape', ['n', 's'], 'y']]],
    ['that is taken elsewhere', STEPS, ['y', 'n']],
  ])('stays as it is: one %s', (_what, steps, outputs = ['y']) => {
    expect(recognised(steps, outputs).some((node) => node.includes('GroupNormalization'))).toBe(false);
  });
});
