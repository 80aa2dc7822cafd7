import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { logitsInView } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

function inWords(value: number | null | undefined): string {
  if (value === undefined) return '';
  return value === null ? 'undefined (constant map)' : value.toFixed(2).replace('-', '−');
}

/** How alike maps stay while the network is randomised from its top: those of a sound method fall apart. */
export function SanityCheck() {
  const { status, methods, stages, progress } = useApp((state) => state.sanity);
  const canCheck = useApp((state) => state.model.info !== null && logitsInView(state) !== null);
  const checkSanity = useApp((state) => state.checkSanity);
  const cancelSanity = useApp((state) => state.cancelSanity);
  const isRunning = status === 'running';
  return (
    <div className="sanity">
      <div className="section-head">
        <h3>Sanity check</h3>
        <p className="field-hint">
          {isRunning ? (
            <>
              <progress aria-label="Checking" max={progress?.total ?? 1} value={progress?.done} />{' '}
              {progress?.remainingMs == null ? '' : formatRemaining(progress.remainingMs)}
            </>
          ) : (
            'The weights are shuffled from the top, block by block: maps that stay alike do not show what the network has learnt.'
          )}
        </p>
        <span className="button-row">
          {isRunning ? (
            <button type="button" className="small-button" onClick={cancelSanity}>
              Cancel
            </button>
          ) : (
            <button type="button" className="small-button" disabled={!canCheck} onClick={() => void checkSanity()}>
              Check
            </button>
          )}
        </span>
      </div>
      {stages.length > 0 && (
        <div className="table-scroll">
          <table className="measures">
            <caption className="visually-hidden">Rank correlation with the maps of the trained network</caption>
            <thead>
              <tr>
                <th scope="col">Shuffled from the top down to</th>
                {methods.map((id) => (
                  <th key={id} scope="col">
                    {methodOf(id).title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {stages.map(({ title, correlations }) => (
                <tr key={title}>
                  <th scope="row">{title}</th>
                  {methods.map((id) => (
                    <td key={id}>{inWords(correlations[id])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
