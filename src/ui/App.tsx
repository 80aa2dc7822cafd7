import { useEffect } from 'react';
import { areFiguresDone } from '../state/explanation/figures.ts';
import { AppHeader } from './AppHeader.tsx';
import { DepthStrip } from './across-layers/DepthStrip.tsx';
import { AskCells } from './cells/AskCells.tsx';
import { Compare } from './compare/Compare.tsx';
import { ImageSet } from './dataset/ImageSet.tsx';
import { Figure } from './explanation/Figure.tsx';
import { LayerMap } from './explanation/LayerMap.tsx';
import { Faithfulness } from './faithfulness/Faithfulness.tsx';
import { DropTarget } from './images/DropTarget.tsx';
import { ImageCaption } from './images/ImageCaption.tsx';
import { ImageStrip } from './images/ImageStrip.tsx';
import { Notices } from './Notices.tsx';
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
        <ImageStrip />
        <main id="figures" className="figures-area" tabIndex={-1}>
          <div className="figures" style={{ '--count': methods.length }}>
            {methods.map((id) => (
              <Figure key={id} method={id} />
            ))}
          </div>
          <div className="below-figures">
            <ImageCaption />
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
          <ImageSet />
        </div>
      </div>
      <DropTarget />
    </>
  );
}
