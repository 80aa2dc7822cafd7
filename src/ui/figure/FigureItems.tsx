import type { MethodId } from '../../explain/methods/list.ts';
import { unfinishedMapWords } from '../../state/compare/unfinished-words.ts';
import { exportUnderWay } from '../../state/export/export-state.ts';
import { MenuItem, MenuLine, MenuNote } from '../controls/menu/MenuItem.tsx';
import { useApp } from '../store-context.tsx';
import { SaveItems } from './SaveItems.tsx';

interface FigureItemsProps {
  readonly method: MethodId;
  /** How the map was computed; empty where it is not yet. */
  readonly summary: string;
  readonly onFullScreen: () => void;
}

export function FigureItems({ method, summary, onFullScreen }: FigureItemsProps) {
  const underWay = useApp(exportUnderWay);
  const unfinished = useApp((state) => unfinishedMapWords(state, method));
  const saveFigure = useApp((state) => state.saveFigure);
  const copyFigure = useApp((state) => state.copyFigure);
  const pinMap = useApp((state) => state.pinMap);
  const whyNot = underWay || unfinished;
  return (
    <>
      {summary && (
        <>
          <MenuNote title="How it was computed" note={summary} />
          <MenuLine />
        </>
      )}
      <MenuItem title="Copy overlay" hint="PNG at the image’s size" whyNot={whyNot} onSelect={() => void copyFigure(method)} />
      <MenuItem title="Pin to compare" whyNot={unfinished} onSelect={() => pinMap(method)} />
      <MenuItem title="Full screen" whyNot={document.fullscreenEnabled ? '' : 'This browser does not offer it.'} onSelect={onFullScreen} />
      <MenuLine />
      <SaveItems whyNot={whyNot} onSave={(file) => void saveFigure(method, file)} />
    </>
  );
}
