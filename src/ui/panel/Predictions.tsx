import { isExclusive, type OutputReading } from '../../core/models/output-reading.ts';
import { formatOutput, formatShare } from '../../core/reports/format.ts';
import { type PairedPrediction, pairedPredictions } from '../../state/cells/paired-predictions.ts';
import { classNameOf } from '../../state/explanation/selectors.ts';
import { effectiveClass, readingOf } from '../../state/view/in-view.ts';
import { Term } from '../help/Term.tsx';
import { useApp } from '../store-context.tsx';

/** Of classes that exclude each other the best ones are enough; of others each is an answer of its own. */
const BEST = 5;
const MOST = 12;

/** What is to be known of the rows; never empty, so that nothing moves. */
function noteOn(rows: readonly PairedPrediction[], count: number, reading: OutputReading): string {
  const others = count - rows.length;
  if (rows.length === 0) return '\u00a0';
  const more = others > 0 ? ` ${others} more ${others === 1 ? 'is' : 'are'} in the list of classes.` : '';
  if (reading === 'independent') return `Each by itself: they do not rule each other out, and do not add up to 100 %.${more}`;
  if (reading === 'number') return `${count === 1 ? 'A number' : 'Numbers'}, in the unit that the network was trained with.${more}`;
  const rest = 1 - rows.reduce((sum, { before }) => sum + before, 0);
  if (others === 0) return '\u00a0';
  return `${others === 1 ? 'The other one' : `All ${others} others`}: ${formatShare(Math.max(0, rest))}`;
}

function Bar({ share, kind }: { share: number; kind: 'before' | 'without' }) {
  return (
    <span className="prediction-bar" data-kind={kind} aria-hidden="true">
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}

function Row({ classIndex, before, without, reading }: PairedPrediction & { reading: OutputReading }) {
  const name = useApp((state) => classNameOf(state, classIndex));
  const isExplained = useApp((state) => effectiveClass(state) === classIndex);
  const chooseClass = useApp((state) => state.chooseClass);
  const hasBars = reading !== 'number';
  return (
    <li>
      <button type="button" className="prediction" aria-pressed={isExplained} title={name} onClick={() => chooseClass(classIndex)}>
        <span className="prediction-name">{name}</span>
        <span className="prediction-share">
          {formatOutput(before, reading)}
          {without !== null && (
            <>
              <span className="visually-hidden">, without the ablated cells</span>
              <span aria-hidden="true"> → </span>
              {formatOutput(without, reading)}
            </>
          )}
        </span>
        {hasBars && <Bar share={before} kind="before" />}
        {hasBars && without !== null && <Bar share={without} kind="without" />}
      </button>
    </li>
  );
}

/** What the rows say while cells are ablated, with the way back. */
function AblatedCells() {
  const { removed, status } = useApp(({ cells }) => cells);
  const clearCells = useApp((state) => state.clearCells);
  const count = removed.length === 1 ? '1\u00a0cell' : `${removed.length}\u00a0cells`;
  const words = {
    idle: '',
    running: `Without ${count}: computing…`,
    done: `Before, and without ${count}.`,
    failed: `It did not work without ${count}.`,
  };
  return (
    <p className="prediction-cells">
      <span aria-live="polite">{words[status]}</span>
      {removed.length === 0 && (
        <span>
          Click a <Term name="cell">cell</Term> of any figure, or drag over several, to <Term name="ablation">ablate</Term> them.
        </span>
      )}
      {removed.length > 0 && (
        <button type="button" className="small-button" onClick={clearCells}>
          Put all back
        </button>
      )}
    </p>
  );
}

/** The best classes, or the numbers; always as many rows, so that nothing moves when they arrive. While cells are ablated, before and without them. */
export function Predictions() {
  const reading = useApp(({ model }) => readingOf(model));
  const classCount = useApp(({ model }) => model.card?.classNames.length ?? 0);
  const isOneOfMany = isExclusive(reading);
  const most = isOneOfMany ? BEST : MOST;
  // Until the model is known there is room for the usual number.
  const count = classCount > 0 ? Math.min(most, classCount) : most;
  const rows = useApp((state) => pairedPredictions(state, count));
  const empty = Array.from({ length: count - rows.length }, (_, i) => `empty-${i}`);
  return (
    <section aria-labelledby="predictions-title" className="panel-section predictions-section">
      <h2 id="predictions-title">Predictions</h2>
      <ol className="predictions">
        {rows.map((row) => (
          <Row key={row.classIndex} {...row} reading={reading} />
        ))}
        {empty.map((place) => (
          <li key={place} className="prediction-empty" aria-hidden="true" />
        ))}
      </ol>
      <AblatedCells />
      <p className={isOneOfMany ? 'field-hint' : 'field-hint field-hint-tall'}>{noteOn(rows, classCount, reading)}</p>
    </section>
  );
}
