import type { DerivedMap } from '../../../state/compare/derived-map.ts';
import { MenuItem, MenuLine } from '../../controls/menu/MenuItem.tsx';
import { useApp } from '../../store-context.tsx';
import { SaveItems } from '../SaveItems.tsx';

export function DerivedItems({ derived }: { derived: DerivedMap }) {
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const saveDerived = useApp((state) => state.saveDerived);
  const pinDerived = useApp((state) => state.pinDerived);
  return (
    <>
      <MenuItem title="Pin to compare" onSelect={() => pinDerived(derived)} />
      <MenuLine />
      <SaveItems isDisabled={isExporting} onSave={(file) => void saveDerived(derived, file)} />
    </>
  );
}
