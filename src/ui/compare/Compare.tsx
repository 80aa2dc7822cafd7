import { type ComparableMap, comparisonOf } from '../../state/compare/compare-selectors.ts';
import { similarityWords } from '../../state/compare/similarity-words.ts';
import { unfinishedWords } from '../../state/compare/unfinished-words.ts';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';
import { Difference } from './Difference.tsx';
import { PinnedMaps } from './PinnedMaps.tsx';
import { Wipe } from './Wipe.tsx';

interface MapChoiceProps {
  readonly label: string;
  readonly maps: readonly ComparableMap[];
  readonly value: string;
  readonly onChoose: (id: string) => void;
}

function MapChoice({ label, maps, value, onChoose }: MapChoiceProps) {
  return (
    <SelectField
      label={label}
      className="compare-choice"
      options={maps.map(({ id, title }) => ({ value: id, title }))}
      value={value}
      isDisabled={maps.length === 0}
      onChoose={onChoose}
    />
  );
}

/** Any two maps of the image on screen, in one box as large as the stage: wiped over each other, or subtracted; and how alike they are. */
export function Compare({ layout }: { layout: 'wipe' | 'difference' }) {
  const comparison = useApp(comparisonOf);
  const unfinished = useApp(unfinishedWords);
  const setCompare = useApp((state) => state.setCompare);
  const { first, second, maps } = comparison;
  const hasTwo = first !== null && second !== null;
  const lacking = unfinished || 'Two maps are needed: show another method, or pin a map and choose another layer.';
  return (
    <div className="compare">
      <div className="compare-bar">
        <MapChoice label="First" maps={maps} value={first?.id ?? ''} onChoose={(id) => setCompare({ first: id })} />
        <MapChoice label="Second" maps={maps} value={second?.id ?? ''} onChoose={(id) => setCompare({ second: id })} />
        <PinnedMaps maps={maps} />
        <p className="compare-words">{hasTwo ? similarityWords(comparison) : lacking}</p>
      </div>
      {layout === 'wipe' ? <Wipe first={first} second={second} /> : <Difference first={first} second={second} />}
    </div>
  );
}
