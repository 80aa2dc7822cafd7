import { formatBytes } from '../../core/reports/format.ts';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { useApp } from '../store-context.tsx';
import { NETWORK_INPUT } from './NetworkInput.tsx';

/** How far the model is. Its place is kept when there is nothing to say. */
export function ModelProgress() {
  const status = useApp(({ model }) => model.status);
  const progress = useApp(({ model }) => model.progress);
  const isToBeChecked = useApp(({ model }) => (model.card?.toCheck ?? '') !== '');
  const cardId = useApp(({ model }) => model.card?.id ?? null);
  const isStarted = useApp(({ device }) => device.status === 'ready');
  const chooseModel = useApp((state) => state.chooseModel);
  const cancelLoading = useApp((state) => state.cancelLoading);
  if (status === 'failed') {
    return (
      <div className="model-progress">
        <span>No model is loaded.</span>
        {cardId !== null && isStarted && (
          <button type="button" className="small-button" onClick={() => void chooseModel(cardId)}>
            Load again
          </button>
        )}
      </div>
    );
  }
  if (status !== 'loading') {
    return (
      <div className="model-progress">
        {isToBeChecked && (
          <a
            href={`#${NETWORK_INPUT}`}
            className="check-link"
            onClick={(event) => {
              const section = document.getElementById(NETWORK_INPUT);
              if (!(section instanceof HTMLDetailsElement)) return;
              // The address is that of the view alone. On a phone the section comes up with the focus.
              event.preventDefault();
              section.open = true;
              section.querySelector('summary')?.focus();
              section.scrollIntoView({ block: 'start' });
            }}
          >
            Its input is guessed: check it
          </a>
        )}
      </div>
    );
  }
  const { loadedBytes, totalBytes, remainingMs } = progress ?? { loadedBytes: 0, totalBytes: 0, remainingMs: null };
  let text = 'Loading';
  if (totalBytes > 0 && loadedBytes === totalBytes) text = 'Preparing';
  else if (totalBytes > 0) text = `${formatBytes(loadedBytes).replace(/ MB$/, '')} of ${formatBytes(totalBytes)}`;
  const remaining = totalBytes > 0 && loadedBytes < totalBytes && remainingMs !== null ? formatRemaining(remainingMs) : '';
  return (
    <div className="model-progress">
      <progress aria-label="Loading the model" max={totalBytes || 1} value={progress ? loadedBytes : undefined} />
      <span>
        {text}
        {remaining && <span className="model-remaining"> · {remaining}</span>}
      </span>
      <button type="button" className="small-button" onClick={cancelLoading} aria-label="Cancel loading the model">
        Cancel
      </button>
    </div>
  );
}
