import { isExclusive, type OutputReading } from '../../core/models/output-reading.ts';
import { formatOutput, formatShare } from '../../core/reports/format.ts';
import { type Prediction, predictions } from '../../state/explanation/selectors.ts';
import { effectiveClass, readingOf } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

/** Of classes that exclude each other the best ones are enough; of others each is an answer of its own. */
const BEST = 5;
const MOST = 12;

/** What is to be known of the rows; never empty, so that nothing moves. */
function noteOn(best: readonly Prediction[], count: number, reading: OutputReading): string {
  const others = count - best.length;
  if (best.length === 0) return '\u00a0';
  const more = others > 0 ? ` ${others} more are in the list of classes.` : '';
  if (reading === 'independent') return `Each by itself: they do not rule each other out, and do not add up to 100 %.${more}`;
  if (reading === 'number') return `${count === 1 ? 'A number' : 'Numbers'}, in the unit that the network was trained with.${more}`;
  const rest = 1 - best.reduce((sum, { probability }) => sum + (probability ?? 0), 0);
  return others > 0 ? `All ${others} others: ${formatShare(Math.max(0, rest))}` : '\u00a0';
}

/** The best classes, or the numbers; always as many rows, so that nothing moves when they arrive. */
export function Predictions() {
  const reading = useApp(({ model }) => readingOf(model));
  const classCount = useApp(({ model }) => model.card?.classNames.length ?? 0);
  const isOneOfMany = isExclusive(reading);
  const most = isOneOfMany ? BEST : MOST;
  // Until the model is known there is room for the usual number.
  const rows = classCount > 0 ? Math.min(most, classCount) : most;
  const best = useApp((state) => predictions(state, rows));
  const description = useApp(({ model }) => model.card?.description ?? '');
  const current = useApp(effectiveClass);
  const chooseClass = useApp((state) => state.chooseClass);
  const empty = Array.from({ length: rows - best.length }, (_, i) => `empty-${i}`);
  return (
    <section aria-labelledby="predictions-title" className="panel-section">
      <h2 id="predictions-title">Predictions</h2>
      <ol className="predictions">
        {best.map(({ classIndex, name, probability, value }) => (
          <li key={classIndex}>
            <button type="button" className="prediction" aria-pressed={classIndex === current} onClick={() => chooseClass(classIndex)}>
              <span className="prediction-name">{name}</span>
              <span className="prediction-share">{formatOutput(probability ?? value, reading)}</span>
              {probability !== null && (
                <span className="prediction-bar" aria-hidden="true">
                  <span style={{ inlineSize: `${probability * 100}%` }} />
                </span>
              )}
            </button>
          </li>
        ))}
        {empty.map((place) => (
          <li key={place} className="prediction-empty" aria-hidden="true" />
        ))}
      </ol>
      <p className={isOneOfMany ? 'field-hint' : 'field-hint field-hint-tall'}>{noteOn(best, classCount, reading)}</p>
      {description && (
        <p className="field-hint field-hint-tall">
          {description}
          {isOneOfMany && ` Whatever it is shown gets one of its ${classCount} names.`}
        </p>
      )}
    </section>
  );
}
