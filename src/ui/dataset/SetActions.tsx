import { useRef, useState } from 'react';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { ExpectedTime } from '../drawer/ExpectedTime.tsx';
import { useApp } from '../store-context.tsx';
import { focusTab, takeFocus } from './focus.ts';

/** Deletes the set with all that was measured, once that has been confirmed. */
function DeleteSet({ count }: { count: number }) {
  const clearSet = useApp((state) => state.clearSet);
  const [isAsked, setAsked] = useState(false);
  /** Whether the button comes back for whoever kept the set. */
  const isKept = useRef(false);
  if (!isAsked) {
    return (
      <button
        type="button"
        className="small-button"
        ref={(button) => {
          if (isKept.current) button?.focus();
          isKept.current = false;
        }}
        onClick={() => setAsked(true)}
      >
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
        onClick={({ currentTarget }) => {
          focusTab(currentTarget);
          setAsked(false);
          void clearSet();
        }}
      >
        Yes, delete
      </button>
      <button
        type="button"
        className="small-button"
        ref={takeFocus}
        onClick={() => {
          isKept.current = true;
          setAsked(false);
        }}
      >
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
  const isRunning = status === 'running';
  const remaining =
    remainingMs === null ? <ExpectedTime activity="dataset" /> : <span className="run-remaining">{formatRemaining(remainingMs)}</span>;
  return (
    <span className="run-state">
      {isRunning && <progress aria-label="Measuring the dataset" max={kept.paths.length} value={done} />}
      {isRunning && remaining}
      {(isRunning || status === 'paused') && (
        <button key="run" type="button" className="small-button" onClick={() => (isRunning ? pauseSet() : void runSet())}>
          {isRunning ? 'Pause' : 'Resume'}
        </button>
      )}
      {status === 'paused' && <ExpectedTime activity="dataset" />}
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
