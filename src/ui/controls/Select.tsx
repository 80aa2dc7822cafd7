interface SelectOption<Value extends string | number> {
  readonly value: Value;
  readonly title: string;
  readonly isDisabled?: boolean;
}

export interface SelectProps<Value extends string | number> {
  /** For screen readers, where no label stands beside it. */
  readonly name?: string;
  readonly className?: string;
  readonly options: readonly SelectOption<Value>[];
  readonly value: Value;
  readonly isDisabled?: boolean;
  readonly onChoose: (value: Value) => void;
}

/** One of several options, by the browser's own list. */
export function Select<Value extends string | number>(props: SelectProps<Value>) {
  const { name, className = '', options, value, isDisabled = false, onChoose } = props;
  return (
    <select
      className={`text-input ${className}`.trim()}
      aria-label={name}
      value={value}
      disabled={isDisabled}
      onChange={({ target }) => {
        const chosen = options.find((option) => `${option.value}` === target.value);
        if (chosen) onChoose(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.isDisabled}>
          {option.title}
        </option>
      ))}
    </select>
  );
}
