import { displayScale } from '../../core/maps/display-scale.ts';
import { type ComparableMap, comparedLimit } from '../../state/compare/compare-selectors.ts';
import { FigureBox } from '../figure/FigureBox.tsx';
import { Legend } from '../figure/Legend.tsx';
import { useApp } from '../store-context.tsx';
import { CompareCanvas } from './CompareCanvas.tsx';
import { CompareOverlay } from './CompareOverlay.tsx';
import { WipeEdge } from './WipeEdge.tsx';

function SideLegend({ side, limit }: { side: ComparableMap; limit: number | null }) {
  const display = useApp(({ view }) => view.display);
  return (
    <div role="group" aria-label={`Legend of ${side.title}`}>
      <p className="compare-side">{side.title}</p>
      <Legend
        scale={displayScale(side.map, display, limit)}
        display={display}
        unit={side.unit}
        subject={side.subject}
        sharedBy={limit === null ? null : 'both maps'}
      />
    </div>
  );
}

/** The first map left of the edge, the second one right of it. */
export function Wipe({ first, second }: { first: ComparableMap | null; second: ComparableMap | null }) {
  const share = useApp(({ compare }) => compare.share);
  const limit = useApp(comparedLimit);
  const hasTwo = first !== null && second !== null;
  return (
    <figure className="figure compare-figure" aria-label={hasTwo ? `Wipe: ${first.title}, then ${second.title}` : 'Wipe'}>
      <FigureBox
        overlay={
          <>
            <CompareOverlay title="both maps" maps={hasTwo ? [first, second] : []} />
            {hasTwo && <WipeEdge left={first.title} right={second.title} />}
          </>
        }
      >
        {(box, place) => {
          const common = { limit, display: null, box, place };
          if (!hasTwo) return <CompareCanvas map={null} description="The image, without a map" {...common} />;
          // The edge lies on what of the image is in the box.
          const start = Math.max(0, place.left);
          const end = Math.min(box.width, place.left + place.width);
          return (
            <>
              <CompareCanvas map={second.map} description={`${second.title}, right of the wipe`} {...common} />
              <div className="compare-above" style={{ '--wipe': `${start + share * (end - start)}px` }}>
                <CompareCanvas map={first.map} description={`${first.title}, left of the wipe`} {...common} />
              </div>
            </>
          );
        }}
      </FigureBox>
      <section className="compare-legends" aria-label="Legends">
        {hasTwo && (
          <>
            <SideLegend side={first} limit={limit} />
            <SideLegend side={second} limit={limit} />
          </>
        )}
      </section>
    </figure>
  );
}
