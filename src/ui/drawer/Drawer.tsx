import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import type { DrawerTab } from '../../state/view/view-state.ts';
import { DepthStrip } from '../across-layers/DepthStrip.tsx';
import { AblateCells } from '../cells/AblateCells.tsx';
import { Icon } from '../controls/Icon.tsx';
import { ImageSet } from '../dataset/ImageSet.tsx';
import { Faithfulness } from '../faithfulness/Faithfulness.tsx';
import { SanityCheck } from '../faithfulness/SanityCheck.tsx';
import { useApp } from '../store-context.tsx';

const TABS: readonly { readonly id: DrawerTab; readonly title: string; readonly content: () => ReactNode }[] = [
  { id: 'cells', title: 'Cells', content: () => <AblateCells /> },
  { id: 'across-layers', title: 'Across layers', content: () => <DepthStrip /> },
  { id: 'measure', title: 'Measure', content: () => <Faithfulness /> },
  { id: 'sanity-check', title: 'Sanity check', content: () => <SanityCheck /> },
  { id: 'dataset', title: 'Dataset', content: () => <ImageSet /> },
];

/** What takes time: it goes on while the drawer is closed. */
export function Drawer() {
  const { tab, isOpen } = useApp(({ view }) => view.drawer);
  const setDrawer = useApp((state) => state.setDrawer);
  return (
    <Tabs.Root
      id="drawer"
      className="drawer"
      value={tab}
      activationMode="manual"
      onValueChange={(value) => {
        const chosen = TABS.find(({ id }) => id === value);
        if (chosen) setDrawer({ tab: chosen.id, isOpen: true });
      }}
      data-open={isOpen || undefined}
    >
      <div className="drawer-bar">
        <Tabs.List className="drawer-tabs" aria-label="What takes time">
          {TABS.map(({ id, title }) => (
            <Tabs.Trigger
              key={id}
              value={id}
              className="drawer-tab"
              onClick={() => {
                if (id === tab) setDrawer({ isOpen: !isOpen });
              }}
            >
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <button
          type="button"
          className="icon-button"
          aria-expanded={isOpen}
          aria-label={isOpen ? 'Close the drawer' : 'Open the drawer'}
          onClick={() => setDrawer({ isOpen: !isOpen })}
        >
          <Icon name={isOpen ? 'down' : 'up'} />
        </button>
      </div>
      {isOpen &&
        TABS.map(({ id, content }) => (
          <Tabs.Content key={id} value={id} className="drawer-content">
            {content()}
          </Tabs.Content>
        ))}
    </Tabs.Root>
  );
}
