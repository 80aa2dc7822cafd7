import { useMemo } from 'react';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { FigureContent } from '../../platform/drawing/render-figure.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

/**
 * A map over the image on screen, ready to be drawn: the same object as long as nothing changes. Null while there is no image, or no model that says how
 * it is fitted.
 *
 * @param limit how far a colour scale reaches that several maps have in common; null: as far as the map's own values
 * @param own settings in place of those of the page; null: the page's
 */
export function useFigureContent(map: SaliencyMap | null, limit: number | null, own: DisplaySettings | null = null): FigureContent | null {
  const image = useApp(selectedImage);
  const card = useApp(({ model }) => model.card);
  const general = useApp(({ view }) => view.display);
  const isOriginalShown = useApp(({ stage }) => stage.isOriginalShown);
  const drawn = isOriginalShown ? null : map;
  const display = own ?? general;
  return useMemo(() => {
    if (!image || !card) return null;
    const { width, height } = image;
    return { image: { width, height }, map: drawn, limit, input: card.input, fit: card.preprocessing.fit, display };
  }, [image, card, drawn, limit, display]);
}
