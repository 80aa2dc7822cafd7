import { useMemo } from 'react';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { formatOutput } from '../../core/reports/format.ts';
import { shownValues } from '../../explain/target.ts';
import { effectiveClass, logitsInView, readingOf } from '../../state/view/in-view.ts';
import { Combobox } from '../controls/Combobox.tsx';
import { Term } from '../help/Term.tsx';
import { useApp } from '../store-context.tsx';

interface ClassEntry {
  readonly index: number;
  readonly name: string;
  /** Its probability, or the value of a number, in words; empty until it is known. */
  readonly detail: string;
}

const NONE: readonly string[] = [];

const nameOf = ({ name }: ClassEntry) => name;
const detailOf = ({ detail }: ClassEntry) => detail;

/** What is explained where nobody chose. */
const FIRST: Readonly<Record<OutputReading, string>> = {
  softmax: 'the image’s best',
  binary: 'the image’s best',
  independent: 'it rules no other out',
  number: 'the largest number',
};

export function ClassPicker() {
  const names = useApp(({ model }) => model.card?.classNames ?? NONE);
  const reading = useApp(({ model }) => readingOf(model));
  const logits = useApp(logitsInView);
  const current = useApp(effectiveClass);
  const isAutomatic = useApp(({ view }) => view.classIndex === null);
  const chooseClass = useApp((state) => state.chooseClass);

  const entries = useMemo(() => {
    const shown = logits && shownValues(logits, reading);
    const shownOf = (index: number) => shown?.[index] ?? 0;
    const all = names.map((name, index): ClassEntry => ({ index, name, detail: shown ? formatOutput(shownOf(index), reading) : '' }));
    return all.sort((a, b) => shownOf(b.index) - shownOf(a.index));
  }, [names, logits, reading]);
  const selected = entries.find(({ index }) => index === current) ?? null;
  const hint = isAutomatic ? (
    <Term name="class">{names.length === 1 ? 'the network’s only number' : FIRST[reading]}</Term>
  ) : (
    <button type="button" className="link-button" onClick={() => chooseClass(null)}>
      {reading === 'softmax' || reading === 'binary' ? 'Back to the best' : 'Back to the largest'}
    </button>
  );
  return (
    <Combobox
      label="Class"
      hint={hint}
      entries={entries}
      selected={selected}
      fallback=""
      isDisabled={entries.length === 0}
      nameOf={nameOf}
      groupOf={null}
      detailOf={detailOf}
      detailPlace="beside"
      isUnavailable={null}
      onChoose={({ index }) => chooseClass(index)}
    />
  );
}
