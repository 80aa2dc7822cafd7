import type { MethodId } from '../../explain/methods/list.ts';
import { MenuItem, MenuLine } from '../controls/MenuItem.tsx';
import { useApp } from '../store-context.tsx';

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
      <MenuItem title="Save overlay" hint="PNG" isDisabled={isDisabled} onSelect={() => void saveFigure(method, 'overlay')} />
      <MenuItem
        title="Save heatmap"
        hint="PNG, the map alone with its scale"
        isDisabled={isDisabled}
        onSelect={() => void saveFigure(method, 'heatmap')}
      />
      <MenuItem
        title="Save data"
        hint="JSON, the raw numbers and how they came about"
        isDisabled={isDisabled}
        onSelect={() => void saveFigure(method, 'json')}
      />
      <MenuItem
        title="Save array"
        hint="NPY, the raw numbers for NumPy"
        isDisabled={isDisabled}
        onSelect={() => void saveFigure(method, 'npy')}
      />
    </>
  );
}
