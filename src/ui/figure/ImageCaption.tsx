import { type Depth, isNearlyBlack } from '../../core/images/sixteen-bits.ts';
import { mistakenName } from '../../state/explanation/selectors.ts';
import type { Image } from '../../state/images/image-state.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

/** Says where most of 16 bits lies idle, and lets the image be brightened, or not. */
function DepthNote({ id, depth, isStretched }: Pick<Image, 'id' | 'isStretched'> & { depth: Depth }) {
  const stretchImage = useApp((state) => state.stretchImage);
  if (!isNearlyBlack(depth)) return null;
  const bits = `${depth.usedBits} of its ${depth.bits} bits`;
  return (
    <>
      {isStretched ? ` Its values were stretched: it uses ${bits}. ` : ` It uses ${bits}, so that it is nearly black. `}
      <button type="button" className="small-button" onClick={() => void stretchImage(id, !isStretched)}>
        {isStretched ? 'As it is' : 'Stretch'}
      </button>
    </>
  );
}

/** What the image on screen is, under the figures. */
export function ImageCaption() {
  const image = useApp(selectedImage);
  const mistaken = useApp((state) => image && mistakenName(image, state));
  if (!image) return <p className="image-caption">No image yet: choose, drop or paste one.</p>;
  const { id, name, width, height, depth, isStretched, remark, sample } = image;
  return (
    <p className="image-caption">
      {name}, {width} × {height} px.
      {remark && ` ${remark}`}
      {depth && <DepthNote id={id} depth={depth} isStretched={isStretched} />}
      {sample && ` ${sample.caption}`}
      {mistaken && ` The network says ${mistaken}, not ${sample?.label}: the maps for ${mistaken} show where it saw one.`}
      {sample?.credit && (
        <>
          {' '}
          <a href={sample.credit.url} target="_blank" rel="noreferrer">
            {sample.credit.text}
          </a>
        </>
      )}
    </p>
  );
}
