import { automaticEngines, canHaveEngines, mostEngines } from '../../state/engines/engine-count.ts';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';

/** No count is zero. */
const AUTOMATIC = 0;

/** How many engines share long sweeps, measures and sets; nothing where there can be only one. */
export function EngineCount() {
  const canChoose = useApp(canHaveEngines);
  const most = useApp(mostEngines);
  const automatic = useApp(automaticEngines);
  const engines = useApp(({ view }) => view.engines);
  const setEngines = useApp((state) => state.setEngines);
  if (!canChoose) return null;
  return (
    <div className="field-row">
      <SelectField
        label="Engines"
        title="Long sweeps, measures and datasets are shared out over several engines, one on each processor core. Each holds the network once more, and a batch of its own."
        options={[
          { value: AUTOMATIC, title: `Automatic (${automatic})` },
          ...Array.from({ length: most }, (_, i) => ({ value: i + 1, title: `${i + 1}` })),
        ]}
        value={engines === null ? AUTOMATIC : Math.min(engines, most)}
        onChoose={(count) => setEngines(count === AUTOMATIC ? null : count)}
      />
    </div>
  );
}
