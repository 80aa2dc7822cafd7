import { formatBytes } from './format.ts';
import { useApp } from './store-context.tsx';

/** How far the model is. Its place is kept when there is nothing to say. */
export function ModelProgress() {
  const status = useApp(({ model }) => model.status);
  const progress = useApp(({ model }) => model.progress);
  if (status === 'failed') return <p className="model-progress">No model is loaded.</p>;
  if (status !== 'loading') return <p className="model-progress" />;
  if (!progress) return <p className="model-progress">Loading the model</p>;
  const { loadedBytes, totalBytes } = progress;
  return (
    <p className="model-progress">
      <progress aria-label="Loading the model" max={totalBytes} value={loadedBytes} />
      <span>{loadedBytes < totalBytes ? `${formatBytes(loadedBytes)} of ${formatBytes(totalBytes)}` : 'Preparing'}</span>
    </p>
  );
}
