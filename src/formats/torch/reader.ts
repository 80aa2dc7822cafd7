/** PyTorch's checkpoints among the files that a person gave: their weights say which network it is. */
import { modelOfStateDict } from '../architectures/model-of-state-dict.ts';
import type { FormatReader, ParsedModel, ReadContext } from '../format.ts';
import { type GivenFile, labelOf } from '../given-file.ts';
import { readTorchWeights } from './read-checkpoint.ts';

async function read(file: GivenFile, { copy, choices, onStep }: ReadContext): Promise<ParsedModel> {
  const { tensors, classNames, hint } = await readTorchWeights(file, onStep);
  const parsed = modelOfStateDict(labelOf(file), tensors, { copy, choices, onStep, ...(hint !== null && { hint }) });
  return classNames.length > 0 ? { ...parsed, names: classNames } : parsed;
}

export const torchReader: FormatReader = {
  async find(given, context) {
    const files = given.filter(({ role }) => role.id === 'torch').map(({ file }) => file);
    return { models: files.map((main) => ({ main, read: () => read(main, context) })), unfinished: [] };
  },
};
