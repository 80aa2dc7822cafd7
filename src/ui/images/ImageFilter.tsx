import { Select } from '../controls/Select.tsx';
import type { FilteredImages } from './use-image-filter.ts';

/** Finds images among many: by a part of the name, by what they are taken for, or those that are taken for the wrong thing. */
export function ImageFilter({ filter, predictions, setFilter }: Pick<FilteredImages, 'filter' | 'predictions' | 'setFilter'>) {
  if (!filter) return null;
  return (
    <div className="image-filter" role="search" aria-label="Images of the list">
      <input
        type="search"
        className="text-input"
        aria-label="Find by name"
        placeholder="Find by name"
        value={filter.text}
        onChange={({ target }) => setFilter({ text: target.value })}
      />
      <Select
        name="Predicted as"
        options={[{ value: '', title: 'Predicted as…' }, ...predictions.map((name) => ({ value: name, title: name }))]}
        value={filter.predicted}
        onChoose={(predicted) => setFilter({ predicted })}
      />
      <label className="check-field">
        <input type="checkbox" checked={filter.isWrongOnly} onChange={({ target }) => setFilter({ isWrongOnly: target.checked })} />
        <span>Wrong only</span>
      </label>
    </div>
  );
}
