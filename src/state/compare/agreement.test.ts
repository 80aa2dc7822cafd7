import { describe, expect, it } from 'vitest';
import { explainedStore } from '../testing/test-store.ts';
import { agreementOf, agreementWords, chosenSigns } from './agreement.ts';

describe('how far methods agree', () => {
  it.each([
    [0.93, 'A and B agree (0.93).'],
    [0.5, 'A and B agree by and large (0.50).'],
    [0.2, 'A and B agree a little (0.20).'],
    [-0.2, 'A and B do not agree (−0.20).'],
    [-0.7, 'A and B contradict each other (−0.70).'],
  ])('is said in words for a rank correlation of %f', (value, words) => {
    expect(
      agreementWords(
        ['A', 'B'],
        [
          [1, value],
          [value, 1],
        ],
      ),
    ).toBe(words);
  });

  it('is said of the two that agree most, and of the two that agree least', () => {
    const correlations = [
      [1, 0.9, 0.1],
      [0.9, 1, -0.5],
      [0.1, -0.5, 1],
    ];
    expect(agreementWords(['A', 'B', 'C'], correlations)).toBe(
      'A and B agree (0.90); the furthest apart, B and C, contradict each other (−0.50).',
    );
  });

  it('is said of all where even those do', () => {
    const correlations = [
      [1, 0.9, 0.85],
      [0.9, 1, 0.8],
      [0.85, 0.8, 1],
    ];
    expect(agreementWords(['A', 'B', 'C'], correlations)).toBe('All agree: A and B (0.90) most, B and C (0.80) least.');
  });

  it('takes no sign that was chosen for a contradiction', () => {
    const correlations = [
      [1, -0.75, 0.1],
      [-0.75, 1, -0.9],
      [0.1, -0.9, 1],
    ];
    expect(agreementWords(['Grad-CAM', 'Eigen-CAM', 'EigenGradCAM'], correlations)).toBe(
      'Eigen-CAM and EigenGradCAM agree (−0.90, with a chosen sign); the furthest apart, Grad-CAM and EigenGradCAM, do not agree (0.10).',
    );
    expect(agreementWords(['Grad-CAM', 'Eigen-CAM'], correlations)).toBe(
      'Grad-CAM and Eigen-CAM agree by and large (−0.75, with a chosen sign).',
    );
  });

  it('names the methods whose sign is chosen', () => {
    expect(chosenSigns(['Grad-CAM', 'LayerCAM'])).toBe('');
    expect(chosenSigns(['Grad-CAM', 'Eigen-CAM', 'EigenGradCAM'])).toBe('Eigen-CAM and EigenGradCAM');
  });

  it('is not said where no two can be compared', () => {
    expect(agreementWords(['A'], [[1]])).toBe('');
    expect(
      agreementWords(
        ['A', 'B'],
        [
          [1, null],
          [null, null],
        ],
      ),
    ).toBe('');
  });

  it('is about the finished figures on screen, and no map that was pinned', async () => {
    // Grad-CAM gives 1 and -1, FastAblationCAM 0 and 1.
    const test = await explainedStore();
    test.state().pinMap('grad-cam');
    const { maps, correlations, disagreement } = agreementOf(test.state());
    expect(maps.map(({ title }) => title)).toEqual(['Grad-CAM', 'FastAblationCAM']);
    expect(correlations[0]?.[1]).toBeCloseTo(-1, 6);
    expect([...(disagreement?.values ?? [])]).toEqual([0.5, 1]);
    expect(agreementOf(test.state())).toBe(agreementOf(test.state()));
  });
});
