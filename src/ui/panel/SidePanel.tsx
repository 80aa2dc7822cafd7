import { Predictions } from './Predictions.tsx';
import { Settings } from './Settings.tsx';

/** Beside the stage: the network's answer, and the settings. */
export function SidePanel() {
  return (
    <aside className="side-panel" aria-label="Predictions and settings">
      <Predictions />
      <Settings />
    </aside>
  );
}
