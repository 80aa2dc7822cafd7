import { COLORMAPS } from '../../core/maps/colormap.ts';
import { readingOf } from '../../state/view/in-view.ts';
import { Choice } from '../controls/Choice.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { Term } from '../help/Term.tsx';
import { NetworkInput } from '../models/NetworkInput.tsx';
import { useApp } from '../store-context.tsx';
import { AblationSettings } from './AblationSettings.tsx';
import { InputSettings } from './InputSettings.tsx';
import { MethodSettings } from './MethodSettings.tsx';
import { ModelDescription } from './ModelDescription.tsx';

const SCORES = [
  { value: 'logit', title: 'Logit' },
  { value: 'probability', title: 'Probability' },
] as const;

const CONTRASTS = [
  { value: 'zero-to-max', title: 'Zero to max' },
  { value: 'min-to-max', title: 'Min to max' },
  { value: 'shared', title: 'Shared' },
] as const;

const CELLS = [
  { value: 'smooth', title: 'Smooth' },
  { value: 'crisp', title: 'As cells' },
] as const;

const SIGNS = [
  { value: 'positive', title: 'Positive' },
  { value: 'signed', title: 'Signed' },
] as const;

const CONTENTS = [
  { value: 'overlay', title: 'Overlay' },
  { value: 'heatmap', title: 'Heatmap' },
] as const;

/** Everything a person can change about the explanation and its looks. */
export function Settings() {
  const score = useApp(({ view }) => view.score);
  const isNumber = useApp(({ model }) => readingOf(model) === 'number');
  const display = useApp(({ view }) => view.display);
  const chooseScore = useApp((state) => state.chooseScore);
  const setDisplay = useApp((state) => state.setDisplay);
  const resetSettings = useApp((state) => state.resetSettings);
  return (
    <section id="settings" className="settings" aria-label="Settings" tabIndex={-1}>
      <section aria-labelledby="explain-title" className="panel-section">
        <h2 id="explain-title" className="visually-hidden">
          Score
        </h2>
        {isNumber ? (
          <p className="field-hint field-hint-tall">A number is explained by its value: it has no logit, and no probability.</p>
        ) : (
          <Choice label={<Term name="logit">Score</Term>} options={SCORES} value={score} onChoose={chooseScore} />
        )}
      </section>
      <section aria-labelledby="display-title" className="panel-section">
        <h2 id="display-title">Display</h2>
        <Choice label="Show" options={CONTENTS} value={display.content} onChoose={(content) => setDisplay({ content })} />
        <Choice label="Cells" options={CELLS} value={display.cells} onChoose={(cells) => setDisplay({ cells })} />
        <Choice
          label={<Term name="colours">Contrast</Term>}
          options={CONTRASTS}
          value={display.contrast}
          onChoose={(contrast) => setDisplay({ contrast })}
        />
        <Choice label={<Term name="signed">Values</Term>} options={SIGNS} value={display.sign} onChoose={(sign) => setDisplay({ sign })} />
        <SelectField
          label="Colours"
          options={COLORMAPS.map(({ id, title }) => ({ value: id, title }))}
          value={display.colormap}
          onChoose={(colormap) => setDisplay({ colormap })}
        />
        <label className="field">
          <span className="field-label">
            Opacity <span>{Math.round(display.opacity * 100)} %</span>
          </span>
          <input
            type="range"
            min={0}
            max={100}
            step={5}
            value={Math.round(display.opacity * 100)}
            disabled={display.content === 'heatmap'}
            onChange={({ target }) => setDisplay({ opacity: Number(target.value) / 100 })}
          />
        </label>
      </section>
      <MethodSettings />
      <AblationSettings />
      <InputSettings />
      <NetworkInput />
      <ModelDescription />
      <button type="button" onClick={resetSettings}>
        Reset settings
      </button>
    </section>
  );
}
