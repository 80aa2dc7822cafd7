/** A method's name: in a narrow figure it breaks before "CAM", and nowhere else. */
export function FigureTitle({ title }: { title: string }) {
  const end = Math.max(0, title.indexOf('CAM'));
  return (
    <h2>
      {title.slice(0, end)}
      <wbr />
      {title.slice(end)}
    </h2>
  );
}
