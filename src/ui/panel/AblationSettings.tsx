import { type AblationValue, DEFAULT_ABLATION } from '../../explain/ablation-plan.ts';
import type { SweepOrder } from '../../explain/estimate.ts';
import { MAX_CELLS, MAX_FACTOR } from '../../sets/setting-values.ts';
import { memoryMb } from '../../state/explanation/device-costs.ts';
import { layerInView } from '../../state/view/in-view.ts';
import { MAX_MEMORY_MB, MIN_MEMORY_MB } from '../../state/view/view-settings.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { Term } from '../help/Term.tsx';
import { useApp } from '../store-context.tsx';
import { EngineCount } from './EngineCount.tsx';

/** What a window's side and its stride may be. */
const CELLS = { min: 1, step: 1, takes: 'every-number' } as const;

type Kind = 'factor' | Exclude<AblationValue, number>;

const KINDS: readonly { readonly value: Kind; readonly title: string }[] = [
  { value: 'factor', title: 'Scaled' },
  { value: 'mean', title: 'Channel means' },
  { value: 'blur', title: 'Blurred' },
  { value: 'after-relu', title: 'Nothing after the next ReLU' },
];

const ORDERS: readonly { readonly value: SweepOrder; readonly title: string }[] = [
  { value: 'largest-first', title: 'Largest estimate' },
  { value: 'coarse-first', title: 'Coarse windows' },
];

function kindOf(value: AblationValue): Kind {
  return typeof value === 'number' ? 'factor' : value;
}

/** What FastAblationCAM ablates, and what it puts in its place. */
export function AblationSettings() {
  const { window, stride, value, channelValue } = useApp(({ view }) => view.ablation);
  const order = useApp(({ view }) => view.order);
  const layer = useApp(layerInView);
  // As long as there is no model, nobody knows what comes next.
  const hasReluNext = layer === null || layer.afterRelu !== undefined;
  // A window that covers the whole grid ablates everything at once, which leaves nothing to compare.
  const most = layer ? Math.max(1, layer.rows - 1, layer.columns - 1) : MAX_CELLS;
  const memory = useApp(memoryMb);
  const setAblation = useApp((state) => state.setAblation);
  const setOrder = useApp((state) => state.setOrder);
  const setMemory = useApp((state) => state.setMemory);
  return (
    <section aria-labelledby="ablation-title" className="panel-section">
      <h2 id="ablation-title">
        <Term name="window">Ablation</Term>
      </h2>
      <div className="field-row">
        <NumberField {...CELLS} max={most} label="Window (cells)" value={window} onChange={(cells) => setAblation({ window: cells })} />
        <NumberField {...CELLS} max={most} label="Stride (cells)" value={stride} onChange={(cells) => setAblation({ stride: cells })} />
      </div>
      <div className="field-row">
        <SelectField
          label="Replace with"
          options={KINDS.map((kind) => {
            if (kind.value !== 'after-relu') return kind;
            return { ...kind, title: hasReluNext ? kind.title : `${kind.title}: none comes`, isDisabled: !layer?.afterRelu };
          })}
          value={kindOf(value === 'after-relu' && !hasReluNext ? 0 : value)}
          onChoose={(kind) => setAblation({ value: kind === 'factor' ? DEFAULT_ABLATION.value : kind })}
        />
        <NumberField
          label="Factor"
          value={typeof value === 'number' ? value : value === 'after-relu' && !hasReluNext ? 0 : null}
          min={-MAX_FACTOR}
          max={MAX_FACTOR}
          step="any"
          takes="every-number"
          isNarrow
          onChange={(factor) => setAblation({ value: factor })}
        />
      </div>
      <div className="field-row">
        <SelectField
          label="Ablation-CAM’s channels"
          title="Before a BatchNorm zero is no neutral value: a channel of zeros may still count for or against the class. After the ReLU, nothing is left of it."
          options={[
            { value: 'after-relu', title: 'Nothing after the next ReLU' },
            { value: 'zero', title: hasReluNext ? 'Zero, as published' : 'Zero: no ReLU comes next' },
          ]}
          value={channelValue && hasReluNext ? 'after-relu' : 'zero'}
          isDisabled={!layer?.afterRelu}
          onChoose={(chosen) => setAblation({ channelValue: chosen === 'zero' ? 0 : 'after-relu' })}
        />
      </div>
      <div className="field-row">
        <SelectField
          label="First in long sweeps"
          title="Which cells of a long sweep are run first; an estimate stands in for the others until they are exact."
          options={ORDERS}
          value={order}
          onChoose={setOrder}
        />
        <NumberField
          label="Batch (MB)"
          title="The most that the ablated copies of a batch may take together, in each engine."
          value={memory}
          min={MIN_MEMORY_MB}
          max={MAX_MEMORY_MB}
          step={1}
          takes="the-last-one"
          isNarrow
          onChange={setMemory}
        />
      </div>
      <EngineCount />
    </section>
  );
}
