import { useApp } from '../store-context.tsx';
import { focusTab, takeFocus } from './focus.ts';

interface OfferedFolderProps {
  readonly offered: string;
  /** Of the set that it would take the place of, which has so many results. */
  readonly name: string;
  readonly count: number;
}

/** Results are not replaced before that has been confirmed. */
export function OfferedFolder({ offered, name, count }: OfferedFolderProps) {
  const replaceSet = useApp((state) => state.replaceSet);
  const keepSet = useApp((state) => state.keepSet);
  return (
    <div className="button-row" role="group" aria-label="Replace this dataset?">
      <span>{`Measure ${offered} in place of ${name}? Its ${count === 1 ? 'result is' : `${count} results are`} deleted then.`}</span>
      <button
        type="button"
        className="small-button"
        onClick={({ currentTarget }) => {
          focusTab(currentTarget);
          void replaceSet();
        }}
      >
        Replace
      </button>
      <button
        type="button"
        className="small-button"
        ref={takeFocus}
        onClick={({ currentTarget }) => {
          focusTab(currentTarget);
          keepSet();
        }}
      >
        Keep
      </button>
    </div>
  );
}
