import { useMemo } from 'react';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { Image } from '../../state/images/image-state.ts';
import { FigureCanvas } from '../figure/FigureCanvas.tsx';
import { useApp } from '../store-context.tsx';

/** More than a thumbnail shows on any screen. */
const SIDE = 320;

interface MapThumbnailProps {
  readonly image: Image;
  /** Null: the image alone. */
  readonly map: SaliencyMap | null;
  readonly description: string;
  /** Settings in place of those of the page; null: the page’s. */
  readonly own?: DisplaySettings | null;
}

/** A map over its image, small, coloured from its own largest value. */
export function MapThumbnail({ image, map, description, own = null }: MapThumbnailProps) {
  const card = useApp(({ model }) => model.card);
  const general = useApp(({ view }) => view.display);
  const display = own ?? general;
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
    <span className="map-thumbnail" style={{ '--ratio': image.width / image.height }}>
      {content && <FigureCanvas image={image} content={content} description={description} maxSide={SIDE} />}
    </span>
  );
}
