import { useMemo } from 'react';
import { displayScale } from '../../core/maps/display-scale.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { chosenSigns } from '../../state/compare/agreement.ts';
import { displayOfSpread } from '../../state/compare/derived-map.ts';
import type { Image } from '../../state/images/image-state.ts';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { Legend } from '../figure/Legend.tsx';
import { useApp } from '../store-context.tsx';

const SUBJECT: LegendSubject = { name: 'the methods', kind: 'spread' };

interface DisagreementProps {
  readonly image: Image;
  readonly map: SaliencyMap;
  /** Of the methods. */
  readonly titles: readonly string[];
  /** Over how many images it is a mean; left out, it is of the one that it lies over. */
  readonly imageCount?: number;
}

/** Where methods do not say the same, in the colours of a spread: those of a map would say for or against the class. */
export function Disagreement({ image, map, titles, imageCount }: DisagreementProps) {
  const general = useApp(({ view }) => view.display);
  const spread = displayOfSpread(general);
  // No image of a set is more in the right place below it than another.
  const display = useMemo(() => (imageCount === undefined ? spread : { ...spread, content: 'heatmap' as const }), [spread, imageCount]);
  const scale = useMemo(() => displayScale(map, display, null), [map, display]);
  const signs = chosenSigns(titles);
  return (
    <figure className="agreement-map" aria-label="Where the methods disagree">
      <MapThumbnail image={image} map={map} description="Where the methods disagree" own={display} />
      <Legend scale={scale} display={display} unit="std of shares of each map’s largest magnitude" subject={SUBJECT} sharedBy={null} />
      <figcaption className="depth-detail">
        Where they disagree
        {imageCount !== undefined && ` in the network’s input, mean over ${imageCount} ${imageCount === 1 ? 'image' : 'images'}`}: 0 where
        all methods say the same. {signs && `${signs}, whose sign is chosen, turned to agree.`}
      </figcaption>
    </figure>
  );
}
