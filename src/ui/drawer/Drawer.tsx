import { Tabs } from 'radix-ui';
import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { filesOfFolder } from '../../platform/dropped-files.ts';
import { tabProgress } from '../../state/drawer/tab-progress.ts';
import type { DrawerTab } from '../../state/view/view-state.ts';
import { FileButton } from '../controls/FileButton.tsx';
import { Guard } from '../controls/Guard.tsx';
import { Icon } from '../controls/Icon.tsx';
import { lazyPart } from '../controls/lazy-part.tsx';
import { useApp } from '../store-context.tsx';
import { FailedPart } from './FailedPart.tsx';

/** Each comes when its tab is opened for the first time: the page's first look does not wait for it. */
const AblateCells = lazyPart(async () => (await import('../cells/AblateCells.tsx')).AblateCells);
const DepthStrip = lazyPart(async () => (await import('../across-layers/DepthStrip.tsx')).DepthStrip);
const Faithfulness = lazyPart(async () => (await import('../faithfulness/Faithfulness.tsx')).Faithfulness);
const Agreement = lazyPart(async () => (await import('../compare/Agreement.tsx')).Agreement);
const SanityCheck = lazyPart(async () => (await import('../faithfulness/SanityCheck.tsx')).SanityCheck);
const Stability = lazyPart(async () => (await import('../stability/Stability.tsx')).Stability);
const Dataset = lazyPart(async () => (await import('../dataset/Dataset.tsx')).Dataset);

const TABS: readonly { readonly id: DrawerTab; readonly title: string; readonly content: () => ReactNode }[] = [
  { id: 'cells', title: 'Cells', content: () => <AblateCells /> },
  { id: 'across-layers', title: 'Across layers', content: () => <DepthStrip /> },
  { id: 'measure', title: 'Measure', content: () => <Faithfulness /> },
  { id: 'agreement', title: 'Agreement', content: () => <Agreement /> },
  { id: 'sanity-check', title: 'Sanity check', content: () => <SanityCheck /> },
  { id: 'stability', title: 'Stability', content: () => <Stability /> },
  { id: 'dataset', title: 'Dataset', content: () => <Dataset /> },
];

/** How far it is, also while another tab is in front, or none. */
function TabProgress({ tab }: { tab: DrawerTab }) {
  const progress = useApp((state) => tabProgress(state, tab));
  return <span className="tab-progress">{progress}</span>;
}

/** Moves the row of tabs alone, never the page, until a tab is in sight. */
function showTab(row: HTMLElement, tab: DrawerTab): void {
  const front = row.querySelector(`[id$='-trigger-${tab}']`)?.getBoundingClientRect();
  const { left, right } = row.getBoundingClientRect();
  if (front) row.scrollLeft += Math.max(0, front.right - right) - Math.max(0, left - front.left);
}

/** What takes time: it goes on while the drawer is closed. */
export function Drawer() {
  const { tab, isOpen } = useApp(({ view }) => view.drawer);
  const setDrawer = useApp((state) => state.setDrawer);
  const root = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    // Where the page scrolls, what was opened lies below the screen.
    if (isOpen && !wasOpen.current && matchMedia('(720px <= width < 1100px)').matches) root.current?.scrollIntoView({ block: 'start' });
    wasOpen.current = isOpen;
  }, [isOpen]);
  const tabs = useRef<HTMLDivElement>(null);
  const sheet = useApp(({ view }) => view.sheet);
  useEffect(() => {
    // On a phone it is there with its sheet alone.
    if (tabs.current && (isOpen || sheet !== null)) showTab(tabs.current, tab);
  }, [tab, isOpen, sheet]);
  const giveFolder = useApp((state) => state.giveFolder);
  return (
    <Tabs.Root
      ref={root}
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
        <Tabs.List ref={tabs} className="drawer-tabs" aria-label="What takes time">
          {TABS.map(({ id, title }) => (
            // The tab in front opens the drawer too, which another tab does by being chosen.
            <Tabs.Trigger key={id} value={id} className="drawer-tab" onClick={() => setDrawer({ tab: id, isOpen: true })}>
              {title} <TabProgress tab={id} />
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="drawer-actions">
          <FileButton label="Folder" isFolder onFiles={(files) => void giveFolder(filesOfFolder(files))} />
          <button
            type="button"
            className="icon-button"
            aria-expanded={isOpen}
            aria-label={isOpen ? 'Close the drawer' : 'Open the drawer'}
            onClick={() => setDrawer({ isOpen: !isOpen })}
          >
            <Icon name={isOpen ? 'down' : 'up'} />
          </button>
        </span>
      </div>
      {/* There also while it is closed: tabs point at what they open. */}
      <div className="drawer-contents" hidden={!isOpen}>
        {TABS.map(({ id, content }) => (
          <Tabs.Content key={id} value={id} className="drawer-content">
            {isOpen && (
              <Guard instead={(failure) => <FailedPart failure={failure} />}>
                <Suspense>{content()}</Suspense>
              </Guard>
            )}
          </Tabs.Content>
        ))}
      </div>
    </Tabs.Root>
  );
}
