import { automaticEngines, canHaveEngines, mostEngines } from '../../state/engines/engine-count.ts';
import { useApp } from '../store-context.tsx';

/** How many engines share long sweeps, measures and sets; nothing where there can be only one. */
export function EngineCount() {
  const canChoose = useApp(canHaveEngines);
  const most = useApp(mostEngines);
  const automatic = useApp(automaticEngines);
  const engines = useApp(({ view }) => view.engines);
  const setEngines = useApp((state) => state.setEngines);
  if (!canChoose) return null;
  const chosen = engines === null ? 'automatic' : Math.min(engines, most);
  return (
    <div className="field-row">
      <label
        className="field"
        title="Long sweeps, measures and datasets are shared out over several engines, one on each processor core. Each holds the network once more, and a batch of its own."
      >
        <span className="field-label">Engines</span>
        <select
          className="text-input"
          value={chosen}
          onChange={({ target }) => setEngines(target.value === 'automatic' ? null : Number(target.value))}
        >
          <option value="automatic">Automatic ({automatic})</option>
          {Array.from({ length: most }, (_, i) => i + 1).map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
