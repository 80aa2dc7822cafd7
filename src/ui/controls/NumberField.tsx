import { useState } from 'react';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
  /** `any` for numbers that need not be whole. */
  readonly step: number | 'any';
  /** Whether each valid number is taken as it is typed, or only the last one, on leaving the field or by Enter. */
  readonly takes: 'every-number' | 'the-last-one';
  readonly isNarrow?: boolean;
  readonly title?: string;
  readonly onChange: (value: number) => void;
}

/** A number to type. What is none, or out of bounds, changes nothing, which is said, and gives way to what is in use when the field is left. */
export function NumberField({ label, value, min, max, step, takes, isNarrow = false, title, onChange }: NumberFieldProps) {
  // What is being typed stands in the field as it is: "1." is on its way to 1.5.
  const [draft, setDraft] = useState<string | null>(null);
  const [isRefused, setRefused] = useState(false);
  const take = ({ validity, value: text, valueAsNumber }: HTMLInputElement) => {
    const isTaken = validity.valid && text !== '';
    setRefused(!isTaken);
    if (isTaken && valueAsNumber !== value) onChange(valueAsNumber);
  };
  return (
    <label className={isNarrow ? 'field field-narrow' : 'field'} title={title}>
      <span className="field-label">{label}</span>
      <input
        type="number"
        className="text-input"
        min={min}
        max={max}
        step={step}
        disabled={value === null}
        value={draft ?? value ?? ''}
        onChange={({ target }) => {
          setDraft(target.value);
          setRefused(false);
          if (takes === 'every-number') take(target);
        }}
        onBlur={({ target }) => {
          take(target);
          setDraft(null);
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') take(currentTarget);
        }}
      />
      {isRefused && (
        <span className="field-hint" role="alert">
          {`${step === 'any' ? 'A number' : 'A whole number'} from ${min} to ${max}, please.`}
        </span>
      )}
    </label>
  );
}
