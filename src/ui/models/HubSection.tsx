import { useState } from 'react';
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';
import { formatHubName } from '../../core/models/hub-name.ts';
import { OFFERED_MODEL } from '../../core/models/offered-model.ts';
import { formatBytes } from '../../core/reports/format.ts';
import { useApp } from '../store-context.tsx';

const FIRST_QUERY: HubQuery = { text: '', author: 'timm', isClassifier: true, hasSafetensors: true };

/** Why it cannot be opened from here; empty where it can be tried. */
function unsupportedReasonOf({ isGated, isDisabled, hasSafetensors }: HubResult): string {
  if (isDisabled) return 'The hub has taken it down.';
  if (isGated) return 'Gated: its makers want to know who has it.';
  return hasSafetensors ? '' : 'It has no weights as safetensors.';
}

function whatItIs({ bytes, downloads, licence, task }: HubResult): string {
  const size = bytes === null ? 'size unknown' : formatBytes(bytes);
  const often = `${downloads.toLocaleString('en')} ${downloads === 1 ? 'download' : 'downloads'}`;
  return [size, often, licence && `licence ${licence}`, task !== 'image-classification' && task].filter(Boolean).join(' · ');
}

function HubRow({ result, onUse }: { result: HubResult; onUse: () => void }) {
  const openFromHub = useApp((state) => state.openFromHub);
  const host = useApp(({ hub }) => hub.host);
  const { repository } = result;
  const unsupported = unsupportedReasonOf(result);
  return (
    <li className="model-row">
      <span className="model-row-title">{repository}</span>
      <span className="field-hint field-hint-tall">
        {whatItIs(result)} · {unsupported && `${unsupported} `}
        <a href={`https://${host}/${repository}`} target="_blank" rel="noreferrer">
          About it
        </a>
      </span>
      <span className="button-row">
        <button
          type="button"
          className="small-button"
          disabled={unsupported !== ''}
          aria-label={`Download ${repository}`}
          onClick={() => {
            onUse();
            void openFromHub(formatHubName({ repository, revision: null }));
          }}
        >
          Download
        </button>
      </span>
    </li>
  );
}

/** What the last search found, or why it found nothing. */
function HubResults({ onUse }: { onUse: () => void }) {
  const { isRunning, results, error } = useApp(({ hub }) => hub.search);
  if (error) return <p role="alert">{error}</p>;
  if (!results) return isRunning ? <p className="field-hint">Searching…</p> : null;
  if (results.length === 0) return <p className="field-hint">Nothing was found; please search for less.</p>;
  return (
    <ul className="model-list hub-results" aria-label="Models found" aria-busy={isRunning}>
      {results.map((result) => (
        <HubRow key={result.repository} result={result} onUse={onUse} />
      ))}
    </ul>
  );
}

/** Finds models on the Hugging Face hub. Nothing is asked there before a person asks. */
export function HubSection({ onUse }: { onUse: () => void }) {
  const searchHub = useApp((state) => state.searchHub);
  const openFromHub = useApp((state) => state.openFromHub);
  const host = useApp(({ hub }) => hub.host);
  const isRunning = useApp(({ hub }) => hub.search.isRunning);
  const [query, setQuery] = useState(FIRST_QUERY);
  const change = (part: Partial<HubQuery>) => setQuery({ ...query, ...part });
  const { title, megabytes, name } = OFFERED_MODEL;
  return (
    <section aria-labelledby="hub-title">
      <h3 id="hub-title">From Hugging Face</h3>
      <p>What you search for and download is asked of {host}, without cookies, and kept in this browser. Your images stay here.</p>
      <p className="hub-offer">
        <button
          type="button"
          className="small-button"
          onClick={() => {
            onUse();
            void openFromHub(formatHubName(name));
          }}
        >
          Download {title} ({megabytes} MB)
        </button>
      </p>
      <form
        className="hub-form"
        onSubmit={(event) => {
          event.preventDefault();
          void searchHub({ ...query, text: query.text.trim(), author: query.author.trim() });
        }}
      >
        <label className="field">
          <span className="field-label">Model name</span>
          <input
            type="search"
            className="text-input"
            placeholder="densenet"
            value={query.text}
            onChange={({ target }) => change({ text: target.value })}
          />
        </label>
        <label className="field">
          <span className="field-label">Author</span>
          <input
            className="text-input"
            placeholder="anybody"
            autoComplete="off"
            value={query.author}
            onChange={({ target }) => change({ author: target.value })}
          />
        </label>
        <button type="submit" disabled={isRunning}>
          Search
        </button>
        <div className="hub-choices">
          <label className="check-field">
            <input type="checkbox" checked={query.isClassifier} onChange={({ target }) => change({ isClassifier: target.checked })} />
            Image classifiers only
          </label>
          <label className="check-field">
            <input type="checkbox" checked={query.hasSafetensors} onChange={({ target }) => change({ hasSafetensors: target.checked })} />
            With safetensors only
          </label>
        </div>
      </form>
      <HubResults onUse={onUse} />
    </section>
  );
}
