import { ToggleGroup } from 'radix-ui';

interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly title: string; readonly hint?: string }[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
  readonly className?: string;
}

/** A few alternatives in one compact row, of which one is in use. */
export function Segments<Value extends string>({ label, options, value, onChoose, className = '' }: SegmentsProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      className={`segments ${className}`}
      aria-label={label}
      value={value}
      // Pressing what is in use would leave nothing in use.
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChoose(chosen.value);
      }}
    >
      {options.map(({ value: own, title, hint }) => (
        <ToggleGroup.Item key={own} value={own} className="segment" title={hint}>
          {title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
