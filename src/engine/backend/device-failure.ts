/** What went wrong on the device, as a person is told it. */
import { AppError, asAppError } from '../../core/app-error.ts';
import type { OpenDevice } from './device.ts';

/** Whatever a job threw, as an `AppError`. */
export function explainFailure(error: unknown, isDeviceLost: boolean): AppError {
  if (isDeviceLost)
    return new AppError('device-lost', 'The graphics processor was lost; the network is being loaded again.', { cause: error });
  const detail = error instanceof Error ? error.message : String(error);
  if (
    !(error instanceof AppError) &&
    /out of memory|OOM|allocation failed|Array buffer allocation|memory access out of bounds/i.test(detail)
  ) {
    return new AppError('out-of-memory', 'There was too little memory for this; please close other tabs, or choose a later layer.', {
      cause: error,
    });
  }
  return asAppError(error);
}

/** WebGPU reports some failures only on the side, and gives zeros: better no map than a wrong one. */
export function throwSideError(device: OpenDevice): void {
  const sideError = device.takeError();
  if (sideError)
    throw new AppError(
      'internal',
      `The graphics processor reported a fault (${sideError}), so the result was thrown away; please try again.`,
    );
}
