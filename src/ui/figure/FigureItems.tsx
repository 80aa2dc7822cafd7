import type { MethodId } from '../../explain/methods/list.ts';
import { MenuItem, MenuLine } from '../controls/menu/MenuItem.tsx';
import { useApp } from '../store-context.tsx';
import { SaveItems } from './SaveItems.tsx';

interface FigureItemsProps {
  readonly method: MethodId;
  readonly isDone: boolean;
  readonly onFullScreen: () => void;
}

export function FigureItems({ method, isDone, onFullScreen }: FigureItemsProps) {
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const saveFigure = useApp((state) => state.saveFigure);
  const copyFigure = useApp((state) => state.copyFigure);
  const pinMap = useApp((state) => state.pinMap);
  const isDisabled = !isDone || isExporting;
  return (
    <>
      <MenuItem title="Copy overlay" hint="PNG at the image’s size" isDisabled={isDisabled} onSelect={() => void copyFigure(method)} />
      <MenuItem title="Pin to compare" isDisabled={!isDone} onSelect={() => pinMap(method)} />
      <MenuItem title="Full screen" isDisabled={!document.fullscreenEnabled} onSelect={onFullScreen} />
      <MenuLine />
      <SaveItems isDisabled={isDisabled} onSave={(file) => void saveFigure(method, file)} />
    </>
  );
}
