import { useMemo, useState } from 'react';
import type { ListedImage } from '../../state/images/image-state.ts';
import { imageVerdicts } from '../../state/images/image-verdict.ts';
import { useApp } from '../store-context.tsx';

/** From so many images on they are searched, as looking through them takes longer. */
const MANY = 20;

interface ImageFilter {
  readonly text: string;
  /** The class that images are taken for; empty where all are shown. */
  readonly predicted: string;
  readonly isWrongOnly: boolean;
}

const NO_FILTER: ImageFilter = { text: '', predicted: '', isWrongOnly: false };

export interface FilteredImages {
  readonly items: readonly ListedImage[];
  /** Null where there are too few images to filter. */
  readonly filter: ImageFilter | null;
  /** What images are taken for, in the alphabet's order. */
  readonly predictions: readonly string[];
  readonly setFilter: (change: Partial<ImageFilter>) => void;
}

export function useImageFilter(): FilteredImages {
  const all = useApp(({ images }) => images.items);
  const verdicts = useApp((state) => (all.length >= MANY ? imageVerdicts(state) : null));
  const [chosen, setChosen] = useState(NO_FILTER);
  const filter = verdicts && chosen;
  const { items, predictions } = useMemo(() => {
    if (!filter || !verdicts) return { items: all, predictions: [] };
    const judged = all.map((image, i) => ({ image, verdict: verdicts[i] }));
    const wanted = filter.text.trim().toLowerCase();
    const matching = judged.filter(
      ({ image, verdict }) =>
        `${image.folder}/${image.name}`.toLowerCase().includes(wanted) &&
        (!filter.predicted || verdict?.name === filter.predicted) &&
        (!filter.isWrongOnly || verdict?.isRight === false),
    );
    const names = judged.flatMap(({ verdict }) => (verdict && !verdict.isNumber ? [verdict.name] : []));
    return { items: matching.map(({ image }) => image), predictions: [...new Set(names)].sort((a, b) => a.localeCompare(b)) };
  }, [all, verdicts, filter]);
  return { items, filter, predictions, setFilter: (change) => setChosen({ ...chosen, ...change }) };
}
