import type { DerivedMap } from '../../state/compare/derived-map.ts';
import type { Image } from '../../state/images/image-state.ts';
import { DerivedFigure } from '../figure/derived/DerivedFigure.tsx';

/** Where methods do not say the same of an image. */
export function Disagreement({ image, derived }: { image: Image; derived: DerivedMap }) {
  return <DerivedFigure image={image} derived={derived} name="Where they disagree" words="0 where all methods say the same." />;
}
