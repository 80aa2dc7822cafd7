import { describe, expect, it } from 'vitest';
import { type Constant, constant } from '../nodes/constant.ts';
import { GraphNode } from '../nodes/graph.ts';
import { withPatternsRecognised } from './recognise.ts';

type Step = readonly [kind: string, inputs: readonly string[], output: string];

const WEIGHTS = new Map<string, Constant>([
  ['zeros', constant([3], [0, 0, 0], true)],
  ['slopes', constant([3], [0.1, 0.2, 0.3], true)],
]);

/** Tensors that are called like numbers are these numbers. */
function recognised(steps: readonly Step[], outputs: readonly string[] = ['y']) {
  const nodes = steps.map(
    ([kind, inputs, output]) => new GraphNode({ name: output, kind, domain: '', inputs, outputs: [output], attributes: new Map() }),
  );
  const numbers = steps.flatMap(([, inputs]) => inputs).filter((name) => name !== '' && !Number.isNaN(Number(name)));
  const constants = new Map([...WEIGHTS, ...numbers.map((name) => [name, constant([], [Number(name)], true)] as const)]);
  const graph = { nodes, constants, inputs: [{ name: 'x', shape: null }], outputs, opset: 18 };
  return withPatternsRecognised(graph).nodes.map(({ kind, inputs, number }, i, all) => {
    const settings = ['alpha', 'gamma', 'min', 'max'].filter((name) => all[i]?.has(name));
    return `${kind}(${inputs.join(', ')})${settings.map((name) => ` ${name} ${number.call(all[i], name, 0).toFixed(3)}`).join('')}`;
  });
}

/** As TFLite has it. */
const SELU: Step[] = [
  ['Greater', ['x', '0'], 'is'],
  ['Mul', ['x', '1.0507010221481323'], 'above'],
  ['Exp', ['x'], 'e'],
  ['Sub', ['e', '1'], 'm'],
  ['Mul', ['m', '1.7580993175506592'], 'below'],
  ['Where', ['is', 'above', 'below'], 'y'],
];

/** As TensorFlow lowers it, with the logarithm of float32's smallest step as bounds. */
const SOFTPLUS: Step[] = [
  ['Greater', ['x', '13.942385'], 'isLarge'],
  ['Less', ['x', '-13.942385'], 'isSmall'],
  ['Exp', ['x'], 'e'],
  ['Add', ['e', '1'], 'a'],
  ['Log', ['a'], 'l'],
  ['Where', ['isSmall', 'e', 'l'], 'rest'],
  ['Where', ['isLarge', 'x', 'rest'], 'y'],
];

describe('an activation that is written out with a choice', () => {
  it.each<[string, readonly Step[], string]>([
    ['SELU', SELU, 'Selu(x) alpha 1.673 gamma 1.051'],
    ['ELU', [...SELU.slice(2, 4), ['LessOrEqual', ['0', 'x'], 'is'], ['Where', ['is', 'x', 'm'], 'y']], 'Elu(x) alpha 1.000'],
    ['Softplus', SOFTPLUS, 'Softplus(x)'],
    [
      'a leaky ReLU',
      [
        ['Less', ['x', '0'], 'is'],
        ['Mul', ['x', '0.2'], 'm'],
        ['Where', ['is', 'm', 'x'], 'y'],
      ],
      'LeakyRelu(x) alpha 0.200',
    ],
    [
      'a ReLU',
      [
        ['Greater', ['x', '0'], 'is'],
        ['Where', ['is', 'x', 'zeros'], 'y'],
      ],
      'Relu(x)',
    ],
    [
      'a threshold',
      [
        ['Greater', ['x', '0.5'], 'is'],
        ['Where', ['is', 'x', '0'], 'y'],
      ],
      'ThresholdedRelu(x) alpha 0.500',
    ],
    [
      'bounds',
      [
        ['Greater', ['x', '6'], 'above'],
        ['Less', ['x', '-1'], 'below'],
        ['Where', ['below', '-1', 'x'], 'low'],
        ['Where', ['above', '6', 'low'], 'y'],
      ],
      'Clip(x) min -1.000 max 6.000',
    ],
  ])('is one node: %s', (_what, steps, wanted) => {
    expect(recognised(steps)).toEqual([wanted]);
    const behind: Step[] = [['Add', ['w', '3'], 'x'], ...steps, ['Tanh', ['y'], 'z']];
    expect(recognised(behind, ['z'])).toEqual(['Add(w, 3)', wanted, 'Tanh(y)']);
  });

  it.each<[string, readonly Step[], (readonly string[])?]>([
    ['whose parts are taken elsewhere', SELU, ['y', 'e']],
    ['that is no such function', SELU.map((step) => (step[0] === 'Exp' ? (['Sqrt', ['x'], 'e'] as const) : step))],
    ['of another tensor', SELU.map((step) => (step[0] === 'Exp' ? (['Exp', ['w'], 'e'] as const) : step))],
    [
      'of several slopes',
      [
        ['Less', ['x', '0'], 'is'],
        ['Mul', ['x', 'slopes'], 'm'],
        ['Where', ['is', 'm', 'x'], 'y'],
      ],
    ],
    [
      'that jumps',
      [
        ['Greater', ['x', '1'], 'is'],
        ['Mul', ['x', '0.2'], 'm'],
        ['Where', ['is', 'x', 'm'], 'y'],
      ],
    ],
  ])('stays as it is: %s', (_what, steps, outputs = ['y']) => {
    expect(recognised(steps, outputs)).toContain(`Where(${steps.at(-1)?.[1].join(', ')})`);
  });
});
