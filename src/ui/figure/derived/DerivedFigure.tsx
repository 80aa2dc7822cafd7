import { useMemo } from 'react';
import { displayScale } from '../../../core/maps/display-scale.ts';
import { type DerivedMap, displayFor } from '../../../state/compare/derived-map.ts';
import type { Image } from '../../../state/images/image-state.ts';
import { Icon } from '../../controls/Icon.tsx';
import { lazyPart } from '../../controls/lazy-part.tsx';
import { Menu } from '../../controls/menu/Menu.tsx';
import { MapThumbnail } from '../../drawer/MapThumbnail.tsx';
import { Caveat } from '../../help/Caveat.tsx';
import { useApp } from '../../store-context.tsx';
import { Legend } from '../Legend.tsx';

const DerivedItems = lazyPart(async () => (await import('./DerivedItems.tsx')).DerivedItems);

interface DerivedFigureProps {
  readonly image: Image;
  readonly derived: DerivedMap;
  /** What is called so where it stands: the rest of its title is said there. */
  readonly name: string;
  readonly words: string;
}

/** A map that was put together from others: a figure of its own, with its legend and its downloads. */
export function DerivedFigure({ image, derived, name, words }: DerivedFigureProps) {
  const general = useApp(({ view }) => view.display);
  const { title, map, unit, subject, caveat } = derived;
  const display = displayFor(derived, general);
  const scale = useMemo(() => displayScale(map, display, null), [map, display]);
  return (
    <figure className="derived-figure" aria-label={title}>
      <figcaption className="derived-head">
        <span>{name}</span>
        <Menu label={`Menu of ${title}`} className="icon-button" face={<Icon name="more" />}>
          {() => <DerivedItems derived={derived} />}
        </Menu>
      </figcaption>
      <MapThumbnail image={image} map={map} description={title} own={display} />
      <Legend scale={scale} display={display} unit={unit} subject={subject} sharedBy={null} />
      {caveat && (
        <p className="depth-detail">
          <Caveat>{caveat}</Caveat>
        </p>
      )}
      {words && <p className="depth-detail">{words}</p>}
    </figure>
  );
}
