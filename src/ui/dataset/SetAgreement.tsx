import { useState } from 'react';
import { correlationInWords, formatCorrelation, formatInterval } from '../../core/reports/format.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import { agreementWords, chosenSigns } from '../../state/compare/agreement.ts';
import { setAgreementOf } from '../../state/dataset/set-agreement.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { AgreementTable } from '../compare/AgreementTable.tsx';
import { useApp } from '../store-context.tsx';
import { SetDisagreement } from './SetDisagreement.tsx';

function Agreement({ results }: { results: readonly SetResult[] }) {
  const { titles, summaries, means, disagreement, disagreementCount, count } = setAgreementOf(results);
  const image = useApp(selectedImage);
  const signs = chosenSigns(titles);
  if (count === 0) return <p className="field-hint">Two methods’ maps of an image are needed, and none were kept of this set.</p>;
  return (
    <>
      <p className="verdict">{agreementWords(titles, means) || 'No two of the maps can be compared: they are the same everywhere.'}</p>
      <div className="agreement">
        <AgreementTable
          caption={`Mean rank correlation of every two methods’ maps over ${count} images, with 95 % confidence intervals`}
          titles={titles}
          cell={(row, column) => {
            const summary = summaries[row]?.[column];
            return { value: correlationInWords(summary?.mean ?? null), detail: summary ? formatInterval(summary, formatCorrelation) : '' };
          }}
        />
        {image && disagreement && <SetDisagreement image={image} map={disagreement} titles={titles} count={disagreementCount} />}
      </div>
      <p className="depth-detail">
        Spearman’s rank correlation of the maps of each image: mean over {count} {count === 1 ? 'image' : 'images'}, with 95 % confidence
        intervals by Student’s t. {signs && `Of ${signs}, whose sign is chosen, the magnitude counts.`}
      </p>
    </>
  );
}

/** Computed once it is opened: of a large set it is some work. */
export function SetAgreement({ results }: { results: readonly SetResult[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="set-agreement" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Do the methods agree?</summary>
      {isOpen && <Agreement results={results} />}
    </details>
  );
}
