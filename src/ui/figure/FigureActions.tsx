import { lazy, useRef } from 'react';
import type { MethodId } from '../../explain/methods/list.ts';
import { Icon } from '../controls/Icon.tsx';
import { Menu } from '../controls/Menu.tsx';
import { useApp } from '../store-context.tsx';

const FigureItems = lazy(async () => ({ default: (await import('./FigureItems.tsx')).FigureItems }));

/** What can be done with a finished figure. */
export function FigureActions({ method, isDone }: { method: MethodId; isDone: boolean }) {
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const saveFigure = useApp((state) => state.saveFigure);
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
        {() => <FigureItems method={method} isDone={isDone} onFullScreen={fillScreen} />}
      </Menu>
    </span>
  );
}
