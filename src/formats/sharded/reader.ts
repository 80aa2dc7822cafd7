/** Weights in several files: together they are one dict of named tensors. */
import { AppError } from '../../core/app-error.ts';
import { modelOfStateDict } from '../architectures/model-of-state-dict.ts';
import { type FormatReader, isZip, type ParsedModel, type ReadContext } from '../format.ts';
import { baseName, type GivenFile, labelOf, listed, textOf } from '../given-file.ts';
import { hintIn } from '../hub/hub-config.ts';
import { asObject, parseJson } from '../json.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { readSafetensors } from '../safetensors/safetensors.ts';
import { readTorchWeights } from '../torch/read-checkpoint.ts';
import { isLegacyTorch } from '../torch/signature.ts';
import { isCounter } from '../torch/state-dict.ts';

/** More than any network that fits here. */
const MAX_SHARDS = 1000;

/** Which file each tensor is in, as the index says. */
function placesIn(index: GivenFile) {
  return asObject(asObject(parseJson(labelOf(index), textOf(index)))?.weight_map) ?? {};
}

/** @returns the shards' names, each once; throws an AppError `model-file-broken` naming the index */
function shardNames(index: GivenFile): string[] {
  const label = labelOf(index);
  const names = new Set(Object.values(placesIn(index)));
  // Names alone: an index leads nowhere else.
  const isSound = [...names].every((name): name is string => typeof name === 'string' && /^[^/\\:?#]+$/.test(name));
  if (isSound && names.size > 0 && names.size <= MAX_SHARDS) return [...names].map(String);
  throw new AppError('model-file-broken', `The file ${label} does not say which files the weights are in; please get it again.`);
}

/** Without what browsers put behind a name that there is already. */
function ownName(name: string): string {
  return baseName(name)
    .toLowerCase()
    .replace(/\s?\(\d+\)(?=\.\w+$)/, '');
}

function isLike(name: string, path: string): boolean {
  return ownName(name) === ownName(path);
}

async function tensorsOf(shard: GivenFile, onStep: () => void): Promise<ReadonlyMap<string, NamedTensor>> {
  const isTorch = isZip(shard.bytes) || isLegacyTorch(shard.bytes);
  return isTorch ? (await readTorchWeights(shard, onStep)).tensors : readSafetensors(labelOf(shard), shard.bytes);
}

async function read(index: GivenFile, { copy, choices, metadata, parts, onStep, refuseUnused }: ReadContext): Promise<ParsedModel> {
  const hint = hintIn(metadata, labelOf(index));
  const names = shardNames(index);
  const shards = names.map((name) => parts.find((file) => isLike(file.name, name)));
  const missing = names.filter((_, i) => !shards[i]);
  if (missing.length > 0) {
    const which = missing.length > 1 ? 'those' : 'that';
    const said = `The file ${labelOf(index)} lacks its weights, in ${listed(missing)}; please give ${which} as well.`;
    throw new AppError('model-file-missing', said);
  }
  refuseUnused(parts.filter((file) => !shards.includes(file)));
  const tensors = new Map<string, NamedTensor>();
  for (const shard of shards) {
    if (!shard) continue;
    for (const [name, tensor] of await tensorsOf(shard, onStep)) {
      if (tensors.has(name))
        throw new AppError(
          'model-file-broken',
          `The file ${labelOf(shard)} has the tensor ${name}, which another part has too; please get both again.`,
        );
      tensors.set(name, tensor);
    }
  }
  // A bias that is not there would make another network. Counters are not read.
  const lost = Object.keys(placesIn(index)).filter((name) => !tensors.has(name) && !isCounter(name));
  if (lost.length > 0)
    throw new AppError(
      'model-file-broken',
      `The file ${labelOf(index)} names ${listed(lost)}, which none of its files has; please get all of them again.`,
    );
  return modelOfStateDict(labelOf(index), tensors, { copy, choices, onStep, ...(hint !== null && { hint }) });
}

export const shardedReader: FormatReader = {
  async find(given, context) {
    const files = given.filter(({ role }) => role.id === 'weight-index').map(({ file }) => file);
    // The one file that an index names may be a model by itself, which has no need of it.
    const wholes = given.filter(({ role }) => role.id === 'safetensors' || role.id === 'torch').map(({ file }) => file);
    const isNeeded = (index: GivenFile) => !wholes.some((file) => shardNames(index).every((name) => isLike(file.name, name)));
    return {
      models: files.filter(isNeeded).map((main) => ({ main, read: () => read(main, context) })),
      unfinished: files
        .filter((main) => !isNeeded(main))
        .map((main) => ({ main, missing: `The file ${labelOf(main)} needs its weights; please give them too.` })),
    };
  },
  parts: { pathsIn: shardNames, isLike },
};
