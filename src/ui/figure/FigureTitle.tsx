import { Fragment } from 'react';

/** A method's name: in a narrow figure it breaks where a part of it begins, and never within a word. */
export function FigureTitle({ title }: { title: string }) {
  const parts = title.split(/(?<=[a-z])(?=[A-Z])|(?=CAM)/);
  return (
    <h2>
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </h2>
  );
}
