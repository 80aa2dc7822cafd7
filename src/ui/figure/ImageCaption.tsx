import type { Size } from '../../core/images/geometry.ts';
import { type Depth, isNearlyBlack } from '../../core/images/sixteen-bits.ts';
import { mistakenName } from '../../state/explanation/selectors.ts';
import type { Image } from '../../state/images/image-state.ts';
import { isImageAwaited, selectedImage } from '../../state/view/in-view.ts';
import { CutText } from '../controls/CutText.tsx';
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

/** Beyond this, what stretching does to the aspect is said. */
const TELLING_STRETCH = 1.5;

/** Says where stretching to the network's input makes another shape of the image, and letter-boxes it on a click, and back. */
function AspectNote({ width, height }: Size) {
  const card = useApp(({ model }) => model.card);
  const setPreprocessing = useApp((state) => state.setPreprocessing);
  const isReady = useApp(({ model }) => model.info !== null);
  const foundFit = useApp(({ model }) => model.info?.preprocessing.fit);
  if (!card) return null;
  const { input, preprocessing } = card;
  const change = (width / height) * (input.height / input.width);
  const factor = Math.max(change, 1 / change);
  const isBoxed = preprocessing.fit === 'letterbox' && foundFit === 'stretched';
  if (factor <= TELLING_STRETCH || (preprocessing.fit !== 'stretched' && !isBoxed)) return null;
  const shape = change > 1 ? 'narrower' : 'flatter';
  return (
    <>
      {isBoxed
        ? ` It is letter-boxed, as stretching would make it ${factor.toFixed(1)} times ${shape}. `
        : ` Stretched to the network’s ${input.width} × ${input.height}, it is ${factor.toFixed(1)} times ${shape} than it should be. `}
      <button
        type="button"
        className="small-button"
        disabled={!isReady}
        onClick={() => setPreprocessing({ fit: isBoxed ? 'stretched' : 'letterbox' })}
      >
        {isBoxed ? 'Stretch it' : 'Letter-box it'}
      </button>
    </>
  );
}

/** What the image on screen is, under the figures. */
export function ImageCaption() {
  const image = useApp(selectedImage);
  const isAwaited = useApp(isImageAwaited);
  const mistaken = useApp((state) => image && mistakenName(image, state));
  if (!image) return <p className="image-caption">{isAwaited ? '\u00a0' : 'No image yet: choose, drop or paste one.'}</p>;
  const { id, name, width, height, depth, isStretched, remark, sample } = image;
  return (
    <CutText className="image-caption" label={name}>
      <bdi>{name}</bdi>, {width} × {height} px.
      {remark && ` ${remark}`}
      <AspectNote width={width} height={height} />
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
    </CutText>
  );
}
