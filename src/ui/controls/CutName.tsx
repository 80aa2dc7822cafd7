import type { CutName as Cut } from '../../core/reports/cut-names.ts';

/** A name where there is little room: what tells it apart from those beside it stays in sight, and a tooltip has all of it. */
export function CutName({ name, head, tail }: Cut & { name: string }) {
  return (
    <span className="cut-name" title={name}>
      <span className="cut-name-head">{head}</span>
      <span className="cut-name-tail">{tail}</span>
    </span>
  );
}
