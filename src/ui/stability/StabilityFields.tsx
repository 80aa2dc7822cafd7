import { type Flips, MAX_NOISE_PERCENT, MAX_RUNS, MIN_RUNS } from '../../explain/stability/run-changes.ts';
import { MAX_SEED } from '../../sets/setting-values.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';

const FLIPS: readonly { readonly value: Flips; readonly title: string }[] = [
  { value: 'none', title: 'None' },
  { value: 'horizontal', title: 'Left to right' },
  { value: 'both', title: 'Both ways' },
];

const SHIFTS = [
  { value: 'none', title: 'None' },
  { value: 'small', title: 'Up to 1/16' },
] as const;

/** What is changed is asked of the network anew: not with every digit. */
const WHOLE = { step: 1, takes: 'the-last-one', isNarrow: true } as const;

/** How often, and how, the image is changed. */
export function StabilityFields() {
  const { runs, flips, isShifted, noisePercent, seed } = useApp(({ stability }) => stability.settings);
  const setStability = useApp((state) => state.setStability);
  return (
    <div className="measure-settings">
      <NumberField {...WHOLE} label="Runs" value={runs} min={MIN_RUNS} max={MAX_RUNS} onChange={(count) => setStability({ runs: count })} />
      <SelectField
        label="Flips"
        title="Where an image means the same either way: not for letters, or what must stand upright."
        options={FLIPS}
        value={flips}
        onChoose={(chosen) => setStability({ flips: chosen })}
      />
      <SelectField
        label="Shifts"
        title="By whole pixels of the network’s input, up to a sixteenth of a side; the edge is repeated behind them."
        options={SHIFTS}
        value={isShifted ? 'small' : 'none'}
        onChoose={(chosen) => setStability({ isShifted: chosen === 'small' })}
      />
      <NumberField
        {...WHOLE}
        label="Noise (%)"
        title="SmoothGrad’s, for maps by gradient: the std, in percent of the range of the input’s values. Its authors took 10 to 20."
        value={noisePercent}
        min={0}
        max={MAX_NOISE_PERCENT}
        onChange={(percent) => setStability({ noisePercent: percent })}
      />
      <NumberField {...WHOLE} label="Seed" value={seed} min={0} max={MAX_SEED} onChange={(number) => setStability({ seed: number })} />
    </div>
  );
}
