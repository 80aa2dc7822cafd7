import { useEffect, useRef, useState } from 'react';
import { channelCount, NORMALISATIONS, normalisationId, normalisationOf, normalisationsFor } from '../../core/images/preprocessing.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';
import { ClassNames } from './ClassNames.tsx';
import { FitFields, titleOfFit } from './FitFields.tsx';
import { InputPreview } from './InputPreview.tsx';
import { OutputFields } from './OutputFields.tsx';
import { OwnNormalisation } from './OwnNormalisation.tsx';

/** Where the page's header leads for what is to be checked. */
export const NETWORK_INPUT = 'network-input';

const SIDE = { min: 1, max: 1024, step: 1, takes: 'the-last-one' } as const;

/** How the network gets its images, in a few words. */
function summaryOf({ input, preprocessing }: ModelCard): string {
  const id = normalisationId(preprocessing);
  const [normalisation] = (NORMALISATIONS.find((known) => known.id === id)?.title ?? 'Own').split(':');
  return `${input.width} × ${input.height} · ${normalisation} · ${titleOfFit(preprocessing.fit)}`;
}

function InputFields({ card, isShown }: { card: ModelCard; isShown: boolean }) {
  const setPreprocessing = useApp((state) => state.setPreprocessing);
  const setInputSize = useApp((state) => state.setInputSize);
  const setWeightCopy = useApp((state) => state.setWeightCopy);
  const setModelChoice = useApp((state) => state.setModelChoice);
  const info = useApp(({ model }) => model.info);
  const { input, takesAnySize, preprocessing, classNames, copies, choices } = card;
  const channels = channelCount(preprocessing.channels);
  const known = normalisationId(preprocessing);
  // Somebody who wants numbers of their own starts from those in use.
  const [wantsOwn, setWantsOwn] = useState(false);
  const chosen = wantsOwn || known === null ? 'own' : known;
  return (
    <>
      {isShown && <InputPreview card={card} />}
      <SelectField
        label="Values"
        options={[
          ...normalisationsFor(channels).map(({ id, title }) => ({ value: id, title })),
          { value: 'own', title: 'Own mean and std' } as const,
        ]}
        value={chosen}
        onChoose={(id) => {
          setWantsOwn(id === 'own');
          if (id !== 'own') setPreprocessing(normalisationOf(id, channels));
        }}
      />
      {chosen === 'own' && <OwnNormalisation preprocessing={preprocessing} onChange={setPreprocessing} />}
      <FitFields input={input} preprocessing={preprocessing} onChange={setPreprocessing} />
      {takesAnySize && (
        <div className="field-row">
          <NumberField {...SIDE} label="Width (px)" value={input.width} onChange={(width) => void setInputSize({ width })} />
          <NumberField {...SIDE} label="Height (px)" value={input.height} onChange={(height) => void setInputSize({ height })} />
        </div>
      )}
      {copies && (
        <SelectField
          label="Weights"
          options={copies.names.map((name) => ({ value: name, title: name }))}
          value={copies.chosen}
          onChoose={(name) => void setWeightCopy(name)}
        />
      )}
      {choices?.map(({ id, title, options, chosen: option }) => (
        <SelectField
          key={id}
          label={title}
          options={options.map(({ id: value, label }) => ({ value, title: label }))}
          value={option}
          onChoose={(value) => void setModelChoice(id, value)}
        />
      ))}
      {info && <OutputFields card={card} info={info} />}
      <ClassNames names={classNames} isOfNumbers={card.reading === 'number'} />
    </>
  );
}

/** What a model needs to be explained, beside its files: guessed at first, and to be changed at any time. */
export function NetworkInput() {
  const card = useApp(({ model }) => (model.info ? model.card : null));
  const confirmSetup = useApp((state) => state.confirmSetup);
  const [isOpen, setIsOpen] = useState(false);
  const summary = useRef<HTMLElement>(null);
  const toCheck = card?.toCheck ?? '';
  // The sentences name the file: those of another model open the section again.
  useEffect(() => {
    if (toCheck) setIsOpen(true);
  }, [toCheck]);
  return (
    <details
      id={NETWORK_INPUT}
      className="panel-section network-input"
      open={isOpen}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary ref={summary}>
        <h2>Network input</h2> <span className="field-hint">{card ? summaryOf(card) : '\u00a0'}</span>
      </summary>
      {card && (
        <div className="panel-section">
          {toCheck && (
            <div className="check-note">
              <p>{toCheck}</p>
              <button
                type="button"
                onClick={() => {
                  confirmSetup();
                  setIsOpen(false);
                  summary.current?.focus();
                }}
              >
                Looks right
              </button>
            </div>
          )}
          <InputFields key={card.id} card={card} isShown={isOpen} />
        </div>
      )}
    </details>
  );
}
