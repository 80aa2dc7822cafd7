import { useMemo } from 'react';
import { inputFrame } from '../../core/images/geometry.ts';
import { layerInView, selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';
import { FigureCanvas } from './FigureCanvas.tsx';
import { FigureOverlay } from './FigureOverlay.tsx';
import { ImageCaption } from './ImageCaption.tsx';

/** More than any screen shows of one figure. */
const MAX_SIDE = 1600;

/** The image without any map. */
export function OriginalFigure() {
  const image = useApp(selectedImage);
  const layer = useApp(layerInView);
  const card = useApp(({ model }) => model.card);
  const display = useApp(({ view }) => view.display);
  const content = useMemo(
    () =>
      image &&
      card && {
        image: { width: image.width, height: image.height },
        map: null,
        limit: null,
        input: card.input,
        fit: card.preprocessing.fit,
        display,
      },
    [image, card, display],
  );
  return (
    <figure className="figure" aria-label="Image">
      <figcaption className="figure-head">
        <h2>Image</h2>
      </figcaption>
      <div className="figure-box">
        <div className="figure-view" style={{ '--ratio': image ? image.width / image.height : 1 }}>
          {image && content && <FigureCanvas image={image} content={content} description={image.name} maxSide={MAX_SIDE} />}
          {image && card && layer && (
            <FigureOverlay
              title="the image"
              grid={layer}
              map={null}
              unit=""
              image={image}
              imageId={image.id}
              frame={inputFrame(image, card.input, card.preprocessing.fit)}
            />
          )}
        </div>
      </div>
      <ImageCaption />
    </figure>
  );
}
