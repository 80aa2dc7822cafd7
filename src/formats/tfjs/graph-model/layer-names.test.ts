import { describe, expect, it } from 'vitest';
import { sharedScopes, withoutScopes } from './layer-names.ts';

describe('names of layers', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['the scopes of a function', ['StatefulPartitionedCall/model/a/Relu', 'StatefulPartitionedCall/model/b/Relu'], ['a/Relu', 'b/Relu']],
    [
      'no scope that only some stand in',
      ['net/block/a/Relu', 'net/block/b/Relu', 'net/dense/MatMul'],
      ['block/a/Relu', 'block/b/Relu', 'dense/MatMul'],
    ],
    ['calls in the middle of a name', ['m/StatefulPartitionedCall/a/Relu', 'm/dense/MatMul'], ['a/Relu', 'dense/MatMul']],
    ['nothing of names without scopes', ['conv1', 'relu1'], ['conv1', 'relu1']],
    ['nothing where there is one name', ['conv/Conv2D'], ['conv/Conv2D']],
    ['nothing where many stand in none', ['conv/Conv2D', 'conv/Relu', 'softmax'], ['conv/Conv2D', 'conv/Relu', 'softmax']],
  ])('leave out %s', (_what, names, expected) => {
    const scopes = sharedScopes(names);
    expect(names.map((name) => withoutScopes(name, scopes))).toEqual(expected);
  });

  it('leave out the same where optimisers put nodes of their own', () => {
    const names = ['net/a/Relu', 'net/b/Relu', 'ArithmeticOptimizer/Reorder_1'];
    expect(names.map((name) => withoutScopes(name, sharedScopes(names)))).toEqual(['a/Relu', 'b/Relu', 'ArithmeticOptimizer/Reorder_1']);
  });
});
