import { formatRemaining } from '../core/remaining-time.ts';
import type { FigureState } from '../state/app-state.ts';
import { useApp } from './store-context.tsx';

interface FigureStatusProps {
  readonly figure: FigureState;
  /** What is said of a finished figure. */
  readonly summary: string;
}

/** The line under a figure's title: what it took, or how far it is. The line is always there, so that nothing moves. */
export function FigureStatus({ figure: { status, progress }, summary }: FigureStatusProps) {
  const cancel = useApp((state) => state.cancel);
  const resume = useApp((state) => state.resume);
  const isLoading = useApp(({ model }) => model.status === 'loading');
  if (status === 'done') {
    return (
      <p className="figure-status" title={summary}>
        {summary}
      </p>
    );
  }
  if (status === 'empty') return <p className="figure-status">Drop a picture to begin.</p>;
  if (status === 'cancelled' || status === 'failed') {
    return (
      <p className="figure-status">
        <span>{status === 'cancelled' ? 'Cancelled.' : 'It did not work.'}</span>
        <button type="button" className="small-button" onClick={resume}>
          {status === 'cancelled' ? 'Resume' : 'Try again'}
        </button>
      </p>
    );
  }
  if (isLoading) return <p className="figure-status">Waiting for the model.</p>;
  const remaining = progress?.remainingMs === null || progress === null ? '' : formatRemaining(progress.remainingMs);
  return (
    <p className="figure-status figure-status-busy">
      <progress aria-label="Progress" max={progress?.total ?? 1} value={progress?.done} />
      <span className="figure-remaining">{remaining || 'Computing'}</span>
      <button type="button" className="small-button" onClick={cancel}>
        Cancel
      </button>
    </p>
  );
}
