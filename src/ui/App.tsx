import { useEffect } from 'react';
import { AppHeader } from './AppHeader.tsx';
import { POPUP_PLACE } from './controls/popup-place.ts';
import { Drawer } from './drawer/Drawer.tsx';
import { ExportProgress } from './export/ExportProgress.tsx';
import { FirstVisit } from './help/FirstVisit.tsx';
import { DropTarget } from './images/DropTarget.tsx';
import { ImageStrip } from './images/ImageStrip.tsx';
import { KeepImages } from './images/KeepImages.tsx';
import { Notices } from './Notices.tsx';
import { SidePanel } from './panel/SidePanel.tsx';
import { LayerMap } from './question/LayerMap.tsx';
import { QuestionBar } from './question/QuestionBar.tsx';
import { SheetBar } from './SheetBar.tsx';
import { Stage } from './stage/Stage.tsx';
import { NARROW, useMedia } from './stage/use-media.ts';
import { useApp } from './store-context.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The workbench: images, the stage with the drawer below it, and beside it predictions and settings. */
export function App() {
  useShortcuts();
  useKeptFocus();
  const theme = useApp(({ view }) => view.theme);
  const sheet = useApp(({ view }) => view.sheet);
  const isNarrow = useMedia(NARROW);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <div className="workbench" data-sheet={sheet ?? undefined}>
      <a href="#figures" className="skip-link">
        Skip to the figures
      </a>
      <AppHeader />
      <ImageStrip />
      <main id="figures" className="centre" tabIndex={-1}>
        <FirstVisit />
        <QuestionBar />
        <Stage />
        <LayerMap />
        <Drawer />
      </main>
      <SidePanel />
      {isNarrow && (
        <section className="keep-place" aria-label="Kept images">
          <KeepImages />
        </section>
      )}
      <SheetBar />
      <ExportProgress />
      <Notices />
      <section id={POPUP_PLACE} aria-label="Menus" />
      <DropTarget />
    </div>
  );
}
