import { useRef } from 'react';
import type { MethodId } from '../../explain/methods/list.ts';
import { Icon } from '../controls/Icon.tsx';
import { Menu, MenuItem, MenuLine } from '../controls/Menu.tsx';
import { useApp } from '../store-context.tsx';

/** What can be done with a finished figure. */
export function FigureActions({ method, isDone }: { method: MethodId; isDone: boolean }) {
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const saveFigure = useApp((state) => state.saveFigure);
  const copyFigure = useApp((state) => state.copyFigure);
  const pinMap = useApp((state) => state.pinMap);
  const ref = useRef<HTMLSpanElement>(null);
  const isDisabled = !isDone || isExporting;

  const fillScreen = () => void ref.current?.closest('figure')?.requestFullscreen();

  return (
    <span ref={ref} className="figure-actions">
      <button
        type="button"
        className="icon-button"
        aria-label="Save overlay PNG"
        title="Save overlay PNG"
        disabled={isDisabled}
        onClick={() => void saveFigure(method, 'overlay')}
      >
        <Icon name="image-down" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Save data JSON"
        title="Save data JSON"
        disabled={isDisabled}
        onClick={() => void saveFigure(method, 'json')}
      >
        <Icon name="braces" />
      </button>
      <Menu label="Figure menu" className="icon-button" face={<Icon name="more" />}>
        {() => (
          <>
            <MenuItem
              title="Copy overlay"
              hint="PNG at the image’s size"
              isDisabled={isDisabled}
              onSelect={() => void copyFigure(method)}
            />
            <MenuItem title="Pin to compare" isDisabled={!isDone} onSelect={() => pinMap(method)} />
            <MenuItem title="Full screen" isDisabled={!document.fullscreenEnabled} onSelect={fillScreen} />
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
        )}
      </Menu>
    </span>
  );
}
