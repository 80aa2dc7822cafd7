import { useMemo } from 'react';
import { hasLookAlikes, lookAlikesOf, type Rival } from '../../explain/target.ts';
import { effectiveClass, logitsInView, readingOf } from '../../state/view/in-view.ts';
import { Combobox } from '../controls/Combobox.tsx';
import { Term } from '../help/Term.tsx';
import { useApp } from '../store-context.tsx';

interface Entry {
  readonly rival: Rival | null;
  readonly name: string;
  /** Which classes it stands for. */
  readonly detail?: string;
}

const NOBODY: Entry = { rival: null, name: '(the class by itself)' };
const NO_NUMBER: Entry = { rival: null, name: '(the number by itself)' };
const NONE: readonly string[] = [];

const nameOf = ({ name }: Entry) => name;
const detailOf = ({ detail = '' }: Entry) => detail;

/** "Why A rather than B": the class whose score is taken off, or those that look most like it. */
export function VersusPicker() {
  const names = useApp(({ model }) => model.card?.classNames ?? NONE);
  const current = useApp(effectiveClass);
  const versus = useApp(({ view }) => view.versus);
  const chooseVersus = useApp((state) => state.chooseVersus);
  const nobody = useApp(({ model }) => (readingOf(model) === 'number' ? NO_NUMBER : NOBODY));
  const reading = useApp(({ model }) => readingOf(model));
  const logits = useApp(logitsInView);
  const entries = useMemo((): readonly Entry[] => {
    const rivals = names.map((name, rival): Entry => ({ rival, name })).filter(({ rival }) => rival !== current);
    if (!hasLookAlikes(names.length, reading)) return [nobody, ...rivals];
    const alike = logits && current !== null ? lookAlikesOf(logits, current) : [];
    const detail = alike.map((index) => names[index]).join(', ');
    return [nobody, { rival: 'look-alikes', name: '(its look-alikes)', detail }, ...rivals];
  }, [names, current, nobody, reading, logits]);
  // A single number has nothing to be held against.
  if (names.length === 1) return null;
  return (
    <Combobox
      label="Contrast with"
      hint={<Term name="contrast">why this, not that</Term>}
      entries={entries}
      selected={entries.find(({ rival }) => rival === versus) ?? nobody}
      fallback=""
      isDisabled={names.length === 0}
      nameOf={nameOf}
      groupOf={null}
      detailOf={detailOf}
      detailPlace="below"
      isUnavailable={null}
      onChoose={({ rival }) => chooseVersus(rival)}
    />
  );
}
