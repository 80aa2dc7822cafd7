/** So much of a name's end always stays in sight: counters and endings tell files apart. */
const TAIL_LENGTH = 9;

/** A name that is cut in the middle where there is no room for all of it. */
export function CutName({ name }: { name: string }) {
  const letters = [...name];
  const cut = Math.max(0, letters.length - TAIL_LENGTH);
  return (
    <span className="cut-name" title={name}>
      <span className="cut-name-head">{letters.slice(0, cut).join('')}</span>
      <span className="cut-name-tail">{letters.slice(cut).join('')}</span>
    </span>
  );
}
