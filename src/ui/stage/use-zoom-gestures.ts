import { type RefObject, useEffect } from 'react';
import type { Size } from '../../core/images/geometry.ts';
import { movedBy, type Viewport, WHOLE_IMAGE, zoomedAt } from '../../core/images/viewport.ts';
import { viewportOf } from '../../state/stage/stage-slice.ts';
import { useAppStore } from '../store-context.tsx';

/** What a double click enlarges by. */
const DOUBLE_CLICK = 2.5;
/** How much a wheel enlarges by a pixel of scrolling; pinching on a touch pad gives much smaller numbers. */
const WHEEL = 0.0015;
const PINCH = 0.01;
const LINE_PIXELS = 16;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Apple's event for pinching on a touch pad. */
interface GestureEvent extends MouseEvent {
  readonly scale: number;
}

function between(a: Point, b: Point): Point & { readonly distance: number } {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.hypot(a.x - b.x, a.y - b.y) };
}

/** Where the page itself scrolls, the wheel is left to it; pinching is not. */
function doesPageScroll(): boolean {
  return document.documentElement.scrollHeight > innerHeight + 1;
}

/**
 * Zoom and pan of a figure's box, for all figures together: wheel, pinch, double click, two fingers, and dragging with the middle button, with Alt, or
 * with the tool for it. What is such a gesture never reaches the cells beneath.
 */
export function useZoomGestures(ref: RefObject<HTMLElement | null>, image: Size | null): void {
  const store = useAppStore();
  useEffect(() => {
    const box = ref.current;
    if (!box || !image) return;
    const stop = new AbortController();
    const { signal } = stop;
    const fingers = new Map<number, Point>();
    let dragged: number | null = null;
    let last: Point = { x: 0, y: 0 };
    const view = () => viewportOf(store.getState());
    const size = () => ({ width: box.clientWidth, height: box.clientHeight });
    const pointOf = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top } = box.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };
    const show = (viewport: Viewport) => store.getState().setViewport(viewport);
    const zoom = (factor: number, point: Point) => show(zoomedAt(view(), factor, point, image, size()));
    const move = (from: Point, to: Point) => show(movedBy(view(), to.x - from.x, to.y - from.y, image, size()));
    const take = (event: Event) => {
      event.preventDefault();
      event.stopPropagation();
    };
    const isOnHandle = ({ target }: Event) => target instanceof Element && target.closest('[data-handle]') !== null;
    const pans = (event: PointerEvent) =>
      event.button === 1 || (event.button === 0 && (event.altKey || (store.getState().stage.tool === 'pan' && !isOnHandle(event))));

    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && doesPageScroll()) return;
      take(event);
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1);
      zoom(Math.exp(-pixels * (event.ctrlKey ? PINCH : WHEEL)), pointOf(event));
    };
    const onPointerDown = (event: PointerEvent) => {
      const point = pointOf(event);
      if (event.pointerType === 'touch') fingers.set(event.pointerId, point);
      if (fingers.size > 2 || (fingers.size === 2 && dragged === null)) {
        // The first finger has begun something else beneath, which it no longer does.
        for (const pointerId of fingers.keys())
          event.target?.dispatchEvent(new PointerEvent('pointercancel', { pointerId, bubbles: true }));
        return take(event);
      }
      if (fingers.size < 2 && !pans(event)) return;
      dragged = event.pointerId;
      last = point;
      box.setPointerCapture(event.pointerId);
      box.dataset.panning = '';
      take(event);
    };
    const onPointerMove = (event: PointerEvent) => {
      const point = pointOf(event);
      const former = fingers.get(event.pointerId);
      if (fingers.size === 2 && former) {
        const before = between(...([...fingers.values()] as [Point, Point]));
        fingers.set(event.pointerId, point);
        const after = between(...([...fingers.values()] as [Point, Point]));
        zoom(before.distance > 0 ? after.distance / before.distance : 1, before);
        move(before, after);
        return take(event);
      }
      if (dragged !== event.pointerId) return;
      move(last, point);
      last = point;
      take(event);
    };
    const onPointerEnd = (event: PointerEvent) => {
      // What is sent to those beneath above is no end of a gesture.
      if (!event.isTrusted) return;
      const wasPinch = fingers.size >= 2 && fingers.has(event.pointerId);
      fingers.delete(event.pointerId);
      if (dragged === event.pointerId) {
        dragged = null;
        delete box.dataset.panning;
      } else if (!wasPinch) return;
      event.stopPropagation();
    };
    const onDoubleClick = (event: MouseEvent) => {
      if (view().zoom > 1) show(WHOLE_IMAGE);
      else zoom(DOUBLE_CLICK, pointOf(event));
    };
    let pinched = 1;
    const onGesture = (event: Event) => {
      take(event);
      const { scale, type } = event as GestureEvent;
      // Fingers on the screen are followed above.
      if (fingers.size === 0 && type === 'gesturechange') zoom(scale / pinched, pointOf(event as GestureEvent));
      pinched = type === 'gesturechange' ? scale : 1;
    };
    const capture = { signal, capture: true };
    box.addEventListener('wheel', onWheel, { signal, passive: false });
    box.addEventListener('pointerdown', onPointerDown, capture);
    box.addEventListener('pointermove', onPointerMove, capture);
    box.addEventListener('pointerup', onPointerEnd, capture);
    box.addEventListener('pointercancel', onPointerEnd, capture);
    box.addEventListener('dblclick', onDoubleClick, { signal });
    for (const type of ['gesturestart', 'gesturechange', 'gestureend']) box.addEventListener(type, onGesture, { signal, passive: false });
    // Two fingers neither scroll nor enlarge the page itself; one may scroll it.
    box.addEventListener('touchstart', (event) => event.touches.length > 1 && event.preventDefault(), { signal, passive: false });
    return () => stop.abort();
  }, [ref, image, store]);
}
