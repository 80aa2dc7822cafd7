import { describe, expect, it } from 'vitest';
import { withWholeWeights } from './weight-parts.ts';

/** What `torch.nn.utils` gave for this weight of three rows, with other lengths. */
const WEIGHT = [1, -2, 3, 0.5, -1, 0.25];

type Part = readonly [name: string, shape: readonly number[], values: readonly number[]];

function whole(...parts: readonly Part[]) {
  const given = parts.map(([name, shape, values]) => [name, { shape, values: Float32Array.from(values), source: name }] as const);
  return [...withWholeWeights(new Map(given))].map(([name, { shape, values }]) => ({ name, shape, values: [...values] }));
}

const OTHERS: Part[] = [
  ['fc.bias', [3], [0, 0, 0]],
  ['fc.weight_scale', [1], [7]],
];

/** Beside others that stay, and where its first part stood. */
function expectWeight(parts: readonly Part[], wanted: readonly number[]): void {
  const [before, weight, ...after] = whole(['conv.bias', [1], [1]], ...parts, ...OTHERS);
  expect(weight).toMatchObject({ name: 'fc.weight', shape: [3, 2] });
  for (const [i, value] of wanted.entries()) expect(weight?.values[i]).toBeCloseTo(value, 6);
  expect([before, ...after].map((one) => one?.name)).toEqual(['conv.bias', 'fc.bias', 'fc.weight_scale']);
}

describe('weights that torch keeps in parts', () => {
  it('are put together with the mask of a pruning', () => {
    expectWeight(
      [
        ['fc.weight_orig', [3, 2], WEIGHT],
        ['fc.weight_mask', [3, 2], [1, 0, 1, 1, 0, 1]],
      ],
      [1, 0, 3, 0.5, 0, 0.25],
    );
  });

  it.each<[string, readonly number[], readonly number[], readonly number[]]>([
    ['each row', [3, 1], [2, 1, 0.5], [0.8944272, -1.7888544, 0.9863939, 0.164399, -0.4850713, 0.1212678]],
    ['each column', [1, 2], [2, 3], [0.6030227, -2.8892605, 1.8090681, 0.7223151, -0.6030227, 0.3611576]],
    ['all of it', [], [2], [0.5111012, -1.0222025, 1.5333037, 0.2555506, -0.5111012, 0.1277753]],
  ])('have the length that a weight normalisation says, of %s', (_what, shape, lengths, wanted) => {
    for (const [first, second] of [
      ['fc.weight_g', 'fc.weight_v'],
      ['fc.parametrizations.weight.original0', 'fc.parametrizations.weight.original1'],
    ] as const)
      expectWeight(
        [
          [first, shape, lengths],
          [second, [3, 2], WEIGHT],
        ],
        wanted,
      );
  });

  it('are divided by what a spectral normalisation has found', () => {
    expectWeight(
      [
        ['fc.weight_orig', [3, 2], WEIGHT],
        ['fc.weight_u', [3], [-0.4100245, -0.8578451, 0.3098091]],
        ['fc.weight_v', [2], [-0.9817342, 0.1902582]],
      ],
      [0.3009905, -0.601981, 0.9029716, 0.1504953, -0.3009905, 0.0752476],
    );
  });

  it.each<[string, readonly Part[]]>([
    [
      'whose whole is there too',
      [
        ['fc.weight', [2], [1, 2]],
        ['fc.weight_orig', [2], [3, 4]],
        ['fc.weight_mask', [2], [1, 0]],
      ],
    ],
    ['one of which is missing', [['fc.weight_orig', [2], [3, 4]]]],
    [
      'that do not fit',
      [
        ['fc.weight_g', [3, 1], [1, 1, 1]],
        ['fc.weight_v', [2, 2], [1, 2, 3, 4]],
      ],
    ],
  ])('stay as they are: parts %s', (_what, parts) => {
    expect(whole(...parts).map(({ name }) => name)).toEqual(parts.map(([name]) => name));
  });
});
