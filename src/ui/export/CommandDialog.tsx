import { useEffect, useRef, useState } from 'react';
import { type CommandLine, commandLinesOf } from '../../state/export/command-line.ts';
import { useApp, useAppStore } from '../store-context.tsx';

function Command({ title, text }: CommandLine) {
  const copyText = useApp((state) => state.copyText);
  const [said, setSaid] = useState('');
  const copy = async () => setSaid((await copyText(text)) ? 'Copied.' : 'The browser did not let it be copied; please select it.');
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <textarea className="text-input command-text" readOnly aria-label={`Command: ${title}`} rows={4} value={text} />
      <p className="button-row">
        <button type="button" className="small-button" onClick={() => void copy()}>
          Copy
        </button>
        <span role="status">{said}</span>
      </p>
    </section>
  );
}

/** What finds the same without the page, as text. */
export function CommandDialog({ onClose }: { onClose: () => void }) {
  const store = useAppStore();
  // As things are when it is opened.
  const [lines] = useState(() => commandLinesOf(store.getState()));
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="command-title" onClose={onClose}>
      <div className="help-head">
        <h2 id="command-title">Command line</h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </div>
      <p>
        The same engine runs without a page, over folders of any size (Node 20 or newer). What it writes can be dropped here, and is shown
        as a dataset.
      </p>
      {lines?.commands.map((command) => (
        <Command key={command.title} {...command} />
      ))}
      <ul className="readable-list">
        {lines?.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </dialog>
  );
}
