import { useMemo } from 'react';
import type { DisplaySettings } from '../../core/maps/display.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import { differenceOf } from '../../core/maps/map-comparison.ts';
import type { ComparableMap } from '../../state/compare/compare-selectors.ts';
import { FigureBox } from '../figure/FigureBox.tsx';
import { Legend } from '../figure/Legend.tsx';
import { useApp } from '../store-context.tsx';
import { CompareCanvas } from './CompareCanvas.tsx';
import { CompareOverlay } from './CompareOverlay.tsx';

const SUBJECT: LegendSubject = { name: '', kind: 'difference' };

/** What the first map has more than the second. */
export function Difference({ first, second }: { first: ComparableMap | null; second: ComparableMap | null }) {
  const display = useApp(({ view }) => view.display);
  // Below zero is as much of an answer as above, and needs colours whose middle is zero.
  const signed = useMemo(
    (): DisplaySettings => ({ ...display, sign: 'signed', contrast: 'zero-to-max', colormap: 'blue-white-red' }),
    [display],
  );
  const map = useMemo(() => first && second && differenceOf(first.map, second.map), [first, second]);
  const hasTwo = first !== null && second !== null;
  const title = hasTwo ? `${first.title} less ${second.title}` : 'Difference';
  return (
    <figure className="figure compare-figure" aria-label={`Difference: ${title}`}>
      <FigureBox
        overlay={
          <>
            <CompareOverlay title="the difference" maps={map ? [{ map, unit: 'first less second' }] : []} />
            {hasTwo && !map && (
              <p className="figure-caveat">In one of the maps nothing stands out from rounding: there is nothing to subtract.</p>
            )}
          </>
        }
      >
        {(box, place) => <CompareCanvas map={map} limit={null} display={signed} description={title} box={box} place={place} />}
      </FigureBox>
      <section className="compare-legends" aria-label="Legends">
        {hasTwo && map && (
          <div>
            <p className="compare-side">{title}</p>
            <Legend
              scale={displayScale(map, signed)}
              display={signed}
              unit="first less second, each as a share of its own reach"
              subject={SUBJECT}
              sharedBy={null}
            />
          </div>
        )}
      </section>
    </figure>
  );
}
