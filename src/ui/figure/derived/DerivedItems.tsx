import type { DerivedMap } from '../../../state/compare/derived-map.ts';
import { exportUnderWay } from '../../../state/export/export-state.ts';
import { MenuItem, MenuLine } from '../../controls/menu/MenuItem.tsx';
import { useApp } from '../../store-context.tsx';
import { SaveItems } from '../SaveItems.tsx';

export function DerivedItems({ derived }: { derived: DerivedMap }) {
  const underWay = useApp(exportUnderWay);
  const saveDerived = useApp((state) => state.saveDerived);
  const pinDerived = useApp((state) => state.pinDerived);
  return (
    <>
      <MenuItem title="Pin to compare" onSelect={() => pinDerived(derived)} />
      <MenuLine />
      <SaveItems whyNot={underWay} onSave={(file) => void saveDerived(derived, file)} />
    </>
  );
}
