import { expect, it } from 'vitest';
import { withArticle } from './with-article.ts';

it.each([
  'an LSTM',
  'an LSTMCell',
  'an RNN',
  'a GRU',
  'an RReLU',
  'a ReLU',
  'a ReLU6',
  'a PReLU',
  'a CELU',
  'an ELU',
  'a SELU',
  'a SiLU',
  'an MLP',
  'an MBConv',
  'an LPPool2d',
  'an SEModule',
  'an NLLLoss',
  'a CNN',
  'a UNet',
  'an Upsample',
  'an Unfold',
  'a Unit',
  'an Attention',
  'an InputLayer',
  'a Sequential',
  'a Hardswish',
  'an _Inner',
  'a _Layer',
  'a swish',
])('%s', (expected) => {
  expect(withArticle(expected.split(' ')[1] ?? '')).toBe(expected);
});
