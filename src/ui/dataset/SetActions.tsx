import { useState } from 'react';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { ExpectedTime } from '../drawer/ExpectedTime.tsx';
import { useApp } from '../store-context.tsx';

/** Deletes the set with all that was measured, once that has been confirmed. */
function DeleteSet({ count }: { count: number }) {
  const clearSet = useApp((state) => state.clearSet);
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <button type="button" className="small-button" onClick={() => setAsked(true)}>
        Delete
      </button>
    );
  }
  return (
    <span className="button-row" role="group" aria-label="Delete this dataset?">
      <span>{`Delete ${count} ${count === 1 ? 'result' : 'results'}?`}</span>
      <button
        type="button"
        className="small-button"
        onClick={() => {
          setAsked(false);
          void clearSet();
        }}
      >
        Yes, delete
      </button>
      <button type="button" className="small-button" ref={(button) => button?.focus()} onClick={() => setAsked(false)}>
        Keep
      </button>
    </span>
  );
}

/** What can be done with a set: run, pause, save, delete. */
export function SetActions() {
  const { status, waiting, kept, results, failed, remainingMs } = useApp((state) => state.set);
  const runSet = useApp((state) => state.runSet);
  const pauseSet = useApp((state) => state.pauseSet);
  const clearSet = useApp((state) => state.clearSet);
  const downloadSet = useApp((state) => state.downloadSet);
  if (waiting !== null) {
    return (
      <button type="button" className="small-button" onClick={() => void clearSet()}>
        Delete
      </button>
    );
  }
  if (!kept) return null;
  const done = results.length + failed.length;
  return (
    <span className="run-state">
      {status === 'running' && (
        <>
          <progress aria-label="Measuring the dataset" max={kept.paths.length} value={done} />
          {remainingMs === null ? (
            <ExpectedTime activity="dataset" />
          ) : (
            <span className="run-remaining">{formatRemaining(remainingMs)}</span>
          )}
          <button type="button" className="small-button" onClick={pauseSet}>
            Pause
          </button>
        </>
      )}
      {status === 'paused' && (
        <>
          <button type="button" className="small-button" onClick={() => void runSet()}>
            Resume
          </button>
          <ExpectedTime activity="dataset" />
        </>
      )}
      <button type="button" className="small-button" disabled={results.length === 0} onClick={() => downloadSet('csv')}>
        CSV
      </button>
      <button type="button" className="small-button" disabled={results.length === 0} onClick={() => downloadSet('json')}>
        JSON
      </button>
      <DeleteSet count={results.length} />
    </span>
  );
}
