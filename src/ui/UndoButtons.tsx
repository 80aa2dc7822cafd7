import { Icon } from './controls/Icon.tsx';
import { useApp } from './store-context.tsx';

/** Undo and redo, each saying what it is about. With nothing left to undo the button does nothing, and keeps the focus. */
export function UndoButtons() {
  const { undo: undoTitle, redo: redoTitle } = useApp((state) => state.history);
  const undo = useApp((state) => state.undo);
  const redo = useApp((state) => state.redo);
  return (
    <span className="undo-buttons">
      <button
        type="button"
        className="icon-button"
        aria-label="Undo"
        title={undoTitle ? `Undo: ${undoTitle} (Ctrl+Z)` : 'Nothing to undo'}
        aria-disabled={undoTitle === null}
        onClick={undo}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Redo"
        title={redoTitle ? `Redo: ${redoTitle} (Shift+Ctrl+Z)` : 'Nothing to redo'}
        aria-disabled={redoTitle === null}
        onClick={redo}
      >
        <Icon name="redo" />
      </button>
    </span>
  );
}
