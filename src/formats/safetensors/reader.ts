/** Networks that are known by the names of their weights in safetensors. */
import { modelOfStateDict } from '../architectures/model-of-state-dict.ts';
import { denseNetOfTorch } from '../densenet/densenet-torch.ts';
import { modelOfWeights } from '../densenet/model-of-weights.ts';
import type { FormatReader, ParsedModel } from '../format.ts';
import { type GivenFile, labelOf, listed } from '../given-file.ts';
import { readSafetensors } from './safetensors.ts';

function read(file: GivenFile, copy: string | null): ParsedModel {
  const fileName = labelOf(file);
  const tensors = readSafetensors(fileName, file.bytes);
  if (![...tensors.keys()].some((name) => name.endsWith('features.conv0.weight'))) return modelOfStateDict(fileName, tensors, { copy });
  const { weights, copies, leftOut } = denseNetOfTorch(fileName, tensors, copy);
  const parsed = modelOfWeights(fileName, weights);
  const others =
    leftOut.length > 0 && `In ${fileName} ${listed(leftOut)} ${leftOut.length > 1 ? 'are' : 'is'} no part of the network, and left out.`;
  const choice =
    copies &&
    `The file ${fileName} holds ${copies.names.length} copies of the weights, ${listed(copies.names)}; ${copies.names[0]} is opened at first, and “Weights” below changes that.`;
  return { ...parsed, remark: [choice, others, parsed.remark].filter(Boolean).join(' '), ...(copies && { copies }) };
}

export const safetensorsReader: FormatReader = {
  async find(given, { copy }) {
    const files = given.filter(({ role }) => role.id === 'safetensors').map(({ file }) => file);
    return { models: files.map((main) => ({ main, read: async () => read(main, copy) })), unfinished: [] };
  },
};
