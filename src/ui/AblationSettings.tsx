import { type AblationValue, DEFAULT_ABLATION } from '../core/ablation-plan.ts';
import { useApp } from './store-context.tsx';

interface CountFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A number of cells. What is no such number is left in the field, and changes nothing. */
function CountField({ label, value, onChange }: CountFieldProps) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        key={value}
        type="number"
        className="text-input"
        min={1}
        max={512}
        step={1}
        defaultValue={value}
        onChange={({ target }) => {
          if (target.validity.valid && target.value !== '' && target.valueAsNumber !== value) onChange(target.valueAsNumber);
        }}
      />
    </label>
  );
}

type Kind = 'factor' | 'mean' | 'blur';

const KINDS: readonly { readonly kind: Kind; readonly title: string }[] = [
  { kind: 'factor', title: 'Scaled' },
  { kind: 'mean', title: 'Channel means' },
  { kind: 'blur', title: 'Blurred' },
];

function kindOf(value: AblationValue): Kind {
  return typeof value === 'number' ? 'factor' : value;
}

/** What FastAblationCAM ablates, and what it puts in its place. */
export function AblationSettings() {
  const { window, stride, value } = useApp(({ view }) => view.ablation);
  const setAblation = useApp((state) => state.setAblation);
  return (
    <section aria-labelledby="ablation-title" className="panel-section">
      <h2 id="ablation-title">Ablation</h2>
      <div className="field-row">
        <CountField label="Window (cells)" value={window} onChange={(cells) => setAblation({ window: cells })} />
        <CountField label="Stride (cells)" value={stride} onChange={(cells) => setAblation({ stride: cells })} />
      </div>
      <div className="field-row">
        <label className="field">
          <span className="field-label">Activations become</span>
          <select
            className="text-input"
            value={kindOf(value)}
            onChange={({ target }) => {
              const { kind } = KINDS.find((known) => known.kind === target.value) ?? { kind: 'factor' };
              setAblation({ value: kind === 'factor' ? DEFAULT_ABLATION.value : kind });
            }}
          >
            {KINDS.map(({ kind, title }) => (
              <option key={kind} value={kind}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label className="field field-narrow">
          <span className="field-label">Factor</span>
          <input
            key={String(value)}
            type="number"
            className="text-input"
            min={-100}
            max={100}
            step="any"
            disabled={typeof value !== 'number'}
            defaultValue={typeof value === 'number' ? value : ''}
            onChange={({ target }) => {
              if (target.validity.valid && target.value !== '' && target.valueAsNumber !== value)
                setAblation({ value: target.valueAsNumber });
            }}
          />
        </label>
      </div>
    </section>
  );
}
