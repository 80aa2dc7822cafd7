/** PyTorch's checkpoints: one dict of named tensors, and what the file tells beside them. Nothing in it is ever run. */
import { AppError } from '../../core/app-error.ts';
import type { WeightCopies } from '../../core/models/model-card.ts';
import { checkNames } from '../architectures/check-names.ts';
import { BufferedRanges } from '../archive/buffered-ranges.ts';
import { faultOf } from '../fault.ts';
import { isZip } from '../format.ts';
import { type GivenFile, labelOf, rangesOf } from '../given-file.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import { architectureIn, classNamesIn } from './checkpoint-facts.ts';
import { openLegacyTorch, openPickle } from './legacy-file.ts';
import type { ModuleSettings } from './modules/modules.ts';
import { PickleHarm } from './pickle/pickle-values.ts';
import { isLegacyTorch } from './signature.ts';
import { weightsIn } from './state-dict.ts';
import type { Checkpoint } from './storages.ts';
import { readTensors } from './tensor-values.ts';
import { openTorchArchive } from './torch-archive.ts';

export interface TorchWeights {
  /** In torch's layout, under the file's names, in the file's order. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** None where the file has none. */
  readonly classNames: readonly string[];
  /** What the file calls the architecture, or the class of the network. */
  readonly hint: string | null;
  /** What a whole module says of its layers; empty for weights alone. */
  readonly settings: ModuleSettings;
  /** What stands before the names of its tensors. */
  readonly prefix: string;
  /** Whole modules with the same weights; null where there is one. */
  readonly copies: WeightCopies | null;
}

function refused(fileName: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  if (cause instanceof PickleHarm) {
    const said = `The file ${fileName} asks Python to run ${cause.message} when it is opened, which no weights need; it was not run, and the file is not opened, so please get the weights from somebody you trust.`;
    return new AppError('model-unsupported', said, { cause });
  }
  return new AppError(
    'model-file-broken',
    `The file ${fileName} could not be read as a PyTorch checkpoint (${faultOf(cause)}); please get it again, or save its state_dict with torch.save.`,
    { cause },
  );
}

function open(file: GivenFile, ranges: BufferedRanges, onStep: () => void): Promise<Checkpoint> {
  if (isZip(file.bytes)) return openTorchArchive(ranges, onStep);
  return isLegacyTorch(file.bytes) ? openLegacyTorch(ranges, onStep) : openPickle(ranges, onStep);
}

/** The sizes that the last layer may have: of every matrix, and every bias. */
function outputCounts(tensors: ReadonlyMap<string, NamedTensor>): Set<number> {
  return new Set([...tensors.values()].flatMap(({ shape }) => (shape.length <= 2 ? shape.slice(0, 1) : [])));
}

/**
 * @param copy which of several copies of a whole module is meant; null: the averaged one, else the first
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file and, where it is known, the tensor
 */
export async function readTorchWeights(file: GivenFile, onStep: () => void, copy: string | null = null): Promise<TorchWeights> {
  const fileName = labelOf(file);
  try {
    const { root, storages } = await open(file, new BufferedRanges(rangesOf(file), onStep), onStep);
    const { tensors: found, className, settings, prefix, copies } = weightsIn(root, copy);
    if (found.size === 0) {
      throw new AppError(
        'model-unsupported',
        `The file ${fileName} holds no weights under names; please save the network’s state_dict with torch.save.`,
      );
    }
    checkNames(fileName, [...found.keys()]);
    const tensors = await readTensors(fileName, found, storages, onStep);
    const classNames = classNamesIn(root, outputCounts(tensors));
    return { tensors, classNames, hint: architectureIn(root) ?? className, settings, prefix, copies };
  } catch (cause) {
    throw refused(fileName, cause);
  }
}
