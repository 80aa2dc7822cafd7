import { useId, useRef, useState } from 'react';
import { formatBytes } from '../../core/reports/format.ts';
import type { CatalogueEntry } from '../../state/models/model-state.ts';
import { useApp } from '../store-context.tsx';

function whereItIs({ isBuiltIn, keptBytes, hubName }: CatalogueEntry): string {
  if (isBuiltIn) return 'Built in.';
  const from = hubName === null ? '' : ` From the hub: ${hubName}.`;
  return (keptBytes === null ? 'Until the page is closed.' : `${formatBytes(keptBytes)}, kept in this browser.`) + from;
}

function NameForm({ id, title, onEnd }: { id: string; title: string; onEnd: () => void }) {
  const renameModel = useApp((state) => state.renameModel);
  const [text, setText] = useState(title);
  const field = useId();
  return (
    <form
      className="url-form"
      onSubmit={(event) => {
        event.preventDefault();
        void renameModel(id, text);
        onEnd();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // It closes this form, and not the dialog around it.
        event.preventDefault();
        event.stopPropagation();
        onEnd();
      }}
    >
      <label className="field" htmlFor={field}>
        <span className="field-label">Name</span>
        <input
          id={field}
          className="text-input"
          value={text}
          required
          ref={(input) => input?.focus()}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <button type="submit">Rename</button>
    </form>
  );
}

/** A model at hand: to be used, and, where a person gave it, renamed and removed. */
export function ModelRow({ entry, onUse }: { entry: CatalogueEntry; onUse: () => void }) {
  const { id, title, description, isBuiltIn } = entry;
  const isShown = useApp(({ model }) => model.card?.id === id);
  const chooseModel = useApp((state) => state.chooseModel);
  const removeModel = useApp((state) => state.removeModel);
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRef<HTMLButtonElement>(null);
  return (
    <li className="model-row">
      <span className="model-row-title">{title}</span>
      <span className="field-hint field-hint-tall">
        {description && `${description} `}
        {whereItIs(entry)}
      </span>
      <span className="button-row">
        <button
          type="button"
          className="small-button"
          disabled={isShown}
          aria-label={isShown ? `In use: ${title}` : `Use ${title}`}
          onClick={() => {
            onUse();
            void chooseModel(id);
          }}
        >
          {isShown ? 'In use' : 'Use'}
        </button>
        {!isBuiltIn && (
          <>
            <button
              ref={rename}
              type="button"
              className="small-button"
              aria-label={`Rename ${title}`}
              aria-expanded={isRenaming}
              onClick={() => setRenaming(!isRenaming)}
            >
              Rename
            </button>
            <button type="button" className="small-button" aria-label={`Remove ${title}`} onClick={() => void removeModel(id)}>
              Remove
            </button>
          </>
        )}
      </span>
      {isRenaming && (
        <NameForm
          id={id}
          title={title}
          onEnd={() => {
            setRenaming(false);
            rename.current?.focus();
          }}
        />
      )}
    </li>
  );
}
