import { mistakenName, selectedPicture } from '../state/selectors.ts';
import { useApp } from './store-context.tsx';

/** What the picture on screen is, under the figures. */
export function PictureCaption() {
  const picture = useApp(selectedPicture);
  const mistaken = useApp((state) => picture && mistakenName(picture, state));
  if (!picture) return <p className="picture-caption">No picture yet: choose, drop or paste one.</p>;
  const { name, width, height, sample } = picture;
  return (
    <p className="picture-caption">
      {name}, {width} × {height} px.
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
