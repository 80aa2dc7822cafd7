import { isExclusive } from '../../core/models/output-reading.ts';
import { readingOf } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

/** What the model knows, where somebody said so. */
export function ModelDescription() {
  const description = useApp(({ model }) => model.card?.description ?? '');
  const classCount = useApp(({ model }) => model.card?.classNames.length ?? 0);
  const isOneOfMany = useApp(({ model }) => isExclusive(readingOf(model)));
  if (!description) return null;
  return (
    <p className="field-hint field-hint-tall">
      {description}
      {isOneOfMany && ` Whatever it is shown gets one of its ${classCount} names.`}
    </p>
  );
}
