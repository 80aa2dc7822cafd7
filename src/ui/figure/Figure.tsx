import { useMemo } from 'react';
import { inputFrame } from '../../core/images/geometry.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { figureOf } from '../../state/explanation/figures.ts';
import { scoreNameOf, sharedLimit, shownMap } from '../../state/explanation/selectors.ts';
import { layerInView, selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';
import { FigureActions } from './FigureActions.tsx';
import { FigureCanvas } from './FigureCanvas.tsx';
import { FigureOverlay } from './FigureOverlay.tsx';
import { FigureStatus } from './FigureStatus.tsx';
import { caveatOf, descriptionOf, exactWords, summarise } from './figure-words.ts';
import { Legend } from './Legend.tsx';

/** More than any screen shows of one figure. */
const MAX_SIDE = 1600;

/** One method's map over the image, with its legend and its downloads. */
export function Figure({ method }: { method: MethodId }) {
  const info = methodOf(method);
  const figure = useApp((state) => figureOf(state, method));
  const shown = useApp((state) => shownMap(state, method));
  const image = useApp(selectedImage);
  const layer = useApp(layerInView);
  const card = useApp(({ model }) => model.card);
  const display = useApp(({ view }) => view.display);
  const limit = useApp(sharedLimit);
  const className = useApp((state) => {
    const current = shownMap(state, method);
    return current ? scoreNameOf(state, current.score) : '';
  });

  const map = shown?.map ?? null;
  const content = useMemo(
    () =>
      image &&
      card && {
        image: { width: image.width, height: image.height },
        map,
        limit,
        input: card.input,
        fit: card.preprocessing.fit,
        display,
      },
    [image, card, map, limit, display],
  );
  // Before the model is there, its samples' maps say what cells there are.
  const grid = layer ?? map;
  const isBusy = figure.status === 'waiting' || figure.status === 'running';
  const isDone = figure.status === 'done';
  const caveat = caveatOf(shown, figure);
  const ratio = image ? image.width / image.height : 1;
  return (
    <figure className="figure" aria-label={info.title} aria-busy={isBusy}>
      <figcaption className="figure-head">
        <h2>{info.title}</h2>
        <span className="figure-class">{className || '\u00a0'}</span>
        <FigureActions method={method} isDone={isDone} />
      </figcaption>
      <div className="figure-box">
        <div className="figure-view" style={{ '--ratio': ratio }} data-former={(!figure.isCurrent && map !== null) || undefined}>
          {image && content && (
            <FigureCanvas
              image={image}
              content={content}
              description={descriptionOf(info, shown, className, image.name, exactWords(figure))}
              maxSide={MAX_SIDE}
            />
          )}
          {image && card && grid && (
            <FigureOverlay
              title={info.title}
              grid={grid}
              map={map}
              unit={shown ? unitOf(info, shown.score) : ''}
              image={image}
              imageId={image.id}
              frame={inputFrame(image, card.input, card.preprocessing.fit)}
            />
          )}
          {caveat && (
            <p className="figure-caveat" data-former={!figure.isCurrent || undefined}>
              {caveat}
            </p>
          )}
        </div>
      </div>
      <FigureStatus method={method} figure={figure} summary={shown ? summarise(shown) : ''} />
      <Legend
        scale={map && displayScale(map, display, limit)}
        display={display}
        unit={shown ? unitOf(info, shown.score) : ''}
        subject={{ name: className, kind: shown?.score.reading === 'number' ? 'number' : 'class' }}
        sharedBy={limit === null ? null : 'all figures'}
      />
    </figure>
  );
}
