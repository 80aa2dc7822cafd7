import { type KeyboardEvent, useRef, useState } from 'react';
import { useApp } from '../store-context.tsx';

const STEP = 0.02;
const LARGE_STEP = 0.1;

function moved(share: number, key: string): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return share - STEP;
    case 'ArrowRight':
    case 'ArrowUp':
      return share + STEP;
    case 'PageDown':
      return share - LARGE_STEP;
    case 'PageUp':
      return share + LARGE_STEP;
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return null;
  }
}

/** The edge between the two maps, which is dragged by itself: beside it a press ablates cells, as on every figure. */
export function WipeEdge({ left, right }: { left: string; right: string }) {
  const share = useApp(({ compare }) => compare.share);
  const setCompare = useApp((state) => state.setCompare);
  /** Where the edge was taken hold of, in pixels from its middle; null while it is not. */
  const [grip, setGrip] = useState<number | null>(null);
  const track = useRef<HTMLDivElement>(null);
  const percent = Math.round(share * 100);
  const set = (to: number) => setCompare({ share: Math.min(1, Math.max(0, to)) });
  const shareAt = (x: number) => {
    const box = track.current?.getBoundingClientRect();
    return box ? (x - box.left) / box.width : share;
  };
  const widthOf = () => track.current?.clientWidth ?? 0;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.shiftKey ? null : moved(share, event.key);
    if (to === null) return;
    set(to);
    // The arrows move the edge here, and do not walk through images.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={track} className="wipe-track">
      <div
        className="wipe-edge"
        style={{ insetInlineStart: `${share * 100}%` }}
        role="slider"
        tabIndex={0}
        aria-label="Wipe"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${percent} % ${left}, the rest ${right}`}
        // It is dragged whatever a drag elsewhere on the image does.
        data-handle=""
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setGrip((shareAt(event.clientX) - share) * widthOf());
        }}
        onPointerMove={(event) => grip !== null && set(shareAt(event.clientX - grip))}
        onPointerUp={() => setGrip(null)}
        onPointerCancel={() => setGrip(null)}
      />
    </div>
  );
}
