import { Select, type SelectProps } from './Select.tsx';

interface SelectFieldProps<Value extends string | number> extends Omit<SelectProps<Value>, 'name' | 'className'> {
  readonly label: string;
  /** What the choice is about, shown on pointing at it. */
  readonly title?: string;
  readonly className?: string;
}

/** A list to choose from, below its label. */
export function SelectField<Value extends string | number>(props: SelectFieldProps<Value>) {
  const { label, title, className = 'field', ...select } = props;
  return (
    <label className={className} title={title}>
      <span className="field-label">{label}</span>
      <Select {...select} />
    </label>
  );
}
