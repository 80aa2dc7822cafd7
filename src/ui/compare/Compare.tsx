import { useMemo } from 'react';
import type { DisplaySettings } from '../../core/maps/display.ts';
import { displayScale } from '../../core/maps/display-scale.ts';
import { differenceOf } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import type { FigureContent } from '../../platform/render-figure.ts';
import { type ComparableMap, comparedLimit, comparisonOf } from '../../state/compare/compare-selectors.ts';
import type { Image } from '../../state/images/image-state.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { Choice } from '../controls/Choice.tsx';
import { FigureCanvas } from '../figure/FigureCanvas.tsx';
import { Legend } from '../figure/Legend.tsx';
import { useApp } from '../store-context.tsx';

const LOOKS = [
  { value: 'wipe', title: 'Wipe' },
  { value: 'difference', title: 'Difference' },
] as const;

/** More than this column ever shows. */
const MAX_SIDE = 1000;

function MapChoice({
  label,
  maps,
  value,
  onChoose,
}: {
  label: string;
  maps: readonly ComparableMap[];
  value: string;
  onChoose(id: string): void;
}) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select className="text-input" value={value} onChange={({ target }) => onChoose(target.value)}>
        {maps.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ComparedProps {
  readonly image: Image;
  readonly card: ModelCard;
  readonly first: ComparableMap;
  readonly second: ComparableMap;
}

/** @param limit the value at the end of a scale that both maps have in common; null: the map's own */
function contentOf(image: Image, card: ModelCard, map: SaliencyMap, limit: number | null, display: DisplaySettings): FigureContent {
  const { width, height } = image;
  return { image: { width, height }, map, limit, input: card.input, fit: card.preprocessing.fit, display };
}

function SideLegend({ side, limit }: { side: ComparableMap; limit: number | null }) {
  const display = useApp(({ view }) => view.display);
  return (
    <div role="group" aria-label={`Legend of ${side.title}`}>
      <Legend
        scale={displayScale(side.map, display, limit)}
        display={display}
        unit={side.unit}
        subject={{ name: side.title, kind: 'class' }}
        sharedBy={limit === null ? null : 'both maps'}
      />
    </div>
  );
}

/** The first map left of the wipe, the second one right of it. */
function Wipe({ image, card, first, second }: ComparedProps) {
  const display = useApp(({ view }) => view.display);
  const share = useApp(({ compare }) => compare.share);
  const setCompare = useApp((state) => state.setCompare);
  const limit = useApp(comparedLimit);
  const below = useMemo(() => contentOf(image, card, second.map, limit, display), [image, card, second, limit, display]);
  const above = useMemo(() => contentOf(image, card, first.map, limit, display), [image, card, first, limit, display]);
  const percent = Math.round(share * 100);
  return (
    <>
      <p className="wipe-sides field-hint field-hint-tall">
        <span>{first.title}</span>
        <span>{second.title}</span>
      </p>
      <div className="compare-stage" style={{ '--ratio': image.width / image.height, '--wipe': `${percent}%` }}>
        <FigureCanvas image={image} content={below} description={`${second.title}, right of the wipe`} maxSide={MAX_SIDE} />
        <div className="compare-above">
          <FigureCanvas image={image} content={above} description={`${first.title}, left of the wipe`} maxSide={MAX_SIDE} />
        </div>
      </div>
      <label className="field">
        <span className="field-label">
          Wipe <span>{percent} %</span>
        </span>
        <input
          type="range"
          min={0}
          max={100}
          value={percent}
          onChange={({ target }) => setCompare({ share: Number(target.value) / 100 })}
        />
      </label>
      <div className="wipe-sides">
        <SideLegend side={first} limit={limit} />
        <SideLegend side={second} limit={limit} />
      </div>
    </>
  );
}

/** What the first map has more than the second. */
function Difference({ image, card, first, second }: ComparedProps) {
  const display = useApp(({ view }) => view.display);
  // Below zero is as much of an answer as above, and needs colours whose middle is zero.
  const signed = useMemo(
    (): DisplaySettings => ({ ...display, sign: 'signed', contrast: 'zero-to-max', colormap: 'blue-white-red' }),
    [display],
  );
  const map = useMemo(() => differenceOf(first.map, second.map), [first, second]);
  const content = useMemo(() => map && contentOf(image, card, map, null, signed), [image, card, map, signed]);
  if (!content) return <p className="field-hint">In one of the maps nothing stands out from rounding: there is nothing to subtract.</p>;
  return (
    <>
      <div className="compare-stage" style={{ '--ratio': image.width / image.height }}>
        <FigureCanvas image={image} content={content} description={`${first.title} less ${second.title}`} maxSide={MAX_SIDE} />
      </div>
      <Legend
        scale={map && displayScale(map, signed)}
        display={signed}
        unit="first less second, each as a share of its own reach"
        subject={{ name: first.title, kind: 'class' }}
        sharedBy={null}
      />
    </>
  );
}

function inWords(value: number | null): string {
  return value === null ? 'undefined (constant map)' : value.toFixed(2).replace('-', '−');
}

/** Any two maps of the image on screen: wiped over each other, subtracted, and how alike they are. */
export function Compare() {
  const { first, second, maps, rankCorrelation, cosine } = useApp(comparisonOf);
  const look = useApp(({ compare }) => compare.look);
  const pins = useApp(({ compare }) => compare.pins);
  const image = useApp(selectedImage);
  const card = useApp(({ model }) => model.card);
  const setCompare = useApp((state) => state.setCompare);
  const unpinMap = useApp((state) => state.unpinMap);
  if (!image || !card || !first || !second) return null;
  const compared = { image, card, first, second };
  const kept = pins.filter((pin) => maps.some(({ id }) => id === pin.id));
  return (
    <section aria-labelledby="compare-title" className="compare">
      <div className="section-head">
        <h2 id="compare-title">Compare</h2>
        <p className="field-hint">
          Rank correlation {inWords(rankCorrelation)} · cosine {inWords(cosine)}
        </p>
      </div>
      <div className="compare-columns">
        <div className="panel-section">
          <MapChoice label="First" maps={maps} value={first.id} onChoose={(id) => setCompare({ first: id })} />
          <MapChoice label="Second" maps={maps} value={second.id} onChoose={(id) => setCompare({ second: id })} />
          <Choice label="Show" options={LOOKS} value={look} onChoose={(chosen) => setCompare({ look: chosen })} />
          {kept.length > 0 && (
            <ul className="pin-list" aria-label="Maps kept to compare">
              {kept.map(({ id, title }) => (
                <li key={id}>
                  <span className="best-name">{title}</span>
                  <button type="button" className="small-button" aria-label={`Unpin ${title}`} onClick={() => unpinMap(id)}>
                    Unpin
                  </button>
                </li>
              ))}
            </ul>
          )}
          <p className="field-hint">
            Maps of other layers and classes can be compared too: choose <em>Pin to compare</em> in a figure’s menu, then go on.
          </p>
        </div>
        <div className="panel-section">{look === 'wipe' ? <Wipe {...compared} /> : <Difference {...compared} />}</div>
      </div>
    </section>
  );
}
