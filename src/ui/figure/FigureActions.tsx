import type { MethodId } from '../../explain/methods/list.ts';
import { useApp } from '../store-context.tsx';

/** What can be done with a finished figure. */
export function FigureActions({ method, isDone }: { method: MethodId; isDone: boolean }) {
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const downloadOverlay = useApp((state) => state.downloadOverlay);
  const downloadHeatmap = useApp((state) => state.downloadHeatmap);
  const pinMap = useApp((state) => state.pinMap);
  return (
    <span className="figure-actions">
      <button
        type="button"
        className="icon-button"
        aria-label="Save overlay PNG"
        title="Save overlay PNG"
        disabled={!isDone || isExporting}
        onClick={() => void downloadOverlay(method)}
      >
        <span aria-hidden="true">⤓</span>
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Save data JSON"
        title="Save data JSON"
        disabled={!isDone || isExporting}
        onClick={() => void downloadHeatmap(method)}
      >
        <span aria-hidden="true">{'{}'}</span>
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Pin to compare"
        title="Pin to compare"
        disabled={!isDone}
        onClick={() => pinMap(method)}
      >
        <span aria-hidden="true">⊙</span>
      </button>
    </span>
  );
}
