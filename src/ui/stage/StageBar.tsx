import { WHOLE_IMAGE } from '../../core/images/viewport.ts';
import { viewportOf } from '../../state/stage/stage-slice.ts';
import { Icon } from '../controls/Icon.tsx';
import { Segments } from '../controls/Segments.tsx';
import { useApp, useAppStore } from '../store-context.tsx';
import { ZOOM_STEP, zoomBy } from './zoom-actions.ts';

const LAYOUTS = [
  { value: 'side-by-side', title: 'Side by side' },
  { value: 'wipe', title: 'Wipe', hint: 'One map over the other, up to an edge that is dragged' },
  { value: 'difference', title: 'Difference', hint: 'What one map has more than the other' },
] as const;

const TOOLS = [
  { value: 'ablate', title: 'Ablate', hint: 'A drag over a figure ablates a window of cells' },
  { value: 'pan', title: 'Pan', hint: 'A drag moves the enlarged image; with Alt or the middle button it does so without this' },
] as const;

function Zoom() {
  const store = useAppStore();
  const zoom = useApp((state) => viewportOf(state).zoom);
  return (
    <div className="zoom" role="group" aria-label="Zoom">
      <button
        type="button"
        className="icon-button"
        aria-label="Zoom out"
        disabled={zoom === 1}
        onClick={() => zoomBy(store.getState(), 1 / ZOOM_STEP)}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        className="zoom-reset"
        aria-label={`Zoom is ${Math.round(zoom * 100)} %: back to 100 %`}
        title="Back to 100 % (0)"
        disabled={zoom === 1}
        onClick={() => store.getState().setViewport(WHOLE_IMAGE)}
      >
        {Math.round(zoom * 100)} %
      </button>
      <button type="button" className="icon-button" aria-label="Zoom in" onClick={() => zoomBy(store.getState(), ZOOM_STEP)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}

/** How the figures are laid out, what a drag on them does, and how much of the image they show. */
export function StageBar() {
  const { layout, tool, isFull, isOriginalShown } = useApp(({ stage }) => stage);
  const isEnlarged = useApp((state) => viewportOf(state).zoom > 1);
  const setStage = useApp((state) => state.setStage);
  return (
    <div className="stage-bar" data-enlarged={isEnlarged || undefined}>
      <Segments
        label="Layout"
        className="stage-layouts"
        options={LAYOUTS}
        value={layout}
        onChoose={(chosen) => setStage({ layout: chosen })}
      />
      <Segments
        label="A drag on a figure"
        className="stage-tools"
        options={TOOLS}
        value={tool}
        onChoose={(chosen) => setStage({ tool: chosen })}
      />
      <span className="stage-bar-end">
        <Zoom />
        <button
          type="button"
          className="icon-button"
          aria-label="Show the image without maps"
          aria-pressed={isOriginalShown}
          title="Show the image without maps (hold Space)"
          onClick={() => setStage({ isOriginalShown: !isOriginalShown })}
        >
          <Icon name="bare" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={isFull ? 'Leave full screen' : 'Full screen'}
          title="Full screen (F)"
          onClick={() => setStage({ isFull: !isFull })}
        >
          <Icon name="full" />
        </button>
      </span>
    </div>
  );
}
