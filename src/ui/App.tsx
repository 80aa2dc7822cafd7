import { useEffect } from 'react';
import { areFiguresDone } from '../state/figures.ts';
import { AppHeader } from './AppHeader.tsx';
import { AskCells } from './AskCells.tsx';
import { Compare } from './Compare.tsx';
import { DepthStrip } from './DepthStrip.tsx';
import { DropTarget } from './DropTarget.tsx';
import { Faithfulness } from './Faithfulness.tsx';
import { Figure } from './Figure.tsx';
import { LayerMap } from './LayerMap.tsx';
import { Notices } from './Notices.tsx';
import { PictureCaption } from './PictureCaption.tsx';
import { PictureSet } from './PictureSet.tsx';
import { PictureStrip } from './PictureStrip.tsx';
import { Settings } from './Settings.tsx';
import { useApp } from './store-context.tsx';
import { useShortcuts } from './use-shortcuts.ts';

export function App() {
  useShortcuts();
  const theme = useApp(({ view }) => view.theme);
  const exporting = useApp((state) => state.exporting);
  const methods = useApp(({ view }) => view.methods);
  const canSave = useApp(areFiguresDone);
  const downloadReport = useApp((state) => state.downloadReport);
  const copyLink = useApp((state) => state.copyLink);
  const downloadSideBySide = useApp((state) => state.downloadSideBySide);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <>
      <a href="#figures" className="skip-link">
        Skip to the figures
      </a>
      <AppHeader />
      <Notices />
      <div className="workspace">
        <PictureStrip />
        <main id="figures" className="figures-area" tabIndex={-1}>
          <div className="figures" style={{ '--count': methods.length }}>
            {methods.map((id) => (
              <Figure key={id} method={id} />
            ))}
          </div>
          <div className="below-figures">
            <PictureCaption />
            <button type="button" disabled={!canSave || exporting !== null} onClick={() => void downloadSideBySide()}>
              Download side by side
            </button>
            <button type="button" disabled={!canSave || exporting !== null} onClick={() => void downloadReport()}>
              Download report
            </button>
            <button type="button" onClick={() => void copyLink()}>
              Copy link
            </button>
            <p className="export-progress" aria-live="polite">
              {exporting ? `Saving: ${exporting.what}${exporting.share > 0 ? `, ${Math.round(exporting.share * 100)} %` : ''}` : ''}
            </p>
          </div>
          <LayerMap />
          <DepthStrip />
        </main>
        <Settings />
        <div className="analysis">
          <AskCells />
          <Compare />
          <Faithfulness />
          <PictureSet />
        </div>
      </div>
      <DropTarget />
    </>
  );
}
