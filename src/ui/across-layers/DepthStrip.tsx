import { useMemo } from 'react';
import { formatAbout } from '../../core/reports/format.ts';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { DEPTH_METHODS, depthCostMs, isDepthInView, mapOver } from '../../state/across-layers/depth-selectors.ts';
import type { DepthColumn } from '../../state/across-layers/depth-state.ts';
import { scoreNameOf } from '../../state/explanation/selectors.ts';
import type { Image } from '../../state/images/image-state.ts';
import { logitsInView, selectedImage } from '../../state/view/in-view.ts';
import { FigureCanvas } from '../figure/FigureCanvas.tsx';
import { useApp } from '../store-context.tsx';

/** More than a thumbnail shows on any screen. */
const THUMBNAIL_SIDE = 320;

function Thumbnail({ image, column, method }: { image: Image; column: DepthColumn; method: MethodId }) {
  const map = useApp((state) => mapOver(state, column, method));
  const card = useApp(({ model }) => model.card);
  const display = useApp(({ view }) => view.display);
  const content = useMemo(
    () =>
      card && {
        image: { width: image.width, height: image.height },
        map,
        limit: null,
        input: card.input,
        fit: card.preprocessing.fit,
        display,
      },
    [image, card, map, display],
  );
  return (
    <div className="depth-thumbnail" style={{ '--ratio': image.width / image.height }}>
      {content && map && (
        <FigureCanvas
          image={image}
          content={content}
          description={`${methodOf(method).title} at ${column.layer.name}`}
          maxSide={THUMBNAIL_SIDE}
        />
      )}
    </div>
  );
}

function Column({ column, image }: { column: DepthColumn; image: Image }) {
  const chooseLayer = useApp((state) => state.chooseLayer);
  const { layer, ablation } = column;
  const windows = ablation.window > 1 ? ` in windows of ${ablation.window}` : '';
  return (
    <li>
      <button type="button" className="depth-column" onClick={() => chooseLayer(layer.name)} aria-label={`Show the layer ${layer.name}`}>
        {DEPTH_METHODS.map((method) => (
          <Thumbnail key={method} image={image} column={column} method={method} />
        ))}
        <span className="depth-name">{layer.block}</span>
        <span className="depth-detail">{`${layer.rows} × ${layer.columns} cells${windows}`}</span>
      </button>
    </li>
  );
}

/** Grad-CAM and FastAblationCAM at the end of every block, side by side, at one click. */
export function DepthStrip() {
  const depth = useApp((state) => state.depth);
  const isInView = useApp(isDepthInView);
  const image = useApp(selectedImage);
  const costMs = useApp(depthCostMs);
  const className = useApp((state) => (state.depth.score ? scoreNameOf(state, state.depth.score) : ''));
  const isReady = useApp((state) => state.model.info !== null && logitsInView(state) !== null);
  const compareOverDepth = useApp((state) => state.compareOverDepth);
  const cancelDepth = useApp((state) => state.cancelDepth);
  const isRunning = isInView && depth.status === 'running';
  return (
    <section aria-labelledby="depth-title" className="depth">
      <div className="depth-head">
        <h2 id="depth-title">Across layers{isInView && className ? `: ${className}` : ''}</h2>
        {isRunning ? (
          <>
            <progress
              aria-label="Comparing across layers"
              max={depth.columns.length}
              value={depth.columns.filter(({ results }) => DEPTH_METHODS.every((id) => results[id])).length}
            />
            <span className="depth-remaining">{depth.remainingMs === null ? '' : formatRemaining(depth.remainingMs)}</span>
            <button type="button" className="small-button" onClick={cancelDepth}>
              Cancel
            </button>
          </>
        ) : (
          <>
            {!(isInView && depth.status === 'done') && (
              <button type="button" disabled={!isReady} onClick={() => void compareOverDepth()}>
                Compare across layers
              </button>
            )}
            <span className="depth-remaining">
              {isInView && depth.status === 'cancelled' && 'Cancelled: what was finished is kept. '}
              {!(isInView && depth.status === 'done') && costMs !== null && `The end of every block, ${formatAbout(costMs)}`}
            </span>
          </>
        )}
      </div>
      {isInView && image && (
        <div className="depth-table">
          <div className="depth-rows" aria-hidden="true" style={{ '--ratio': image.width / image.height }}>
            {DEPTH_METHODS.map((id) => (
              <span key={id}>{methodOf(id).title}</span>
            ))}
          </div>
          <ol className="depth-columns">
            {depth.columns.map((column) => (
              <Column key={column.layer.name} column={column} image={image} />
            ))}
          </ol>
          <p className="depth-detail">Each map is coloured from its own largest value: colours tell where, not how much.</p>
        </div>
      )}
    </section>
  );
}
