import { effectiveClass, predictions } from '../state/selectors.ts';
import { formatShare } from './format.ts';
import { useApp } from './store-context.tsx';

const PLACES = ['first', 'second', 'third', 'fourth', 'fifth'] as const;
const COUNT = PLACES.length;

/** The five best classes; always five rows, so that nothing moves when they arrive. */
export function Predictions() {
  const best = useApp((state) => predictions(state, COUNT));
  const classCount = useApp(({ model }) => model.card?.classNames.length ?? 0);
  const description = useApp(({ model }) => model.card?.description ?? '');
  const current = useApp(effectiveClass);
  const chooseClass = useApp((state) => state.chooseClass);
  const rest = 1 - best.reduce((sum, { probability }) => sum + probability, 0);
  const others = classCount - best.length;
  return (
    <section aria-labelledby="predictions-title" className="panel-section">
      <h2 id="predictions-title">Predictions</h2>
      <ol className="predictions">
        {best.map(({ classIndex, name, probability }) => (
          <li key={classIndex}>
            <button type="button" className="prediction" aria-pressed={classIndex === current} onClick={() => chooseClass(classIndex)}>
              <span className="prediction-name">{name}</span>
              <span className="prediction-share">{formatShare(probability)}</span>
              <span className="prediction-bar" aria-hidden="true">
                <span style={{ inlineSize: `${probability * 100}%` }} />
              </span>
            </button>
          </li>
        ))}
        {PLACES.slice(best.length).map((place) => (
          <li key={place} className="prediction-empty" aria-hidden="true" />
        ))}
      </ol>
      <p className="field-hint">{best.length > 0 && others > 0 ? `All ${others} others: ${formatShare(Math.max(0, rest))}` : '\u00a0'}</p>
      {description && (
        <p className="field-hint field-hint-tall">
          {description} Whatever it is shown gets one of its {classCount} names.
        </p>
      )}
    </section>
  );
}
