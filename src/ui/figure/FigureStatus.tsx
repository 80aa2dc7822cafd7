import { costWords, formatAbout } from '../../core/reports/format.ts';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { isSweepResult } from '../../explain/work.ts';
import { expectedCost } from '../../state/explanation/expected-cost.ts';
import type { FigureState } from '../../state/explanation/explanation-state.ts';
import { isImageAwaited, layerInView } from '../../state/view/in-view.ts';
import { CutText } from '../controls/CutText.tsx';
import { useApp } from '../store-context.tsx';
import { exactWords } from './figure-words.ts';

interface FigureStatusProps {
  readonly method: MethodId;
  readonly figure: FigureState;
  /** What is said of a finished figure. */
  readonly summary: string;
}

const BUTTONS = { waiting: 'Cancel', cancelled: 'Resume', failed: 'Try again' } as const;

function stoppedWords(figure: FigureState, unit: string): string {
  const { status, progress } = figure;
  const exact = exactWords(figure);
  const items = progress && progress.done > 0 ? ` ${progress.done} of ${progress.total} ${unit} are done.` : '';
  const what = (status === 'cancelled' ? 'Cancelled.' : 'It did not work.') + items;
  return exact ? `${what} Partial: ${exact}, the rest estimated.` : what;
}

/** A sweep that goes on where it was stopped is as far as it is, not as far as this request. */
function doneOf(figure: FigureState): { value: number | undefined; max: number } {
  const { result, progress } = figure;
  const isPartial = exactWords(figure) !== '' && result !== null && isSweepResult(result);
  return isPartial
    ? { value: result.sweep.exactCount, max: result.sweep.isExact.length }
    : { value: progress?.done, max: progress?.total ?? 1 };
}

/** The line under a figure's title: what it took, or how far it is. The line is always there, so that nothing moves. */
export function FigureStatus({ method, figure, summary }: FigureStatusProps) {
  const { status, progress } = figure;
  const cancel = useApp((state) => state.cancel);
  const resume = useApp((state) => state.resume);
  const ablation = useApp(({ view }) => view.ablation);
  const isLoading = useApp(({ model }) => model.status === 'loading');
  const isAwaited = useApp(isImageAwaited);
  const layer = useApp(layerInView);
  const count = useApp((state) => (layer ? costWords(expectedCost(state, method, layer)) : ''));
  const unit = useApp((state) => (layer ? expectedCost(state, method, layer)?.unit : null) ?? 'items');
  const estimatedMs = useApp((state) => (layer ? (expectedCost(state, method, layer)?.durationMs ?? null) : null));
  if (status === 'done') {
    return (
      <div className="figure-status">
        <CutText label={`How ${methodOf(method).title} was computed`}>{summary}</CutText>
      </div>
    );
  }
  if (status === 'empty') return <p className="figure-status">{isAwaited ? '\u00a0' : 'Drop an image to begin.'}</p>;
  const remainingWords = () => {
    const exact = exactWords(figure);
    const remaining = progress?.remainingMs === null || progress === null ? '' : formatRemaining(progress.remainingMs);
    const estimated = estimatedMs === null ? '' : formatAbout(estimatedMs);
    // Before the first exact value of a long sweep only its estimate is on the way, and how long that takes is not what is asked.
    const isAhead = layer !== null && methodOf(method).isEstimatedFirst?.(layer, ablation) === true;
    return exact ? [exact, remaining || estimated].filter(Boolean).join(' · ') : (!isAhead && remaining) || count;
  };
  const isStopped = status === 'cancelled' || status === 'failed';
  if (isLoading && !isStopped) return <p className="figure-status">Waiting for the model.</p>;
  return (
    <div className={isStopped ? 'figure-status' : 'figure-status figure-status-busy'}>
      {isStopped ? (
        <CutText label="How far it is">{stoppedWords(figure, unit)}</CutText>
      ) : (
        <>
          <progress aria-label="Progress" {...doneOf(figure)} />
          <span className="figure-remaining">{remainingWords() || 'Computing'}</span>
        </>
      )}
      {/* One button, whichever it is: it keeps the focus. */}
      <button type="button" className="small-button" onClick={() => (isStopped ? resume : cancel)(method)}>
        {BUTTONS[isStopped ? status : 'waiting']}
      </button>
    </div>
  );
}
