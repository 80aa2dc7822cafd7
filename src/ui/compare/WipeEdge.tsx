import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
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

/** The edge between the two maps: it goes where the image is pressed, and along with a drag. */
export function WipeEdge({ left, right }: { left: string; right: string }) {
  const share = useApp(({ compare }) => compare.share);
  const setCompare = useApp((state) => state.setCompare);
  const [isDragged, setDragged] = useState(false);
  const surface = useRef<HTMLDivElement>(null);
  const percent = Math.round(share * 100);
  const set = (to: number) => setCompare({ share: Math.min(1, Math.max(0, to)) });
  const follow = ({ clientX }: PointerEvent) => {
    const box = surface.current?.getBoundingClientRect();
    if (box) set((clientX - box.left) / box.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.shiftKey ? null : moved(share, event.key);
    if (to === null) return;
    set(to);
    // The arrows move the edge here, and do not walk through images.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={surface}
      className="wipe-edge"
      role="slider"
      tabIndex={0}
      aria-label="Wipe"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} % ${left}, the rest ${right}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
        follow(event);
      }}
      onPointerMove={(event) => isDragged && follow(event)}
      onPointerUp={() => setDragged(false)}
      onPointerCancel={() => setDragged(false)}
    >
      <span className="wipe-line" style={{ insetInlineStart: `${share * 100}%` }} />
    </div>
  );
}
