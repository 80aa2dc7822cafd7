import { type RefObject, useEffect, useState } from 'react';
import type { ListedImage } from '../../state/images/image-state.ts';
import { useApp, useAppStore } from '../store-context.tsx';

type Edge = 'before' | 'after';

/** The strip runs down, or across on narrow screens. */
function isAcross(element: Element): boolean {
  return element.parentElement !== null && getComputedStyle(element.parentElement).gridAutoFlow.startsWith('column');
}

/** Lets a thumbnail be dragged to another place. @returns where the one that is held over this one would go; null: none is */
export function useReorder(ref: RefObject<HTMLElement | null>, { id, sample }: ListedImage): Edge | null {
  const [edge, setEdge] = useState<Edge | null>(null);
  const moveImage = useApp((state) => state.moveImage);
  const store = useAppStore();
  const isSample = sample !== null;
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    /** A thumbnail takes the place of the one that it is dropped on, and that one moves towards where it came from. */
    const edgeFor = (dragged: unknown): Edge => {
      const ids = store.getState().images.items.map((item) => item.id);
      return ids.indexOf(String(dragged)) < ids.indexOf(id) ? 'after' : 'before';
    };
    let stops: readonly (() => void)[] = [];
    let isGone = false;
    // Its library is loaded once the page stands.
    void import('@atlaskit/pragmatic-drag-and-drop/element/adapter').then(({ draggable, dropTargetForElements }) => {
      if (isGone) return;
      stops = [
        draggable({
          element,
          getInitialData: () => ({ imageId: id, isSample }),
          onDragStart: () => element.setAttribute('data-dragged', isAcross(element) ? 'across' : 'down'),
          onDrop: () => element.removeAttribute('data-dragged'),
        }),
        dropTargetForElements({
          element,
          canDrop: ({ source }) => source.data.imageId !== undefined && source.data.imageId !== id && source.data.isSample === isSample,
          onDragEnter: ({ source }) => setEdge(edgeFor(source.data.imageId)),
          onDragLeave: () => setEdge(null),
          onDrop({ source }) {
            setEdge(null);
            moveImage(String(source.data.imageId), id);
          },
        }),
      ];
    });
    return () => {
      isGone = true;
      for (const stop of stops) stop();
    };
  }, [ref, id, isSample, moveImage, store]);
  return edge;
}
