import { formatCorrelation } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import {
  agreementOver,
  columnWindow,
  depthMethods,
  depthStatus,
  isColumnDone,
  isDepthInView,
  mapOver,
} from '../../state/across-layers/depth-selectors.ts';
import type { DepthColumn } from '../../state/across-layers/depth-state.ts';
import { depthVerdict } from '../../state/drawer/verdicts.ts';
import { scoreNameOf } from '../../state/explanation/selectors.ts';
import type { Image } from '../../state/images/image-state.ts';
import { logitsInView, selectedImage } from '../../state/view/in-view.ts';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { RunState } from '../drawer/RunState.tsx';
import { useApp } from '../store-context.tsx';
import { CombinedLayers } from './CombinedLayers.tsx';
import { DepthAgreement } from './DepthAgreement.tsx';

function LayerThumbnail({ image, column, method }: { image: Image; column: DepthColumn; method: MethodId }) {
  const map = useApp((state) => mapOver(state, column, method));
  if (!map) return <span className="map-thumbnail" style={{ '--ratio': image.width / image.height }} />;
  return <MapThumbnail image={image} map={map} description={`${methodOf(method).title} at ${column.layer.name}`} />;
}

function Column({ column, image }: { column: DepthColumn; image: Image }) {
  const chooseLayer = useApp((state) => state.chooseLayer);
  const { layer } = column;
  const agreement = useApp((state) => agreementOver(state, column));
  const methods = useApp(depthMethods);
  const window = useApp((state) => columnWindow(state, column));
  const windows = window > 1 ? ` in windows of ${window}` : '';
  return (
    <li>
      <button type="button" className="depth-column" onClick={() => chooseLayer(layer.name)} aria-label={`Show the layer ${layer.name}`}>
        {methods.map((method) => (
          <LayerThumbnail key={method} image={image} column={column} method={method} />
        ))}
        <span className="depth-name">{column.title}</span>
        <span className="depth-detail">{`${layer.rows} × ${layer.columns} cells${windows}`}</span>
      </button>
      {agreement?.mean != null && (
        <span className="depth-detail">
          {agreement.titles.length > 2 ? 'mean rank correlation' : 'rank correlation'} {formatCorrelation(agreement.mean)}
        </span>
      )}
    </li>
  );
}

/** The methods on screen at the end of every block, side by side, at one click. */
export function DepthStrip() {
  const depth = useApp((state) => state.depth);
  const isInView = useApp(isDepthInView);
  const image = useApp(selectedImage);
  const className = useApp((state) => (state.depth.score ? scoreNameOf(state, state.depth.score) : ''));
  const isReady = useApp((state) => state.model.info !== null && logitsInView(state) !== null);
  const compareOverDepth = useApp((state) => state.compareOverDepth);
  const cancelDepth = useApp((state) => state.cancelDepth);
  const verdict = useApp(depthVerdict);
  const methods = useApp(depthMethods);
  const status = useApp(depthStatus);
  const finished = useApp((state) => state.depth.columns.filter((column) => isColumnDone(state, column)).length);
  const isComplete = finished === depth.columns.length;
  return (
    <section aria-labelledby="depth-title" className="depth">
      <div className="depth-head">
        <h2 id="depth-title">Across layers{isInView && className ? `: ${className}` : ''}</h2>
        <RunState
          activity="across-layers"
          status={status}
          progress={{ done: finished + (isComplete ? 0 : depth.partial), total: depth.columns.length, remainingMs: depth.remainingMs }}
          label="Comparing across layers"
          startTitle="Compare across layers"
          canStart={isReady}
          blocked="Once the network has seen the image."
          onStart={() => void compareOverDepth()}
          onCancel={cancelDepth}
        />
      </div>
      <p className={verdict ? 'verdict' : 'field-hint'}>
        {verdict || 'The maps at the end of every block: where along the network the evidence gathers.'}
      </p>
      {isInView && image && (
        <div className="depth-table">
          <div className="depth-rows" aria-hidden="true" style={{ '--ratio': image.width / image.height }}>
            {methods.map((id) => (
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
      {isInView && methods.length > 2 && <DepthAgreement />}
      {isInView && <CombinedLayers />}
    </section>
  );
}
