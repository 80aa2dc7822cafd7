import { AppError } from '../core/app-error.ts';

/**
 * A part of this app that comes when it is needed.
 *
 * @param does what it does, as it stands after “The part of this app that”
 * @param onStep called now and then: it may be large, and a slow connection is no sign of a damaged file
 * @throws AppError `download-failed`
 */
export async function loadPart<Part>(load: () => Promise<Part>, does: string, onStep: () => void): Promise<Part> {
  const timer = setInterval(onStep, 500);
  try {
    return await load();
  } catch (cause) {
    const message = `The part of this app that ${does} could not be downloaded; please check the connection, and choose the file again.`;
    throw new AppError('download-failed', message, { cause });
  } finally {
    clearInterval(timer);
  }
}
