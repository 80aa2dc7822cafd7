import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { useApp } from '../store-context.tsx';

/** What is being exported, and how far it is: one place for all of it. */
export function ExportProgress() {
  const exporting = useApp((state) => state.exporting);
  const cancelExport = useApp((state) => state.cancelExport);
  if (!exporting) return null;
  const { what, share, remainingMs } = exporting;
  return (
    <section className="export-progress" aria-label="Export">
      <p>{what}</p>
      <progress aria-label={what} value={share || undefined} max={1} />
      <p className="export-remaining">{remainingMs === null ? '\u00a0' : formatRemaining(remainingMs)}</p>
      <button type="button" className="small-button" onClick={cancelExport}>
        Cancel
      </button>
    </section>
  );
}
