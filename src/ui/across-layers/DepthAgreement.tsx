import { useState } from 'react';
import { correlationInWords } from '../../core/reports/format.ts';
import { disagreementOver } from '../../state/across-layers/depth-maps.ts';
import { agreementsOver, type ColumnAgreement, methodsOfImage, pairsOverDepth } from '../../state/across-layers/depth-selectors.ts';
import type { DepthColumn } from '../../state/across-layers/depth-state.ts';
import { agreementWords, chosenSigns } from '../../state/compare/agreement.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { AgreementTable } from '../compare/AgreementTable.tsx';
import { Disagreement } from '../compare/Disagreement.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp } from '../store-context.tsx';

/** Every two methods in a row, every layer in a column. */
function OverDepth({ blocks }: { blocks: readonly string[] }) {
  const pairs = useApp(pairsOverDepth);
  return (
    <div className="table-scroll">
      <table className="measures agreement-table">
        <caption className="visually-hidden">Rank correlation of every two methods’ maps at every layer</caption>
        <thead>
          <tr>
            <th scope="col">Methods</th>
            {blocks.map((block) => (
              <th key={block} scope="col">
                {block}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ title, words }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {words.map((value, i) => (
                <td key={blocks[i]}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The matrix of one layer. */
function AtLayer({ column, agreement }: { column: DepthColumn; agreement: ColumnAgreement | null }) {
  const image = useApp(selectedImage);
  const disagreement = useApp((state) => disagreementOver(state, column));
  if (!agreement) return <p className="field-hint">Its maps are not there yet.</p>;
  const { titles, correlations } = agreement;
  return (
    <>
      <p className="depth-detail">{agreementWords(titles, correlations)}</p>
      <div className="agreement">
        <AgreementTable
          caption={`Rank correlation of every two methods’ maps at ${column.title}`}
          titles={titles}
          cell={(row, column) => ({ value: correlationInWords(correlations[row]?.[column] ?? null) })}
        />
        {image && disagreement && <Disagreement image={image} derived={disagreement} />}
      </div>
    </>
  );
}

const ALL = '';

/** Whether the methods on screen agree, layer by layer. */
export function DepthAgreement() {
  const columns = useApp(({ depth }) => depth.columns);
  const [chosen, setChosen] = useState(ALL);
  const agreements = useApp(agreementsOver);
  const blocks = columns.map(({ title }) => title);
  const ofImage = useApp(methodsOfImage);
  const signs = chosenSigns(agreements[0]?.titles ?? []);
  const at = columns.findIndex(({ layer }) => layer.name === chosen);
  const column = columns[at];
  return (
    <section className="combined" aria-labelledby="depth-agreement-title">
      <h3 id="depth-agreement-title">Do the methods agree?</h3>
      <SelectField
        label="Agreement at"
        className="field depth-layers"
        options={[{ value: ALL, title: 'all of them' }, ...columns.map(({ layer, title }) => ({ value: layer.name, title }))]}
        value={column ? chosen : ALL}
        onChoose={setChosen}
      />
      {column ? <AtLayer column={column} agreement={agreements[at] ?? null} /> : <OverDepth blocks={blocks} />}
      <p className="depth-detail">
        Spearman’s rank correlation of the maps at each layer.{' '}
        {ofImage && `Maps of ${ofImage} are the same at every layer: what is changed is the image itself. `}
        {signs && `For means the magnitude counts of ${signs}, whose sign is chosen.`}
      </p>
    </section>
  );
}
