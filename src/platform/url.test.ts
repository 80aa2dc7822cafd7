import { describe, expect, it } from 'vitest';
import { formatUrl, parseUrl, type UrlValues } from './url.ts';

const VIEW = {
  model: 'densenet',
  image: null,
  layer: 'conv5_block32_concat',
  class: 'a & b',
  score: 'logit',
  versus: null,
  window: '2',
  stride: null,
  value: 'mean',
  channels: null,
  patch: null,
  'patch-stride': '8',
  'patch-value': null,
  masks: '500',
  seed: null,
  methods: 'grad-cam,ablation-cam',
  backend: null,
  exact: null,
};

describe('the URL', () => {
  it('gives back what was written, whatever the names', () => {
    expect(parseUrl(formatUrl('', VIEW))).toEqual(VIEW);
  });

  it('keeps parameters that are none of ours, and drops our own that have no value', () => {
    expect(formatUrl('?utm=1&backend=cpu&layer=old', VIEW)).toBe(
      '?utm=1&layer=conv5_block32_concat&model=densenet&class=a+%26+b&score=logit&window=2&value=mean&patch-stride=8&masks=500&methods=grad-cam%2Cablation-cam',
    );
    const nothing = Object.fromEntries(Object.keys(VIEW).map((name) => [name, null])) as unknown as UrlValues;
    expect(formatUrl('?layer=old', nothing)).toBe('');
  });
});
