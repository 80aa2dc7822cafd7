import { useMemo } from 'react';
import { probabilities } from '../core/scores.ts';
import { effectiveClass } from '../state/selectors.ts';
import { Combobox } from './Combobox.tsx';
import { formatShare } from './format.ts';
import { useApp } from './store-context.tsx';

interface ClassEntry {
  readonly index: number;
  readonly name: string;
  readonly probability: number | null;
}

const NONE: readonly string[] = [];

const nameOf = ({ name }: ClassEntry) => name;
const detailOf = ({ probability }: ClassEntry) => (probability === null ? '' : formatShare(probability));

export function ClassPicker() {
  const names = useApp(({ model }) => model.card?.classNames ?? NONE);
  const activation = useApp(({ model }) => model.card?.outputActivation ?? 'softmax');
  const logits = useApp(({ explanation }) => explanation.logits);
  const current = useApp(effectiveClass);
  const isAutomatic = useApp(({ view }) => view.classIndex === null);
  const chooseClass = useApp((state) => state.chooseClass);

  const entries = useMemo(() => {
    const shares = logits && probabilities(logits, activation);
    const all = names.map((name, index): ClassEntry => ({ index, name, probability: shares?.[index] ?? null }));
    return all.sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
  }, [names, logits, activation]);
  const selected = entries.find(({ index }) => index === current) ?? null;
  return (
    <div className="field">
      <Combobox
        label="Class"
        entries={entries}
        selected={selected}
        fallback=""
        isDisabled={entries.length === 0}
        nameOf={nameOf}
        groupOf={null}
        detailOf={detailOf}
        isUnavailable={null}
        onChoose={({ index }) => chooseClass(index)}
      />
      <p className="field-hint">
        {isAutomatic ? (
          'The picture’s best class.'
        ) : (
          <button type="button" className="link-button" onClick={() => chooseClass(null)}>
            Back to the best class
          </button>
        )}
      </p>
    </div>
  );
}
