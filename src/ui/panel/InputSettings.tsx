import { type HiddenValue, patchSize } from '../../explain/input/input-settings.ts';
import { inputGrid } from '../../explain/methods/method.ts';
import { MAX_MASKS, MAX_PIXELS, MAX_SEED, MIN_MASKS } from '../../sets/setting-values.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';

const VALUES: readonly { readonly value: HiddenValue; readonly title: string }[] = [
  { value: 'mean', title: 'Mean colour' },
  { value: 'blur', title: 'Blurred' },
];

/** Whatever is changed runs the whole network many times anew: not with every digit. */
const WHOLE = { step: 1, takes: 'the-last-one' } as const;

/** What the methods do that hide parts of the image itself. */
export function InputSettings() {
  const { occlusion, rise } = useApp(({ view }) => view.ablation);
  const input = useApp(({ model }) => model.card?.input ?? null);
  const setAblation = useApp((state) => state.setAblation);
  // A patch that hides the whole image says nothing, nor does one alone.
  const most = input ? Math.max(1, Math.max(input.width, input.height) - 1) : MAX_PIXELS;
  const { patch, stride } = input ? patchSize(inputGrid({ input }), occlusion) : occlusion;
  const setOcclusion = (change: Partial<typeof occlusion>) => setAblation({ occlusion: { ...occlusion, ...change } });
  const setRise = (change: Partial<typeof rise>) => setAblation({ rise: { ...rise, ...change } });
  return (
    <section aria-labelledby="input-settings-title" className="panel-section">
      <h2 id="input-settings-title">Occlusion and RISE</h2>
      <div className="field-row">
        <NumberField
          {...WHOLE}
          min={1}
          max={most}
          label="Patch (px)"
          value={patch}
          onChange={(pixels) => setOcclusion({ patch: pixels })}
        />
        <NumberField
          {...WHOLE}
          min={1}
          max={most}
          label="Patch stride (px)"
          value={stride}
          onChange={(pixels) => setOcclusion({ stride: pixels })}
        />
      </div>
      <SelectField label="Patch becomes" options={VALUES} value={occlusion.value} onChoose={(value) => setOcclusion({ value })} />
      <div className="field-row">
        <NumberField {...WHOLE} min={MIN_MASKS} max={MAX_MASKS} label="Masks" value={rise.count} onChange={(count) => setRise({ count })} />
        <NumberField {...WHOLE} min={0} max={MAX_SEED} label="Seed" value={rise.seed} onChange={(seed) => setRise({ seed })} />
      </div>
    </section>
  );
}
