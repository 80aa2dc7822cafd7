import { cellName, middleOf } from '../../core/maps/cells.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { formatOutput, formatValue } from '../../core/reports/format.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { shownValues, topClasses } from '../../explain/target.ts';
import { classNameOf, shownMap } from '../../state/explanation/selectors.ts';
import { logitsInView, readingOf } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

const COUNT = 5;

/** One of the best classes, or of the largest numbers. */
function Entry({ classIndex, shown }: { classIndex: number; shown: number }) {
  const reading = useApp(({ model }) => readingOf(model));
  const name = useApp((state) => classNameOf(state, classIndex));
  return (
    <li>
      <span className="best-name">{name}</span>
      <span>{formatOutput(shown, reading)}</span>
    </li>
  );
}

/** The best classes by some logits, with their probabilities; of numbers the largest. */
function Best({ title, logits }: { title: string; logits: Float32Array | null }) {
  const reading = useApp(({ model }) => readingOf(model));
  const shown = logits && shownValues(logits, reading);
  return (
    <div>
      <h3>{title}</h3>
      <ol className="best-classes">
        {(logits ? topClasses(logits, reading, COUNT) : []).map((classIndex) => (
          <Entry key={classIndex} classIndex={classIndex} shown={shown?.[classIndex] ?? Number.NaN} />
        ))}
      </ol>
    </div>
  );
}

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

/** Ablate cells: what the network says without it. And which cells speak for the class, and which against it. */
export function AskCells() {
  const cells = useApp((state) => state.cells);
  const before = useApp(logitsInView);
  const ablation = useApp((state) => shownMap(state, 'fast-ablation-cam'));
  const isNumber = useApp(({ model }) => readingOf(model) === 'number');
  const isSingle = useApp(({ view }) => view.ablation.window === 1 && view.ablation.stride === 1);
  const isShown = useApp(({ view }) => view.methods.includes('fast-ablation-cam'));
  const undoCells = useApp((state) => state.undoCells);
  const clearCells = useApp((state) => state.clearCells);
  const { removed, former, status, logits } = cells;
  if (!isShown) return null;
  const unit = ablation ? unitOf(methodOf('fast-ablation-cam'), ablation.score) : '';
  const count = removed.length === 1 ? 'one cell' : `${removed.length} cells`;
  const words = {
    idle: 'Click a cell of the FastAblationCAM figure, or drag over several, to see what the network says without them.',
    running: `Asking what the network says without ${count}…`,
    done: `Without ${count} of the layer.`,
    failed: 'It did not work.',
  };
  return (
    <section aria-labelledby="ask-title" className="ask-cells">
      <div className="section-head">
        <h2 id="ask-title">Ablate cells</h2>
        <p className="field-hint" aria-live="polite">
          {words[status]}
        </p>
        <span className="button-row">
          <button type="button" className="small-button" disabled={former.length === 0} onClick={undoCells}>
            Undo
          </button>
          <button type="button" className="small-button" disabled={removed.length === 0} onClick={clearCells}>
            Put all back
          </button>
        </span>
      </div>
      <div className="ask-columns">
        <Best title="Before" logits={before} />
        <Best title="Without" logits={logits} />
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
