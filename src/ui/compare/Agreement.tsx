import { correlationInWords } from '../../core/reports/format.ts';
import { agreementOf, agreementWords } from '../../state/compare/agreement.ts';
import { disagreementInView } from '../../state/compare/disagreement-map.ts';
import { unfinishedWords } from '../../state/compare/unfinished-words.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';
import { AgreementTable } from './AgreementTable.tsx';
import { Disagreement } from './Disagreement.tsx';

/** Whether the methods on screen rank the same cells alike, and where they do not. */
export function Agreement() {
  const { maps, correlations } = useApp(agreementOf);
  const disagreement = useApp(disagreementInView);
  const unfinished = useApp(unfinishedWords);
  const image = useApp(selectedImage);
  const titles = maps.map(({ title }) => title);
  const words = agreementWords(titles, correlations);
  const lacking = unfinished || 'Two maps are needed: show another method.';
  return (
    <section aria-labelledby="agreement-title" className="faithfulness">
      <div className="section-head">
        <h2 id="agreement-title">Do the methods agree?</h2>
        <p className="field-hint">
          Spearman’s rank correlation of the maps on screen: 1 where two rank all cells alike, 0 where they have nothing in common, −1 where
          one turns the other round. Maps of other grids are enlarged to the finer one.
        </p>
      </div>
      <p className={words ? 'verdict' : 'field-hint'}>
        {words || (maps.length < 2 ? lacking : 'No two of the maps can be compared: they are the same everywhere.')}
      </p>
      {maps.length > 1 && (
        <div className="agreement">
          <AgreementTable
            caption="Rank correlation of every two methods’ maps"
            titles={titles}
            cell={(row, column) => ({ value: correlationInWords(correlations[row]?.[column] ?? null) })}
          />
          {image && disagreement && <Disagreement image={image} derived={disagreement} />}
        </div>
      )}
    </section>
  );
}
