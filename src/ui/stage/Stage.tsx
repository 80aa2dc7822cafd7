import { Compare } from '../compare/Compare.tsx';
import { Figure } from '../figure/Figure.tsx';
import { OriginalFigure } from '../figure/OriginalFigure.tsx';
import { useApp } from '../store-context.tsx';
import { FigureSwitch } from './FigureSwitch.tsx';
import { longestWords } from './longest-words.ts';
import { SharedLegend } from './SharedLegend.tsx';
import { StageBar } from './StageBar.tsx';
import { FIGURE_GAP, PART_GAP, singleGrid, stageGrid } from './stage-grid.ts';
import { useFullScreen } from './use-full-screen.ts';
import { PHONE, useMedia } from './use-media.ts';
import { useSize } from './use-size.ts';
import { useStageKeys } from './use-stage-keys.ts';

/** The image and its maps, each in its own box. */
function SideBySide() {
  const methods = useApp(({ view }) => view.methods);
  const words = useApp(longestWords);
  const isPhone = useMedia(PHONE);
  const [watch, size] = useSize();
  const { columns, chrome, isCompact } = isPhone ? singleGrid(size, words) : stageGrid(methods.length + 1, size, words);
  const lengths = {
    '--columns': columns,
    '--figure-gap': `${FIGURE_GAP}px`,
    '--part-gap': `${PART_GAP}px`,
    '--head': `${chrome.head}px`,
    '--status': `${chrome.status}px`,
    '--legend': `${chrome.legend}px`,
  };
  return (
    <>
      {isPhone && <FigureSwitch />}
      <div
        ref={watch}
        className="stage-figures"
        style={lengths}
        data-compact={isCompact || undefined}
        data-bare={chrome.status === 0 || undefined}
      >
        <OriginalFigure />
        {methods.map((id) => (
          <Figure key={id} method={id} />
        ))}
      </div>
      {words.legendEnd === null && <SharedLegend />}
    </>
  );
}

/** The image and its maps, in boxes that do not depend on the image: nothing moves when another one is chosen. */
export function Stage() {
  const layout = useApp(({ stage }) => stage.layout);
  useStageKeys();
  useFullScreen();
  return (
    <section className="stage" aria-label="Stage">
      <StageBar />
      {layout === 'side-by-side' ? <SideBySide /> : <Compare layout={layout} />}
    </section>
  );
}
