import { canBeExplained, type LayerInfo } from '../../explain/layer-info.ts';
import { Combobox } from '../controls/Combobox.tsx';
import { Term } from '../help/Term.tsx';
import { useApp } from '../store-context.tsx';

const NONE: readonly LayerInfo[] = [];

const nameOf = ({ name }: LayerInfo) => name;
const blockOf = ({ block }: LayerInfo) => block;

const isUnavailable = (layer: LayerInfo) => !canBeExplained(layer);

function detailOf({ rows, columns, channels, unsupportedReason }: LayerInfo) {
  return unsupportedReason ?? `${rows} × ${columns} × ${channels} · ${rows * columns} cells`;
}

export function LayerPicker() {
  const layers = useApp(({ model }) => model.info?.layers ?? NONE);
  const chosen = useApp(({ view }) => view.layer);
  const chooseLayer = useApp((state) => state.chooseLayer);
  const selected = layers.find(({ name }) => name === chosen) ?? null;
  return (
    <Combobox
      label="Layer"
      hint={<Term name="layer">{selected ? `${selected.rows} × ${selected.columns} cells` : 'coarse or fine'}</Term>}
      entries={layers}
      selected={selected}
      fallback={chosen ?? ''}
      isDisabled={layers.length === 0}
      nameOf={nameOf}
      groupOf={blockOf}
      detailOf={detailOf}
      detailPlace="below"
      isUnavailable={isUnavailable}
      onChoose={({ name }) => chooseLayer(name)}
    />
  );
}
