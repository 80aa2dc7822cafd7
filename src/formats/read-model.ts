/** A model from the files that a person has, of whichever format. */
import { AppError } from '../core/app-error.ts';
import type { ModelManifest } from '../core/models/manifest.ts';
import type { ChosenOptions, ModelChoice, WeightCopies } from '../core/models/model-card.ts';
import { MAX_BYTES, withUnpacked } from './archive/unpack.ts';
import { assemble } from './assemble.ts';
import { faultOf } from './fault.ts';
import type { ParsedModel } from './format.ts';
import { type GivenFile, labelOf } from './given-file.ts';
import { asObject, withPlainNumbers } from './json.ts';
import { forInference } from './layers/for-inference.ts';
import { remarkOnRandom } from './layers/random-layers.ts';
import type { ModelArtifacts } from './network/artifacts.ts';
import { withImageInput } from './network/channel-side.ts';
import { usageOf } from './usage/model-usage.ts';

export interface ReadModel {
  /** The file that says what the network is. */
  readonly fileName: string;
  readonly artifacts: ModelArtifacts;
  readonly manifest: ModelManifest;
  /** How images are prepared is guessed: no manifest says it. */
  readonly isGuessed: boolean;
  /** Only their values are guessed: the files say how they are fitted. */
  readonly isFitKnown?: boolean;
  /** What the person should know about how the model was read, in one sentence; empty when there is nothing to say. */
  readonly remark: string;
  /** What of that was guessed about how images are prepared. */
  readonly inputRemark?: string;
  /** Where the file holds several copies of the weights. */
  readonly copies?: WeightCopies;
  /** What the file leaves open about the network, and how that was read. */
  readonly choices?: readonly ModelChoice[];
}

/** @throws AppError `model-file-broken` or `model-unsupported` */
function checkSizes(files: readonly GivenFile[]): void {
  const empty = files.find(({ bytes }) => bytes.byteLength === 0);
  if (empty) throw new AppError('model-file-broken', `The file ${empty.name} is empty; please get it again.`);
  const total = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (total <= MAX_BYTES) return;
  throw new AppError(
    'model-unsupported',
    `The file ${files[0]?.name} takes ${Math.round(total / 1e6)} MB, more than a browser can hold; please give a smaller network.`,
  );
}

/** How images are prepared depends on what the network takes. */
function withImage(parsed: ParsedModel): ParsedModel {
  const { artifacts } = parsed;
  const { topology } = artifacts;
  const config = withImageInput(topology.class_name, asObject(withPlainNumbers(topology.config)) ?? {});
  return { ...parsed, artifacts: { ...artifacts, topology: { ...topology, config } } };
}

/**
 * @param onStep called now and then, so that whoever waits knows that there is progress
 * @param copy which of several copies of the weights is meant; null: the one that their names speak for
 * @param choices how is read what the files leave open
 * @throws AppError with one sentence that names the file, for everything that can be wrong with it; `model-file-missing` where others are
 *   waited for
 */
export async function readModel(
  files: readonly GivenFile[],
  onStep: () => void = () => {},
  copy: string | null = null,
  choices: ChosenOptions = {},
): Promise<ReadModel> {
  checkSizes(files);
  let name = files[0]?.name ?? 'chosen';
  try {
    const assembly = await assemble(withUnpacked(files, onStep), onStep, { copy, choices });
    name = labelOf(assembly.model.main);
    const parsed = withImage(await assembly.model.read());
    const main = parsed.main ?? assembly.model.main;
    name = labelOf(main);
    onStep();
    const usage = await usageOf(assembly, main, parsed);
    const beside = [
      ...assembly.unneeded.map((file) => `The file ${labelOf(file)} was not needed, because ${name} holds its own network.`),
      ...assembly.otherJson.map((file) => `The file ${labelOf(file)} says nothing of models that is known here, so it was left out.`),
    ];
    const random = remarkOnRandom(name, parsed.artifacts.topology.random ?? []);
    const remark = [...beside, parsed.remark, random, usage.remark].filter(Boolean).join(' ');
    const artifacts = forInference(name, parsed.artifacts);
    const { copies, choices: made } = parsed;
    const { isFitKnown } = usage;
    const more = { ...(copies && { copies }), ...(made && { choices: made }), ...(isFitKnown && { isFitKnown }) };
    return { fileName: name, artifacts, manifest: usage.manifest, isGuessed: usage.isGuessed, remark, inputRemark: usage.remark, ...more };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // Files that are damaged on purpose find ways that nobody thought of.
    throw new AppError('model-file-broken', `The file ${name} could not be read (${faultOf(cause)}); please get it again.`, { cause });
  }
}
