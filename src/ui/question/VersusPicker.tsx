import { useMemo } from 'react';
import { effectiveClass, readingOf } from '../../state/view/in-view.ts';
import { Combobox } from '../controls/Combobox.tsx';
import { Term } from '../help/Term.tsx';
import { useApp } from '../store-context.tsx';

interface Rival {
  readonly index: number | null;
  readonly name: string;
}

const NOBODY: Rival = { index: null, name: '(the class by itself)' };
const NO_NUMBER: Rival = { index: null, name: '(the number by itself)' };
const NONE: readonly string[] = [];

const nameOf = ({ name }: Rival) => name;
const detailOf = () => '';

/** "Why A rather than B": the class whose score is taken off. */
export function VersusPicker() {
  const names = useApp(({ model }) => model.card?.classNames ?? NONE);
  const current = useApp(effectiveClass);
  const versus = useApp(({ view }) => view.versus);
  const chooseVersus = useApp((state) => state.chooseVersus);
  const nobody = useApp(({ model }) => (readingOf(model) === 'number' ? NO_NUMBER : NOBODY));
  const entries = useMemo(
    () => [nobody, ...names.map((name, index): Rival => ({ index, name })).filter(({ index }) => index !== current)],
    [names, current, nobody],
  );
  // A single number has nothing to be held against.
  if (names.length === 1) return null;
  return (
    <Combobox
      label="Contrast with"
      hint={<Term name="contrast">why this, not that</Term>}
      entries={entries}
      selected={entries.find(({ index }) => index === versus) ?? nobody}
      fallback=""
      isDisabled={names.length === 0}
      nameOf={nameOf}
      groupOf={null}
      detailOf={detailOf}
      isUnavailable={null}
      onChoose={({ index }) => chooseVersus(index)}
    />
  );
}
