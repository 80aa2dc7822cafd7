import { useMemo } from 'react';
import { inputFrame } from '../../core/images/geometry.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import { estimatedCells } from '../../explain/ablation-plan.ts';
import { isComplete } from '../../explain/item-sweep.ts';
import { ablationSweepIn } from '../../explain/methods/ablation-sweep.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { figureOf } from '../../state/explanation/figures.ts';
import { explainedName, legendSubjectOf, sharedLimit, shownMap } from '../../state/explanation/selectors.ts';
import { singleFigure } from '../../state/stage/stage-slice.ts';
import { layerInView, selectedImage } from '../../state/view/in-view.ts';
import { Caveat } from '../help/Caveat.tsx';
import { useApp } from '../store-context.tsx';
import { FigureActions } from './FigureActions.tsx';
import { FigureBox } from './FigureBox.tsx';
import { FigureOverlay } from './FigureOverlay.tsx';
import { FigureStatus } from './FigureStatus.tsx';
import { FigureTitle } from './FigureTitle.tsx';
import { caveatOf, descriptionOf, exactWords, summarise } from './figure-words.ts';
import { emptyWords, Legend } from './Legend.tsx';
import { StageCanvas } from './StageCanvas.tsx';
import { useFigureContent } from './use-figure-content.ts';

/** While there is nothing to speak about. */
const NO_SUBJECT: LegendSubject = { name: '', kind: 'class' };

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
  const setStage = useApp((state) => state.setStage);
  const isSingle = useApp((state) => singleFigure(state) === method);
  const className = useApp((state) => {
    const current = shownMap(state, method);
    return current ? explainedName(state, current) : '';
  });

  const subject = useApp((state) => {
    const current = shownMap(state, method);
    return current ? legendSubjectOf(state, current) : NO_SUBJECT;
  });

  const map = shown?.map ?? null;
  const content = useFigureContent(map, limit);
  const sweep = figure.isCurrent ? ablationSweepIn(figure.result) : null;
  const isEstimate = useMemo(() => (sweep && !isComplete(sweep) ? estimatedCells(sweep) : null), [sweep]);
  const scale = useMemo(() => map && displayScale(map, display, limit), [map, display, limit]);
  // Before the model is there, its samples' maps say what cells there are.
  const grid = layer ?? map;
  const isDone = figure.status === 'done';
  const summary = shown ? summarise(shown) : '';
  const isBusy = figure.status === 'waiting' || figure.status === 'running';
  const hasOwnLegend = limit === null;
  const caveat = caveatOf(shown, figure) || (!hasOwnLegend && scale?.isEmpty ? emptyWords(display) : '');
  const unit = shown ? unitOf(info, shown.score) : '';
  return (
    <figure
      className="figure"
      aria-label={info.title}
      aria-busy={isBusy}
      data-single={isSingle || undefined}
      onFocus={() => setStage({ single: method })}
    >
      <figcaption className="figure-head">
        <FigureTitle title={info.title} />
        <FigureActions method={method} isDone={isDone} summary={isDone ? summary : ''} />
      </figcaption>
      <FigureBox
        isFormer={!figure.isCurrent && map !== null}
        overlay={
          <>
            {image && card && grid && (
              <FigureOverlay
                title={info.title}
                grid={grid}
                maps={map ? [{ map, unit }] : []}
                image={image}
                imageId={image.id}
                frame={inputFrame(image, card.input, card.preprocessing.fit)}
              />
            )}
            {caveat && (
              <p className="figure-caveat" data-former={!figure.isCurrent || undefined}>
                <Caveat>{caveat}</Caveat>
              </p>
            )}
          </>
        }
      >
        {(box, place) =>
          image &&
          content && (
            <StageCanvas
              image={image}
              content={content}
              isEstimate={isEstimate}
              description={descriptionOf(info, shown, className, image.name, exactWords(figure))}
              box={box}
              place={place}
            />
          )
        }
      </FigureBox>
      <FigureStatus method={method} figure={figure} summary={summary} />
      {hasOwnLegend && <Legend scale={scale} display={display} unit={unit} subject={subject} sharedBy={null} />}
    </figure>
  );
}
