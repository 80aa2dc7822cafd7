/** How alike two maps are, in a sentence. */
import { correlationInWords } from '../../core/reports/format.ts';
import type { Comparison } from './compare-selectors.ts';

/** From which rank correlation on it is called so; what is said of an opposite has the same bounds below zero. */
const STRENGTHS = [
  [0.8, 'rank the cells almost alike'],
  [0.5, 'rank the cells much alike'],
  [0.2, 'rank the cells a little alike'],
  [-0.2, 'rank the cells differently'],
  [-0.5, 'rank the cells a little the other way round'],
  [-0.8, 'rank the cells much the other way round'],
] as const;

export function similarityWords({ rankCorrelation, cosine }: Pick<Comparison, 'rankCorrelation' | 'cosine'>): string {
  const measured = `rank correlation ${correlationInWords(rankCorrelation)}, cosine ${correlationInWords(cosine)}`;
  if (rankCorrelation === null) return `One of the maps is the same everywhere: ${measured}.`;
  const said = STRENGTHS.find(([least]) => rankCorrelation >= least)?.[1] ?? 'rank the cells almost the other way round';
  return `The two maps ${said}: ${measured}.`;
}
