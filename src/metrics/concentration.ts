/**
 * How much of the map lies in how few cells: complexity (Bhatt, Weller and Moura, IJCAI 2020, section 3.3) and sparseness (Chalasani et al.,
 * ICML 2020, section 4). Both look at the map alone, by the magnitudes of its values: no image is scored for them.
 */
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { Metric, Series } from './metric.ts';

/** What each cell has of all magnitudes together; null where there is nothing to share, or a value is no number. */
function sharesOf({ values }: SaliencyMap): Float64Array | null {
  const magnitudes = Float64Array.from(values, Math.abs);
  const sum = magnitudes.reduce((total, value) => total + value, 0);
  return sum > 0 && Number.isFinite(sum) ? magnitudes.map((value) => value / sum) : null;
}

/**
 * The entropy of the cells' shares, as a share of the largest one that so many cells can have, so that maps of any grid compare: 0 where one
 * cell has everything, 1 where all have the same.
 *
 * @returns null for a map of zeros, of one cell, or with values that are no numbers
 */
export function complexityOf(map: SaliencyMap): number | null {
  const shares = sharesOf(map);
  if (!shares || shares.length < 2) return null;
  const entropy = shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
  // Rounding may go past the ends by the last bits.
  return Math.min(1, Math.max(0, entropy / Math.log(shares.length)));
}

/**
 * The Gini index of the magnitudes: 0 where all cells have the same, `1 - 1 / cells` where one has everything.
 *
 * @returns null for a map of zeros, or with values that are no numbers
 */
export function sparsenessOf(map: SaliencyMap): number | null {
  const shares = sharesOf(map)?.sort();
  if (!shares) return null;
  const count = shares.length;
  const weighted = shares.reduce((sum, share, i) => sum + share * ((count - i - 0.5) / count), 0);
  return Math.max(0, 1 - 2 * weighted);
}

/** Nothing is to be scored. */
function known(value: number | null): readonly number[] {
  return value === null ? [] : [value];
}

export const complexitySeries: Series = ({ map }) => known(complexityOf(map));

export const sparsenessSeries: Series = ({ map }) => known(sparsenessOf(map));

/** What former versions measured lacks it. */
type Concentration<Id extends string> = Readonly<Partial<Record<Id, readonly number[]>>>;

export const complexity: Metric<'complexity', Concentration<'complexity'>> = {
  id: 'complexity',
  title: 'Complexity',
  isMoreBetter: false,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: false,
  summary:
    'How evenly the map is spread over its cells: the entropy of their shares of it, from 0 (one cell has everything) to 1 (all alike).',
  formula: '−sum over cells of s × ln(s) / ln(number of cells), s = |value| / sum of |values|',
  weakness: 'It looks at the map alone: a small spot in the wrong place is as simple as one in the right place.',
  source: 'Bhatt, Weller & Moura, IJCAI 2020, section 3.3; there without the division by ln(number of cells), which lets layers compare',
  score: (measures) => measures?.complexity?.[0] ?? null,
};

export const sparseness: Metric<'sparseness', Concentration<'sparseness'>> = {
  id: 'sparseness',
  title: 'Sparseness',
  isMoreBetter: true,
  isYesOrNo: false,
  needsBox: false,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: false,
  summary: 'How unequal the cells’ shares of the map are: their Gini index, from 0 (all alike) to nearly 1 (one cell has everything).',
  formula: '1 − 2 × sum over cells, the least first, of s × (n − k + 1/2) / n, s = |value| / sum of |values|, k = 1 to n',
  weakness: 'It looks at the map alone, and grows with the number of cells: compare it at one layer.',
  source: 'Chalasani et al., ICML 2020, section 4',
  score: (measures) => measures?.sparseness?.[0] ?? null,
};
