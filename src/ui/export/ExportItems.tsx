import { formatTimeRange } from '../../core/reports/format.ts';
import { missingModelWords, unfinishedWords } from '../../state/compare/unfinished-words.ts';
import { type ArchivePlan, archivePlan } from '../../state/export/archive/archive-plan.ts';
import { exportUnderWay } from '../../state/export/export-state.ts';
import { MenuItem, MenuLine } from '../controls/menu/MenuItem.tsx';
import { useApp, useAppStore } from '../store-context.tsx';

/** What an archive of all images holds, and what it takes before it is there. */
function planWords({ images, maps, missing, time }: ArchivePlan): string {
  const what = `${images} images, ${maps} maps`;
  if (missing === 0) return `${what}, all computed`;
  return `${what}; ${missing} to be computed${time ? `, takes ${formatTimeRange(time)}` : ''}`;
}

export function ExportItems({ onCommandLine }: { onCommandLine: () => void }) {
  const underWay = useApp(exportUnderWay);
  const unfinished = useApp(unfinishedWords);
  const missingModel = useApp(missingModelWords);
  const savePage = useApp((state) => state.savePage);
  const saveArchive = useApp((state) => state.saveArchive);
  const saveSession = useApp((state) => state.saveSession);
  const store = useAppStore();
  const copyLink = useApp((state) => state.copyLink);
  const whyNoFigures = underWay || unfinished;
  return (
    <>
      <MenuItem
        title="Figure for a paper (PNG)"
        hint="image, maps, legends, scale bar and caption"
        whyNot={whyNoFigures}
        onSelect={() => void savePage('paper-png')}
      />
      <MenuItem
        title="Figure for a paper (SVG)"
        hint="the same, with text that can be edited"
        whyNot={whyNoFigures}
        onSelect={() => void savePage('paper-svg')}
      />
      <MenuItem
        title="Side by side (PNG)"
        hint="at the image’s size, with legends"
        whyNot={whyNoFigures}
        onSelect={() => void savePage('side-by-side')}
      />
      <MenuItem
        title="Report (HTML)"
        hint="maps, numbers and settings in one file"
        whyNot={whyNoFigures}
        onSelect={() => void savePage('report')}
      />
      <MenuLine />
      <MenuItem
        title="All images (ZIP)"
        hint={planWords(archivePlan(store.getState()))}
        whyNot={underWay}
        onSelect={() => void saveArchive()}
      />
      <MenuItem
        title="Session"
        hint="images, view and results, to be dropped here again; the model itself is not in it"
        whyNot={underWay || missingModel}
        onSelect={() => void saveSession()}
      />
      <MenuLine />
      <MenuItem title="Copy link" hint="settings, and no image of yours" onSelect={() => void copyLink()} />
      <MenuItem title="Command line" hint="for folders of images, without the page" whyNot={missingModel} onSelect={onCommandLine} />
    </>
  );
}
