/** PyTorch's checkpoints among the files that a person gave: their weights say which network it is. */
import { AppError } from '../../core/app-error.ts';
import type { ChosenOptions } from '../../core/models/model-card.ts';
import { GIVE_IT, GIVE_WHOLE } from '../architectures/misfit.ts';
import { modelOfStateDict } from '../architectures/model-of-state-dict.ts';
import { remarkOnCopies } from '../architectures/remarks.ts';
import { WHOLE_MODULE } from '../architectures/state-dict.ts';
import type { FormatReader, ParsedModel, ReadContext } from '../format.ts';
import { type GivenFile, labelOf } from '../given-file.ts';
import { hintIn } from '../hub/hub-config.ts';
import { factsOf } from './modules/facts-of-modules.ts';
import { choicesIn, differencesFrom } from './modules/module-settings.ts';
import { choicesOfHead } from './modules/sequences.ts';
import { readTorchWeights, type TorchWeights } from './read-checkpoint.ts';

/** Where weights leave something open that the module itself says, it is chosen as it says. */
function modelOf(fileName: string, { tensors, hint, settings, prefix }: TorchWeights, { copy, choices, onStep }: ReadContext): ParsedModel {
  const own = factsOf(settings);
  const facts = new Map([...own].map(([path, fact]) => [path === '' ? prefix.slice(0, -1) : `${prefix}${path}`, fact] as const));
  const options = { copy, told: choicesOfHead(settings), facts, moduleAt: prefix.slice(0, -1), onStep, ...(hint !== null && { hint }) };
  const open = (chosen: ChosenOptions) => {
    const parsed = modelOfStateDict(fileName, tensors, { ...options, choices: chosen });
    const { facts: told, layers } = parsed.told;
    const adopted = new Set([...own].flatMap(([path, fact]) => (told.has(fact) ? [path] : [])));
    return { chosen, parsed, differences: differencesFrom(parsed.artifacts, settings, { modules: adopted, layers }) };
  };
  let best = open({ ...choicesIn(settings), ...choices });
  for (const { id, options: others, chosen } of best.parsed.choices ?? [])
    for (const other of others.filter((option) => option.id !== chosen)) {
      if (best.differences.length === 0) return best.parsed;
      const another = open({ ...best.chosen, [id]: other.id });
      if (another.differences.length < best.differences.length) best = another;
    }
  const [difference] = best.differences;
  if (difference === undefined) return best.parsed;
  const { title = 'a network that is known here' } = best.parsed.family ?? {};
  const follows =
    title === WHOLE_MODULE ? `so it cannot be run here; ${GIVE_IT}` : `so it is not ${title} as it is known here; ${GIVE_WHOLE}`;
  const where = difference.startsWith(' ') ? 'the network' : 'the module ';
  throw new AppError('model-unsupported', `In ${fileName} ${where}${difference}, ${follows}.`);
}

async function read(file: GivenFile, context: ReadContext): Promise<ParsedModel> {
  const said = hintIn(context.metadata, labelOf(file));
  const own = await readTorchWeights(file, context.onStep, context.copy);
  const weights = { ...own, hint: own.hint ?? said };
  const parsed = modelOf(labelOf(file), weights, context);
  const named = weights.classNames.length > 0 ? { ...parsed, names: weights.classNames } : parsed;
  const { copies } = weights;
  return copies ? { ...named, copies, remark: `${remarkOnCopies(labelOf(file), copies)} ${named.remark}` } : named;
}

export const torchReader: FormatReader = {
  async find(given, context) {
    const files = given.filter(({ role }) => role.id === 'torch').map(({ file }) => file);
    return { models: files.map((main) => ({ main, read: () => read(main, context) })), unfinished: [] };
  },
};
