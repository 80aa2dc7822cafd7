import { formatRemaining } from '../../core/reports/remaining-time.ts';
import type { Activity } from '../../state/models/model-state.ts';
import { ExpectedTime } from './ExpectedTime.tsx';

interface RunStateProps {
  readonly activity: Activity;
  readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  /** What the bar is called. */
  readonly label: string;
  /** What begins it. */
  readonly startTitle: string;
  readonly canStart: boolean;
  /** Why not, where it cannot begin. */
  readonly blocked: string;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

const ENDS = { idle: '', running: '', done: '', cancelled: 'Cancelled: what was finished is kept.', failed: 'It did not work.' } as const;

/** Begins what takes time, saying how long; then how far it is, and how to stop it. */
export function RunState({ activity, status, progress, label, startTitle, canStart, blocked, onStart, onCancel }: RunStateProps) {
  if (status === 'running') {
    return (
      <span className="run-state">
        <progress aria-label={label} max={progress?.total ?? 1} value={progress?.done} />
        {progress?.remainingMs == null ? (
          // It waits for its turn, or has just begun.
          <ExpectedTime activity={activity} />
        ) : (
          <span className="run-remaining">{formatRemaining(progress.remainingMs)}</span>
        )}
        <button key="act" type="button" className="small-button" onClick={onCancel}>
          Cancel
        </button>
      </span>
    );
  }
  return (
    <span className="run-state">
      {/* The same one as above, so that it keeps the focus. */}
      <button key="act" type="button" className="small-button" disabled={!canStart} onClick={onStart}>
        {startTitle}
      </button>
      {ENDS[status] && <span>{ENDS[status]}</span>}
      {canStart ? <ExpectedTime activity={activity} /> : <span className="expected-time">{blocked}</span>}
    </span>
  );
}
