import { effectiveClass, predictions } from '../state/selectors.ts';
import { formatShare } from './format.ts';
import { useApp } from './store-context.tsx';

const COUNT = 5;

/** The five best classes; always five rows, so that nothing moves when they arrive. */
export function Predictions() {
  const best = useApp((state) => predictions(state, COUNT));
  const classCount = useApp(({ model }) => (model.info?.classNames ?? model.card?.classNames)?.length ?? 0);
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
        {Array.from({ length: COUNT - best.length }, (_, i) => (
          // The place of a row that has not come yet is all there is to tell it by.
          <li key={`empty-${best.length + i}`} className="prediction-empty" aria-hidden="true" />
        ))}
      </ol>
      <p className="field-hint">{best.length > 0 && others > 0 ? `All ${others} others: ${formatShare(Math.max(0, rest))}` : '\u00a0'}</p>
    </section>
  );
}
