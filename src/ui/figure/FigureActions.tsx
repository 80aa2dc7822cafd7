import { useRef } from 'react';
import type { MethodId } from '../../explain/methods/list.ts';
import { Icon } from '../controls/Icon.tsx';
import { lazyPart } from '../controls/lazy-part.tsx';
import { Menu } from '../controls/menu/Menu.tsx';
import { useApp } from '../store-context.tsx';

const FigureItems = lazyPart(async () => (await import('./FigureItems.tsx')).FigureItems);

/** What is saved by one click; the menu has the rest. */
const SAVES = [
  { title: 'Save overlay PNG', icon: 'image-down', kind: 'overlay' },
  { title: 'Save data JSON', icon: 'braces', kind: 'json' },
] as const;

/** What can be done with a finished figure. */
export function FigureActions({ method, isDone, summary }: { method: MethodId; isDone: boolean; summary: string }) {
  const isExporting = useApp(({ exporting }) => exporting !== null);
  const saveFigure = useApp((state) => state.saveFigure);
  const ref = useRef<HTMLSpanElement>(null);
  const isDisabled = !isDone || isExporting;

  const fillScreen = () => void ref.current?.closest('figure')?.requestFullscreen();

  return (
    <span ref={ref} className="figure-actions">
      {SAVES.map(({ title, icon, kind }) => (
        <button
          key={kind}
          type="button"
          className="icon-button"
          aria-label={title}
          title={title}
          disabled={isDisabled}
          onClick={() => void saveFigure(method, kind)}
        >
          <Icon name={icon} />
        </button>
      ))}
      <Menu label="Figure menu" className="icon-button" face={<Icon name="more" />}>
        {() => <FigureItems method={method} summary={summary} onFullScreen={fillScreen} />}
      </Menu>
    </span>
  );
}
