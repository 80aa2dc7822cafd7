import { describe, expect, it } from 'vitest';
import { type Constant, constant } from '../nodes/constant.ts';
import { type AttributeValue, GraphNode, type OperationGraph } from '../nodes/graph.ts';
import { withPatternsRecognised, withScalesJoined } from './recognise.ts';

type Step = readonly [kind: string, inputs: readonly string[], output: string, attributes?: Readonly<Record<string, AttributeValue>>];

/** Tensors that are called like numbers are these numbers. */
function graph(
  steps: readonly Step[],
  outputs: readonly string[] = ['y'],
  weights: Readonly<Record<string, Constant>> = {},
): OperationGraph {
  const nodes = steps.map(
    ([kind, inputs, output, attributes = {}]) =>
      new GraphNode({ name: `/${output}`, kind, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) }),
  );
  const numbers = steps.flatMap(([, inputs]) => inputs).filter((name) => name !== '' && !Number.isNaN(Number(name)));
  const constants = new Map([...numbers.map((name) => [name, constant([], [Number(name)], true)] as const), ...Object.entries(weights)]);
  return { nodes, constants, inputs: [{ name: 'x', shape: null }], outputs, opset: 13 };
}

function recognised(...given: Parameters<typeof graph>): string[] {
  return withPatternsRecognised(graph(...given)).nodes.map(({ kind, name, inputs }) => `${name} ${kind}(${inputs.join(', ')})`);
}

const SILU: Step[] = [
  ['Sigmoid', ['x'], 's'],
  ['Mul', ['s', 'x'], 'y'],
];

const GELU: Step[] = [
  ['Div', ['x', '1.4142135381698608'], 'd'],
  ['Erf', ['d'], 'e'],
  ['Add', ['e', '1'], 'a'],
  ['Mul', ['x', 'a'], 'm'],
  ['Mul', ['m', '0.5'], 'y'],
];

const HARD_SWISH: Step[] = [
  ['Add', ['x', '3'], 'a'],
  ['Clip', ['a', '0', '6'], 'c'],
  ['Mul', ['x', 'c'], 'm'],
  ['Div', ['m', '6'], 'y'],
];

const NORM: Step[] = [
  ['ReduceMean', ['x'], 'mean', { axes: [-1] }],
  ['Sub', ['x', 'mean'], 'c'],
  ['Pow', ['c', '2'], 'p'],
  ['ReduceMean', ['p'], 'v', { axes: [-1] }],
  ['Add', ['v', '0.000001'], 'e'],
  ['Sqrt', ['e'], 'std'],
  ['Div', ['c', 'std'], 'd'],
  ['Mul', ['d', 'gamma'], 's'],
  ['Add', ['s', 'beta'], 'y'],
];

const WEIGHTS = { gamma: constant([3], [1, 2, 3], true), beta: constant([3], [0, 0, 0], true) };

/** The same with one step in the place of another. */
function changed(steps: readonly Step[], place: number, step: Step): Step[] {
  return steps.map((other, i) => (i === place ? step : other));
}

describe('functions that are written out', () => {
  it.each([
    ['SiLU', SILU, '/y Swish(x)'],
    ['GELU', GELU, '/y Gelu(x)'],
    ['Hardswish', HARD_SWISH, '/y HardSwish(x)'],
  ] as const)('become one: %s', (_what, steps, expected) => {
    expect(recognised(steps)).toEqual([expected]);
  });

  it('become one: a layer normalisation, with its epsilon', () => {
    const result = withPatternsRecognised(graph(NORM, ['y'], WEIGHTS));
    expect(result.nodes.map(({ kind, inputs }) => [kind, ...inputs])).toEqual([['LayerNormalization', 'x', 'gamma', 'beta']]);
    expect(result.nodes[0]?.number('epsilon', 0)).toBeCloseTo(1e-6, 12);
  });

  it('become one: a product and its bias', () => {
    const weights = { w: constant([2, 3], [1, 2, 3, 4, 5, 6], true), b: constant([3], [1, 2, 3], true) };
    const steps: Step[] = [
      ['MatMul', ['x', 'w'], 'm'],
      ['Add', ['b', 'm'], 'y'],
    ];
    expect(recognised(steps, ['y'], weights)).toEqual(['/y MatMul(x, w, b)']);
  });

  it('become one: a mean of rows of means of columns', () => {
    const steps: Step[] = [
      ['ReduceMean', ['x'], 'm', { axes: [3], keepdims: 0 }],
      ['ReduceMean', ['m'], 'y', { axes: [2], keepdims: 0 }],
    ];
    const [mean, ...others] = withPatternsRecognised(graph(steps)).nodes;
    expect(others).toEqual([]);
    expect([mean?.inputs, mean?.numbers('axes')]).toEqual([['x'], [2, 3]]);
  });

  it.each([
    ['a gate of another tensor', changed(SILU, 0, ['Sigmoid', ['z'], 's'])],
    ['a GELU of another width', changed(GELU, 0, ['Div', ['x', '1.5'], 'd'])],
    ['a GELU of another height', changed(GELU, 4, ['Mul', ['m', '0.4'], 'y'])],
    ['a GELU shifted otherwise', changed(GELU, 2, ['Add', ['e', '2'], 'a'])],
    ['a Hardswish of other bounds', changed(HARD_SWISH, 1, ['Clip', ['a', '0', '5'], 'c'])],
    ['a Hardswish of another share', changed(HARD_SWISH, 3, ['Div', ['m', '5'], 'y'])],
    ['a normalisation over another side', changed(NORM, 0, ['ReduceMean', ['x'], 'mean', { axes: [1] }])],
    ['a normalisation of another power', changed(NORM, 2, ['Pow', ['c', '3'], 'p'])],
  ])('stay as they are: %s', (_what, steps) => {
    expect(withPatternsRecognised(graph(steps, ['y'], WEIGHTS)).nodes).toHaveLength(steps.length);
  });

  it.each([
    ['SiLU', SILU, 's'],
    ['GELU', GELU, 'e'],
    ['Hardswish', HARD_SWISH, 'c'],
    ['a layer normalisation', NORM, 'd'],
  ] as const)('stay as they are where a part is taken elsewhere: %s', (_what, steps, part) => {
    const taken: Step[] = [...steps, ['Relu', [part], 'z']];
    expect(withPatternsRecognised(graph(taken, ['y', 'z'], WEIGHTS)).nodes).toHaveLength(taken.length);
    expect(withPatternsRecognised(graph(steps, ['y', part], WEIGHTS)).nodes).toHaveLength(steps.length);
  });
});

describe('a layer normalisation by the inverse of its std', () => {
  const inverse: Step[] = [
    ['ReduceMean', ['x'], 'mean', { axes: [3] }],
    ['Sub', ['x', 'mean'], 'c'],
    ['Pow', ['c', '2'], 'p'],
    ['ReduceMean', ['p'], 'v', { axes: [3] }],
    ['Add', ['v', '0.001'], 'e'],
    ['Sqrt', ['e'], 'std'],
    ['Reciprocal', ['std'], 'i'],
    ['Mul', ['i', 'gamma'], 'g'],
    ['Mul', ['x', 'g'], 'a'],
  ];
  const taken: Step[] = [...inverse, ['Mul', ['mean', 'g'], 'm'], ['Sub', ['beta', 'm'], 's'], ['Add', ['a', 's'], 'y']];
  const turnedAround: Step[] = [
    ...inverse,
    ['Neg', ['mean'], 'n'],
    ['Mul', ['n', 'g'], 'm'],
    ['Add', ['m', 'beta'], 's'],
    ['Add', ['s', 'a'], 'y'],
  ];

  it.each([
    ['the mean is taken off the shift', taken],
    ['the mean is turned around', turnedAround],
  ] as const)('becomes one where %s', (_how, steps) => {
    expect(recognised(steps, ['y'], WEIGHTS)).toEqual(['/y LayerNormalization(x, gamma, beta)']);
  });

  it.each<[string, Step[], string[]]>([
    ['another tensor’s mean is taken off', taken.map((step) => (step[2] === 'm' ? ['Mul', ['other', 'g'], 'm'] : step)), ['y']],
    ['another tensor is scaled', taken.map((step) => (step[2] === 'a' ? ['Mul', ['other', 'g'], 'a'] : step)), ['y']],
    [
      'the mean is over another side',
      taken.map((step) => (step[2] === 'mean' ? ['ReduceMean', ['x'], 'mean', { axes: [2] }] : step)),
      ['y'],
    ],
    ['a part is given too', taken, ['y', 'g']],
  ])('stays as it is where %s', (_what, steps, outputs) => {
    expect(recognised(steps, outputs, WEIGHTS)).toHaveLength(steps.length);
  });
});

describe('products and sums with one number for each channel', () => {
  const steps: Step[] = [
    ['Mul', ['gamma', 'x'], 's'],
    ['Add', ['s', 'beta'], 'y'],
  ];
  const joined = (...given: Parameters<typeof graph>) => withScalesJoined(graph(...given)).nodes.map(({ inputs }) => inputs.join());

  it('become one', () => {
    expect(joined(steps, ['y'], WEIGHTS)).toEqual(['x,gamma,beta']);
  });

  it('stay two where the product is taken elsewhere, or they lie along other sides', () => {
    expect(joined(steps, ['y', 's'], WEIGHTS)).toHaveLength(2);
    expect(joined(steps, ['y'], { ...WEIGHTS, beta: constant([3, 1], [0, 0, 0], true) })).toHaveLength(2);
    expect(joined(steps, ['y'], { ...WEIGHTS, beta: constant([], [2], true) })).toHaveLength(2);
  });
});

describe('the logarithm of a softmax', () => {
  const steps: Step[] = [
    ['Softmax', ['x'], 's', { axis: 1 }],
    ['Log', ['s'], 'y'],
  ];

  it('is one function', () => {
    expect(recognised(steps)).toEqual(['/y LogSoftmax(x)']);
  });

  it('stays two where the probabilities are an output, too', () => {
    expect(recognised(steps, ['y', 's'])).toEqual(['/s Softmax(x)', '/y Log(s)']);
  });
});
