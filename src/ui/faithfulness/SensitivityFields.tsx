import {
  DEFAULT_SENSITIVITY,
  MAX_RADIUS_PERCENT,
  MAX_SAMPLES,
  SENSITIVITY_CHOICES,
  type SensitivitySettings,
} from '../../metrics/max-sensitivity.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';

const TITLES: Readonly<Record<SensitivitySettings['of'], string>> = {
  affordable: 'Of quick maps',
  all: 'Of all maps',
  none: 'Left out',
};

/** Of which maps max-sensitivity is measured, and how. */
export function SensitivityFields() {
  const { of, samples, radiusPercent } = useApp(({ faithfulness }) => faithfulness.settings.sensitivity ?? DEFAULT_SENSITIVITY);
  const setMeasure = useApp((state) => state.setMeasure);
  const change = (part: Partial<SensitivitySettings>) => setMeasure({ sensitivity: { of, samples, radiusPercent, ...part } });
  return (
    <>
      <SelectField
        label="Max-sensitivity"
        title="Every map is made again for each change of the image: quick are those that take no more than ten forward passes."
        options={SENSITIVITY_CHOICES.map((choice) => ({ value: choice, title: TITLES[choice] }))}
        value={of}
        onChoose={(choice) => change({ of: choice })}
      />
      {of !== 'none' && (
        <>
          <NumberField
            label="Changes"
            title="How many changed images are explained: the more, the nearer to the largest change that there is."
            value={samples}
            min={1}
            max={MAX_SAMPLES}
            step={1}
            takes="the-last-one"
            isNarrow
            onChange={(count) => change({ samples: count })}
          />
          <NumberField
            label="Radius (%)"
            title="The furthest that a value of the network’s input moves, in percent of the range of its values."
            value={radiusPercent}
            min={0.1}
            max={MAX_RADIUS_PERCENT}
            step="any"
            takes="the-last-one"
            isNarrow
            onChange={(radius) => change({ radiusPercent: radius })}
          />
        </>
      )}
    </>
  );
}
