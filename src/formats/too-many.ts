import { AppError } from '../core/app-error.ts';
import { type GivenFile, labelOf, listed } from './given-file.ts';

/** Two networks, or two files of weights, where there can be one. */
export function tooMany(files: readonly GivenFile[]): AppError {
  const archives = new Set(files.map(({ archive }) => archive));
  const [archive] = archives;
  const names = listed(files.map(archives.size === 1 ? ({ name }) => name : labelOf));
  const count = files.length === 2 ? 'two' : `${files.length}`;
  const sentence =
    archive !== undefined && archives.size === 1
      ? `The file ${archive} holds ${count} models, ${names}; please give one of them.`
      : `The files ${names} are ${count} models; please choose one at a time.`;
  return new AppError('model-unsupported', sentence);
}
