import { useEffect, useRef, useState } from 'react';
import { useApp } from '../store-context.tsx';
import { HubSection } from './HubSection.tsx';
import { ModelRow } from './ModelRow.tsx';

/** All models at hand, with what they take, and where others come from. */
export function ModelsDialog({ onClose }: { onClose: () => void }) {
  const catalogue = useApp(({ model }) => model.catalogue);
  const openModelUrl = useApp((state) => state.openModelUrl);
  const readable = useApp((state) => state.readable);
  const [url, setUrl] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} className="help" aria-labelledby="models-title" onClose={onClose}>
      <div className="help-head">
        <h2 id="models-title">Models</h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </div>
      <ul className="model-list" aria-label="Models at hand">
        {catalogue.map((entry) => (
          <ModelRow key={entry.id} entry={entry} onUse={close} />
        ))}
      </ul>
      <h3>From files</h3>
      <p>
        Choose <em>Model files</em>, or drop them anywhere. They stay on this device. What a file is decides, not its name; a list of class
        names (.txt, .csv, .json) may come with it. They can be:
      </p>
      <ul className="readable-list">
        {readable.atLength.map((kind) => (
          <li key={kind}>{kind}</li>
        ))}
      </ul>
      <h3>From a URL</h3>
      <form
        className="url-form"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          void openModelUrl(url);
        }}
      >
        <label className="field">
          <span className="field-label">URL of a model ({readable.atUrl})</span>
          <input
            type="url"
            className="text-input"
            required
            placeholder="https://"
            value={url}
            onChange={({ target }) => setUrl(target.value)}
          />
        </label>
        <button type="submit">Open</button>
      </form>
      <HubSection onUse={close} />
    </dialog>
  );
}
