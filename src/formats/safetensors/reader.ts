/** Networks that are known by the names of their weights in safetensors. */
import { modelOfStateDict } from '../architectures/model-of-state-dict.ts';
import type { FormatReader } from '../format.ts';
import { labelOf } from '../given-file.ts';
import { hintIn } from '../hub/hub-config.ts';
import { readSafetensors } from './safetensors.ts';

export const safetensorsReader: FormatReader = {
  async find(given, { copy, choices, metadata, onStep }) {
    const files = given.filter(({ role }) => role.id === 'safetensors').map(({ file }) => file);
    const read = async (main: (typeof files)[number]) => {
      const label = labelOf(main);
      const hint = hintIn(metadata, label);
      return modelOfStateDict(label, readSafetensors(label, main.bytes), { copy, choices, onStep, ...(hint !== null && { hint }) });
    };
    return { models: files.map((main) => ({ main, read: () => read(main) })), unfinished: [] };
  },
};
