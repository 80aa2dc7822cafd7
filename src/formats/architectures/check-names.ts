import { AppError } from '../../core/app-error.ts';

/** The largest networks have some three thousand, and a file may hold a few copies of them. */
const MAX_TENSORS = 20_000;
/** Paths of modules in modules. */
const MAX_LETTERS = 500;

/**
 * Names are compared with those of every family, and stand in sentences: there can only be so many, and none that fills a page.
 *
 * @param fileName what to call the weights in errors
 * @throws AppError `model-unsupported`
 */
export function checkNames(fileName: string, names: readonly string[]): void {
  const longest = names.reduce((most, { length }) => Math.max(most, length), 0);
  if (names.length <= MAX_TENSORS && longest <= MAX_LETTERS) return;
  const what =
    names.length > MAX_TENSORS
      ? `${names.length.toLocaleString('en')} tensors, more than any network that is known here`
      : `a tensor whose name has ${longest.toLocaleString('en')} letters, more than any network that is known here has`;
  throw new AppError('model-unsupported', `The file ${fileName} holds ${what}; please save the network’s state_dict alone.`);
}
