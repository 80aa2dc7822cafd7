import { cellName, middleOf } from '../../core/maps/cells.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { formatValue } from '../../core/reports/format.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { shownMap } from '../../state/explanation/selectors.ts';
import { readingOf } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

const COUNT = 5;

/** The cells whose values are largest on one side of zero. */
function strongest({ values }: SaliencyMap, sign: 1 | -1): number[] {
  const cells = [...values.keys()].filter((cell) => (values[cell] ?? 0) * sign > 0);
  return cells.sort((a, b) => ((values[b] ?? 0) - (values[a] ?? 0)) * sign).slice(0, COUNT);
}

function Evidence({ title, map, sign }: { title: string; map: SaliencyMap; sign: 1 | -1 }) {
  const pointAt = useApp((state) => state.pointAt);
  const toggleCells = useApp((state) => state.toggleCells);
  const removed = useApp(({ cells }) => cells.removed);
  const cells = strongest(map, sign);
  return (
    <div>
      <h3>{title}</h3>
      {cells.length === 0 && <p className="field-hint">None.</p>}
      <ol className="best-classes">
        {cells.map((cell) => (
          <li key={cell}>
            <button
              type="button"
              className="cell-button"
              aria-pressed={removed.includes(cell)}
              onPointerEnter={() => pointAt(middleOf(map, cell))}
              onPointerLeave={() => pointAt(null)}
              onFocus={() => pointAt(middleOf(map, cell))}
              onBlur={() => pointAt(null)}
              onClick={() => toggleCells([cell])}
            >
              <span>{cellName(map, cell)}</span>
              <span>{formatValue(map.values[cell] ?? 0)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Which cells speak most for the class, and which against it: each can be ablated from here. */
export function AblateCells() {
  const ablation = useApp((state) => shownMap(state, 'fast-ablation-cam'));
  const isNumber = useApp(({ model }) => readingOf(model) === 'number');
  const isSingle = useApp(({ view }) => view.ablation.window === 1 && view.ablation.stride === 1);
  const isShown = useApp(({ view }) => view.methods.includes('fast-ablation-cam'));
  if (!isShown) return null;
  const unit = ablation ? unitOf(methodOf('fast-ablation-cam'), ablation.score) : '';
  return (
    <section aria-labelledby="ask-title" className="ask-cells">
      <div className="section-head">
        <h2 id="ask-title">Ablate cells</h2>
        <p className="field-hint">What the network says without cells stands under Predictions.</p>
      </div>
      <div className="ask-columns">
        {ablation && isSingle && (
          <>
            <Evidence
              title={`${isNumber ? 'Cells that raise the number' : 'Cells for the class'}, by ${unit}`}
              map={ablation.map}
              sign={1}
            />
            <Evidence title={`${isNumber ? 'Cells that lower it' : 'Cells against it'}, by ${unit}`} map={ablation.map} sign={-1} />
          </>
        )}
      </div>
    </section>
  );
}
