import { useState } from 'react';
import { FileButton } from '../controls/FileButton.tsx';
import { useApp } from '../store-context.tsx';

const SHOWN = 3;

/** Which names the classes, or the numbers, have, and where others come from: a file, or text. */
export function ClassNames({ names, isOfNumbers }: { names: readonly string[]; isOfNumbers: boolean }) {
  const openClassNames = useApp((state) => state.openClassNames);
  const giveClassNames = useApp((state) => state.giveClassNames);
  const [text, setText] = useState<string | null>(null);
  const some = names.slice(0, SHOWN).join(', ');
  return (
    <div className="field">
      <span className="field-label">{isOfNumbers ? 'Names of the outputs' : 'Class names'}</span>
      <p className="class-names">{names.length > SHOWN ? `${names.length}: ${some} …` : some}</p>
      <div className="button-row">
        <FileButton label="Class names file" isSingle onFiles={([file]) => file && void giveClassNames(file)} />
        <button
          type="button"
          className="small-button"
          aria-expanded={text !== null}
          onClick={() => setText(text === null ? names.join('\n') : null)}
        >
          {text === null ? 'Write or paste' : 'Leave as they are'}
        </button>
      </div>
      {text !== null && (
        <>
          <textarea
            className="text-input class-names-text"
            aria-label="Class names, one on each line"
            rows={6}
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
          <button
            type="button"
            onClick={() => {
              void openClassNames(new File([text], /^\s*[[{]/.test(text) ? 'pasted.json' : 'pasted.txt'));
              setText(null);
            }}
          >
            Use these names
          </button>
        </>
      )}
    </div>
  );
}
