import { describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../images/preprocessing.ts';
import { cardOfManifest, currentCard, type FormerCard } from './model-card.ts';

const FORMER: FormerCard = {
  id: 'own-a',
  title: 'A',
  description: '',
  input: { width: 8, height: 8 },
  takesAnySize: false,
  preprocessing: TORCH_PREPROCESSING,
  outputActivation: 'softmax',
  classNames: ['a', 'b'],
  toCheck: '',
};

describe('a card that a former version kept', () => {
  it('keeps the names that somebody gave, and what its outputs meant', () => {
    expect(currentCard(FORMER)).toMatchObject({ reading: 'softmax', givenNames: ['a', 'b'], nameSource: 'given', classNames: ['a', 'b'] });
    expect(currentCard({ ...FORMER, outputActivation: 'sigmoid' })).toMatchObject({ reading: 'independent' });
    expect(currentCard(FORMER)).not.toHaveProperty('outputActivation');
  });

  it('has no names where there were numbers, and ImageNet’s where these were assumed', () => {
    expect(currentCard({ ...FORMER, classNames: ['class 0', 'class 1'] })).toMatchObject({ givenNames: [], nameSource: 'none' });
    const imageNet = Array.from({ length: 1000 }, (_, i) => (i === 0 ? 'tench' : i === 999 ? 'toilet tissue' : `thing ${i}`));
    expect(currentCard({ ...FORMER, classNames: imageNet })).toMatchObject({ givenNames: imageNet, nameSource: 'imagenet' });
  });

  it('of today stays as it is', () => {
    const card = currentCard(FORMER);
    expect(currentCard(card)).toBe(card);
  });
});

it('the card of a manifest has both classes of a single unit', () => {
  const { outputActivation: _, classNames: __, ...rest } = FORMER;
  const manifest = { ...rest, outputReading: 'binary', classNames: ['rainy', 'sunny'], origin: '', licence: '', files: [] } as const;
  expect(cardOfManifest('b', manifest)).toMatchObject({ id: 'b', reading: 'binary', classNames: ['rainy', 'sunny'] });
  expect(cardOfManifest('b', { ...manifest, classNames: ['sunny'] }).classNames).toEqual(['not sunny', 'sunny']);
});
