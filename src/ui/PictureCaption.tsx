import { isNamedWrongly, selectedPicture } from '../state/selectors.ts';
import { useApp } from './store-context.tsx';

/** What the picture on screen is, under the figures. */
export function PictureCaption() {
  const picture = useApp(selectedPicture);
  const isWrong = useApp((state) => picture !== null && isNamedWrongly(picture, state));
  if (!picture) return <p className="picture-caption">No picture yet: choose, drop or paste one.</p>;
  const { name, width, height, sample } = picture;
  return (
    <p className="picture-caption">
      {name}, {width} × {height} px.
      {sample && ` ${sample.caption}`}
      {isWrong && ' The network gets it wrong: the maps show what it took for something else.'}
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
