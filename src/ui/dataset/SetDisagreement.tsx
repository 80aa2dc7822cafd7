import { useMemo } from 'react';
import { displayScale } from '../../core/maps/display-scale.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { chosenSigns } from '../../state/compare/agreement.ts';
import { displayOfSpread } from '../../state/compare/derived-map.ts';
import { DISAGREEMENT_SUBJECT, DISAGREEMENT_UNIT } from '../../state/compare/disagreement-map.ts';
import type { Image } from '../../state/images/image-state.ts';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { Legend } from '../figure/Legend.tsx';
import { useApp } from '../store-context.tsx';

interface SetDisagreementProps {
  /** One of the shape in which it is drawn. */
  readonly image: Image;
  readonly map: SaliencyMap;
  /** Of the methods. */
  readonly titles: readonly string[];
  /** Over how many images it is a mean. */
  readonly count: number;
}

/** Where methods do not say the same of the images of a set: without an image, as none is more in the right place below it than another. */
export function SetDisagreement({ image, map, titles, count }: SetDisagreementProps) {
  const spread = displayOfSpread(useApp(({ view }) => view.display));
  const display = useMemo(() => ({ ...spread, content: 'heatmap' as const }), [spread]);
  const scale = useMemo(() => displayScale(map, display, null), [map, display]);
  const signs = chosenSigns(titles);
  return (
    <figure className="agreement-map" aria-label="Where the methods disagree">
      <MapThumbnail image={image} map={map} description="Where the methods disagree" own={display} />
      <Legend scale={scale} display={display} unit={DISAGREEMENT_UNIT} subject={DISAGREEMENT_SUBJECT} sharedBy={null} />
      <figcaption className="depth-detail">
        Where they disagree in the network’s input, mean over {count} {count === 1 ? 'image' : 'images'}: 0 where all methods say the same.{' '}
        {signs && `${signs}, whose sign is chosen, turned to agree.`}
      </figcaption>
    </figure>
  );
}
