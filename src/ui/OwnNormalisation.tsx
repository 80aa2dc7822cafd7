import type { Preprocessing } from '../core/preprocessing.ts';
import { Choice } from './Choice.tsx';
import { NumberField } from './NumberField.tsx';

const ORDERS = [
  { value: 'rgb', title: 'RGB' },
  { value: 'bgr', title: 'BGR' },
] as const;

const NAMES = { rgb: ['R', 'G', 'B'], bgr: ['B', 'G', 'R'] } as const;
/** Values of pictures before anything is done to them. */
const WHOLE = 255;

function replaced(values: Preprocessing['mean'], at: number, value: number): Preprocessing['mean'] {
  const [first, second, third] = values.map((old, i) => (i === at ? value : old));
  return [first ?? 0, second ?? 0, third ?? 0];
}

interface OwnNormalisationProps {
  readonly preprocessing: Preprocessing;
  readonly onChange: (change: Partial<Preprocessing>) => void;
}

/** Mean and deviation of somebody's own, for values from 0 to 1. */
export function OwnNormalisation({ preprocessing, onChange }: OwnNormalisationProps) {
  const { channels, scale } = preprocessing;
  // Whatever the scale was: people know these numbers for values from 0 to 1.
  const unit = 1 / (scale * WHOLE);
  const shown = { mean: preprocessing.mean.map((value) => value * unit), deviation: preprocessing.deviation.map((value) => value * unit) };
  const set = (which: 'mean' | 'deviation', at: number, value: number) => {
    const [a = 0, b = 0, c = 0] = shown.mean;
    const [d = 1, e = 1, f = 1] = shown.deviation;
    const whole = { mean: [a, b, c], deviation: [d, e, f] } as const;
    onChange({ scale: 1 / WHOLE, ...whole, [which]: replaced(whole[which], at, value) });
  };
  const rounded = (value: number | undefined) => Number((value ?? 0).toPrecision(6));
  return (
    <>
      <Choice label="Channels" options={ORDERS} value={channels} onChoose={(order) => onChange({ channels: order })} />
      {(['mean', 'deviation'] as const).map((which) => (
        <div key={which} className="field-row field-row-three">
          {NAMES[channels].map((name, i) => (
            <NumberField
              key={name}
              label={`${which === 'mean' ? 'Mean' : 'Deviation'} ${name}`}
              title="For values from 0 to 1"
              value={rounded(shown[which][i])}
              min={which === 'mean' ? -1000 : 0.000001}
              max={1000}
              step="any"
              takes="the-last-one"
              onChange={(value) => set(which, i, value)}
            />
          ))}
        </div>
      ))}
    </>
  );
}
