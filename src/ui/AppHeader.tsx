import { Suspense, useState } from 'react';
import { formatHubName, parseHubName } from '../core/models/hub-name.ts';
import { OFFERED_MODEL } from '../core/models/offered-model.ts';
import { BACKEND_TITLES } from '../state/models/backend-titles.ts';
import { FileButton } from './controls/FileButton.tsx';
import { lazyPart } from './controls/lazy-part.tsx';
import { Select } from './controls/Select.tsx';
import { ExportMenu } from './export/ExportMenu.tsx';
import { ModelProgress } from './models/ModelProgress.tsx';
import { useApp } from './store-context.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';
import { UndoButtons } from './UndoButtons.tsx';
import { useOnline } from './use-online.ts';

/** Each comes when it is opened for the first time. */
const HelpDialog = lazyPart(async () => (await import('./help/HelpDialog.tsx')).HelpDialog);
const ModelsDialog = lazyPart(async () => (await import('./models/ModelsDialog.tsx')).ModelsDialog);

/** Which backend runs the network, and what that means where it is not what one would hope for. */
function DeviceStatus() {
  const { status, info } = useApp(({ device }) => device);
  let text = 'Starting…';
  if (status === 'failed') text = 'No backend';
  else if (status === 'lost') text = 'Graphics processor lost, restarting…';
  else if (info) text = `${BACKEND_TITLES[info.backend]} · ${info.adapter}`;
  const remark = info?.isSoftware ? 'Software adapter: right results, but much slower than WASM' : (info?.remark ?? '');
  return (
    <p role="status" className="device-status" title={remark || undefined}>
      <span>{text}</span> {remark && <span className="device-remark">{remark}</span>}
    </p>
  );
}

/** A network of the hub by name, where there is a network, and the browser does not have it yet. */
function useOffer(): { readonly name: string; readonly title: string } | null {
  const catalogue = useApp(({ model }) => model.catalogue);
  const isOnline = useOnline();
  const { name, title, megabytes } = OFFERED_MODEL;
  const isHere = catalogue.some(({ hubName }) => hubName !== null && parseHubName(hubName)?.repository === name.repository);
  return isOnline && !isHere ? { name: formatHubName(name), title: `${title} (from Hugging Face, ${megabytes} MB)` } : null;
}

export function AppHeader() {
  const catalogue = useApp(({ model }) => model.catalogue);
  const shown = useApp(({ model }) => model.card?.id ?? '');
  const hasFailed = useApp(({ device }) => device.status === 'failed');
  const offer = useOffer();
  const chooseModel = useApp((state) => state.chooseModel);
  const openFromHub = useApp((state) => state.openFromHub);
  const giveFiles = useApp((state) => state.giveFiles);
  const openHelp = useApp((state) => state.openHelp);
  const isHelpOpen = useApp(({ view }) => view.help !== null);
  const [areModelsOpen, setModelsOpen] = useState(false);
  return (
    <header className="app-header">
      <h1>FastAblationCAM</h1>
      <div className="model-choice">
        <Select
          name="Model"
          className="model-select"
          options={[
            ...catalogue.map(({ id, title }) => ({ value: id, title })),
            ...(offer ? [{ value: offer.name, title: offer.title }] : []),
          ]}
          value={shown}
          isDisabled={hasFailed || catalogue.length === 0}
          onChoose={(id) => void (id === offer?.name ? openFromHub(id) : chooseModel(id))}
        />
        <FileButton
          label={
            <>
              <span className="long-word">Model </span>files
            </>
          }
          onFiles={(files) => void giveFiles(files)}
        />
        <button type="button" aria-haspopup="dialog" onClick={() => setModelsOpen(true)}>
          All<span className="long-word"> models</span>
        </button>
      </div>
      <div className="header-status">
        <ModelProgress />
        <DeviceStatus />
      </div>
      <div className="header-actions">
        <UndoButtons />
        <ExportMenu />
        <ThemeSwitch />
        <button type="button" className="icon-button" aria-label="Help" title="Help and keys (?)" onClick={() => openHelp('top')}>
          ?
        </button>
      </div>
      <Suspense>
        {isHelpOpen && <HelpDialog />}
        {areModelsOpen && <ModelsDialog onClose={() => setModelsOpen(false)} />}
      </Suspense>
    </header>
  );
}
