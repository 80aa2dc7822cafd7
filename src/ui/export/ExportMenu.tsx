import { Icon } from '../controls/Icon.tsx';
import { lazyPart } from '../controls/lazy-part.tsx';
import { Menu } from '../controls/Menu.tsx';

const ExportItems = lazyPart(async () => (await import('./ExportItems.tsx')).ExportItems);

/** What leaves the page of all that is on screen. */
export function ExportMenu() {
  return (
    <Menu
      label="Export"
      className="export-button"
      face={
        <>
          <Icon name="export" /> <span className="export-word">Export</span>
        </>
      }
    >
      {() => <ExportItems />}
    </Menu>
  );
}
