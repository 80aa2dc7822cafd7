import type { ModelCard } from '../../core/models/model-card.ts';
import { type NameOrder, type NameSource, nameOrders } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { AppState } from '../../state/app-state.ts';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';

/** What an output may be taken for, as it stands in the list. */
function titleOf(reading: OutputReading, units: number): string {
  switch (reading) {
    case 'softmax':
      return 'As classes that exclude each other (softmax)';
    case 'independent':
      return 'As independent classes (sigmoid)';
    case 'binary':
      return 'As a probability (sigmoid)';
    case 'number':
      return units === 1 ? 'As a number' : 'As numbers';
  }
}

/** What the network's own end says, where it leaves no choice. */
function statementOf(reading: OutputReading, units: number): string {
  if (reading === 'binary') return 'One sigmoid unit: two classes, of which the second is the unit’s.';
  const what = reading === 'softmax' ? 'a softmax: classes that exclude each other' : 'sigmoids: each class by itself';
  return `${units} units with ${what}.`;
}

const ORDER_TITLES: Readonly<Record<NameOrder, string>> = {
  imagenet: 'ImageNet’s, in the order of Keras and torchvision',
  'imagenet-darknet': 'ImageNet’s, in the order of Darknet',
  'imagenet-background': 'ImageNet’s after the background, as of TF-Slim and TFLite',
};

const AS_GIVEN = { value: 'given', title: 'As in the list that was given' } as const;

/** Which of ImageNet's orders the names have, where the number of outputs is right for one. */
function NameOrderField({ card, units }: { card: ModelCard; units: number }) {
  const chooseNames = useApp((state) => state.chooseNames);
  const orders = nameOrders(units);
  if (orders.length === 0) return null;
  return (
    <SelectField<NameSource>
      label="Outputs are called"
      options={[
        ...(card.nameSource === 'given' ? [AS_GIVEN] : []),
        ...orders.map((order) => ({ value: order, title: ORDER_TITLES[order] })),
        { value: 'none', title: 'By their numbers' },
      ]}
      value={card.nameSource}
      onChoose={(source) => {
        if (source !== 'given') void chooseNames(source);
      }}
    />
  );
}

/** Which of several outputs is explained. */
function OutputField({ info }: Pick<OutputFieldsProps, 'info'>) {
  const setOutput = useApp((state) => state.setOutput);
  // The files of a built-in model say nothing of its other outputs.
  const isOpened = useApp(({ model }) => model.catalogue.some(({ id, isBuiltIn }) => id === info.id && !isBuiltIn));
  if (info.outputs.length < 2 || !isOpened) return null;
  return (
    <SelectField
      label="Explained output"
      options={info.outputs.map(({ index, name, units }) => ({
        value: index,
        title: `${name}, ${units} ${units === 1 ? 'unit' : 'units'}`,
      }))}
      value={info.output}
      onChoose={(index) => void setOutput(index)}
    />
  );
}

interface OutputFieldsProps {
  readonly card: ModelCard;
  readonly info: NonNullable<AppState['model']['info']>;
}

/** Which of the network's outputs is explained, what it means, and what its units are called. */
export function OutputFields({ card, info }: OutputFieldsProps) {
  const setReading = useApp((state) => state.setReading);
  const { units, readings } = info;
  return (
    <>
      <OutputField info={info} />
      {readings.length > 1 ? (
        <SelectField
          label={units === 1 ? 'The output is read' : 'Outputs are read'}
          options={readings.map((reading) => ({ value: reading, title: titleOf(reading, units) }))}
          value={card.reading}
          onChoose={setReading}
        />
      ) : (
        <div className="field">
          <span className="field-label">Output</span>
          <p className="field-hint field-hint-tall">{statementOf(card.reading, units)}</p>
        </div>
      )}
      <NameOrderField card={card} units={units} />
    </>
  );
}
