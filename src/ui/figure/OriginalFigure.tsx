import { inputFrame } from '../../core/images/geometry.ts';
import { singleFigure } from '../../state/stage/stage-slice.ts';
import { layerInView, selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';
import { FigureBox } from './FigureBox.tsx';
import { FigureOverlay, type PointedMap } from './FigureOverlay.tsx';
import { ImageCaption } from './ImageCaption.tsx';
import { StageCanvas } from './StageCanvas.tsx';
import { useFigureContent } from './use-figure-content.ts';

const NO_MAPS: readonly PointedMap[] = [];

/** The image without any map. */
export function OriginalFigure() {
  const image = useApp(selectedImage);
  const layer = useApp(layerInView);
  const card = useApp(({ model }) => model.card);
  const setStage = useApp((state) => state.setStage);
  const isSingle = useApp((state) => singleFigure(state) === 'image');
  const content = useFigureContent(null, null);
  return (
    <figure className="figure" aria-label="Image" data-single={isSingle || undefined} onFocus={() => setStage({ single: 'image' })}>
      <figcaption className="figure-head">
        <h2>Image</h2>
      </figcaption>
      <FigureBox
        overlay={
          image &&
          card &&
          layer && (
            <FigureOverlay
              title="the image"
              grid={layer}
              maps={NO_MAPS}
              image={image}
              imageId={image.id}
              frame={inputFrame(image, card.input, card.preprocessing.fit)}
            />
          )
        }
      >
        {(box, place) =>
          image &&
          content && <StageCanvas image={image} content={content} isEstimate={null} description={image.name} box={box} place={place} />
        }
      </FigureBox>
      <ImageCaption />
    </figure>
  );
}
