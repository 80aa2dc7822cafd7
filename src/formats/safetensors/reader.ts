/** Networks that are known by the names of their weights in safetensors. */
import { modelOfStateDict } from '../architectures/model-of-state-dict.ts';
import type { FormatReader } from '../format.ts';
import { labelOf } from '../given-file.ts';
import { readSafetensors } from './safetensors.ts';

export const safetensorsReader: FormatReader = {
  async find(given, { copy, choices, onStep }) {
    const files = given.filter(({ role }) => role.id === 'safetensors').map(({ file }) => file);
    const read = async (main: (typeof files)[number]) =>
      modelOfStateDict(labelOf(main), readSafetensors(labelOf(main), main.bytes), { copy, choices, onStep });
    return { models: files.map((main) => ({ main, read: () => read(main) })), unfinished: [] };
  },
};
