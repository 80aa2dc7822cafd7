import { Suspense, useState } from 'react';
import { Icon } from '../controls/Icon.tsx';
import { lazyPart } from '../controls/lazy-part.tsx';
import { Menu } from '../controls/menu/Menu.tsx';

const ExportItems = lazyPart(async () => (await import('./ExportItems.tsx')).ExportItems);
const CommandDialog = lazyPart(async () => (await import('./CommandDialog.tsx')).CommandDialog);

/** What leaves the page of all that is on screen. */
export function ExportMenu() {
  const [isCommandShown, setCommandShown] = useState(false);
  return (
    <>
      <Menu
        label="Export"
        className="export-button"
        face={
          <>
            <Icon name="export" /> <span className="export-word">Export</span>
          </>
        }
      >
        {() => <ExportItems onCommandLine={() => setCommandShown(true)} />}
      </Menu>
      <Suspense>{isCommandShown && <CommandDialog onClose={() => setCommandShown(false)} />}</Suspense>
    </>
  );
}
