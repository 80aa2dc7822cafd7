import { type Depth, isNearlyBlack } from '../../core/images/sixteen-bits.ts';
import { mistakenName } from '../../state/explanation/selectors.ts';
import type { Picture } from '../../state/images/picture-state.ts';
import { selectedPicture } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

/** Says where most of 16 bits lies idle, and lets the picture be brightened, or not. */
function DepthNote({ id, depth, isStretched }: Pick<Picture, 'id' | 'isStretched'> & { depth: Depth }) {
  const stretchPicture = useApp((state) => state.stretchPicture);
  if (!isNearlyBlack(depth)) return null;
  const bits = `${depth.usedBits} of its ${depth.bits} bits`;
  return (
    <>
      {isStretched ? ` Its values were stretched: it uses ${bits}. ` : ` It uses ${bits}, so that it is nearly black. `}
      <button type="button" className="small-button" onClick={() => void stretchPicture(id, !isStretched)}>
        {isStretched ? 'As it is' : 'Stretch'}
      </button>
    </>
  );
}

/** What the picture on screen is, under the figures. */
export function PictureCaption() {
  const picture = useApp(selectedPicture);
  const mistaken = useApp((state) => picture && mistakenName(picture, state));
  if (!picture) return <p className="picture-caption">No picture yet: choose, drop or paste one.</p>;
  const { id, name, width, height, depth, isStretched, remark, sample } = picture;
  return (
    <p className="picture-caption">
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
