import { useRef, useState } from 'react';
import { FileButton } from '../controls/FileButton.tsx';
import { useApp } from '../store-context.tsx';

const SHOWN = 3;

/** The names as text, which is kept until they are taken. */
function NamesEditor({ names, onClose }: { names: readonly string[]; onClose: () => void }) {
  const openClassNames = useApp((state) => state.openClassNames);
  const [text, setText] = useState(() => names.join('\n'));
  const form = useRef<HTMLDivElement>(null);
  const take = async () => {
    const file = new File([text], /^\s*[[{]/.test(text) ? 'list.json' : 'list.txt');
    if (await openClassNames(file, 'The list')) onClose();
    // What is wrong is said at the edge: the list must not be left below that.
    else form.current?.scrollIntoView({ block: 'center' });
  };
  return (
    <div ref={form} className="field">
      <textarea
        className="text-input class-names-text"
        aria-label="Class names, one on each line"
        rows={6}
        spellCheck={false}
        // Who asked to write wants to write.
        ref={(area) => area?.focus()}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="button" onClick={() => void take()}>
        Use these names
      </button>
    </div>
  );
}

/** Which names the classes, or the numbers, have, and where others come from: a file, or text. */
export function ClassNames({ names, isOfNumbers }: { names: readonly string[]; isOfNumbers: boolean }) {
  const giveClassNames = useApp((state) => state.giveClassNames);
  const [isEditing, setEditing] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const some = names.slice(0, SHOWN).join(', ');
  return (
    <div className="field">
      <span className="field-label">{isOfNumbers ? 'Names of the outputs' : 'Class names'}</span>
      <p className="class-names">{names.length > SHOWN ? `${names.length}: ${some} …` : some}</p>
      <div className="button-row">
        <FileButton label="Class names file" isSingle onFiles={([file]) => file && void giveClassNames(file)} />
        <button ref={toggle} type="button" className="small-button" aria-expanded={isEditing} onClick={() => setEditing(!isEditing)}>
          {isEditing ? 'Leave as they are' : 'Write or paste'}
        </button>
      </div>
      {isEditing && (
        <NamesEditor
          names={names}
          onClose={() => {
            setEditing(false);
            toggle.current?.focus();
          }}
        />
      )}
    </div>
  );
}
