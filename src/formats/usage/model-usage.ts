/** How a model is used: what its files say of that, and else what is guessed. */

import { channelCount, NORMALISATIONS, normalisationId, type Preprocessing } from '../../core/images/preprocessing.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { teachableMachine } from '../archive/teachable-machine.ts';
import type { Assembly } from '../assemble.ts';
import type { ParsedModel } from '../format.ts';
import { type GivenFile, labelOf, textOf, wholeOf } from '../given-file.ts';
import { hubUsageIn } from '../hub/hub-config.ts';
import { parseJson } from '../json.ts';
import { inputChannels } from '../network/input-shape.ts';
import { namesInJson, parseClassNames } from './class-names.ts';
import { guessPreprocessing } from './guess-preprocessing.ts';
import { checkFile, parseManifest } from './manifest.ts';
import { weightsIn } from './own-scaling.ts';

export interface Usage {
  readonly manifest: ModelManifest;
  /** What the person should know about that; empty when there is nothing to say. */
  readonly remark: string;
  /** Nothing says how images are prepared. */
  readonly isGuessed: boolean;
  /** Only the values are guessed: how images are fitted is said. */
  readonly isFitKnown?: boolean;
}

/** What a person would call the model: the file's name, or that of the archive. */
function titleOf({ name, archive }: GivenFile): string {
  const own = (archive ?? name).split('/').at(-1) ?? name;
  return own.replace(/(\.(safetensors|bin)\.index|\.weights)?\.\w+$/, '') || own;
}

function namesIn(file: GivenFile): string[] {
  const label = labelOf(file);
  const text = textOf(file);
  return (/\.json$/i.test(file.name) && namesInJson(parseJson(label, text))) || parseClassNames(file.name, text, `The file ${label}`);
}

/** @throws AppError `checksum-mismatch` where a file is not the one that the manifest describes */
async function check({ files }: ModelManifest, given: readonly GivenFile[]): Promise<void> {
  for (const expected of files) {
    const file = given.find(({ name }) => name === expected.path || name.endsWith(`/${expected.path}`));
    if (file) await checkFile(await wholeOf(file), expected);
  }
}

/**
 * @param main the file that turned out to be the model
 * @throws AppError naming the file that is wrong
 */
export async function usageOf(assembly: Assembly, main: GivenFile, parsed: ParsedModel): Promise<Usage> {
  const { manifest: given, parts, metadata } = assembly;
  const names = assembly.names[0] ?? null;
  if (given) {
    const manifest = parseManifest(labelOf(given), textOf(given));
    await check(manifest, [main, ...parts]);
    return { manifest: names ? { ...manifest, classNames: namesIn(names) } : manifest, remark: '', isGuessed: false };
  }
  const guess = guessPreprocessing(parsed.artifacts.topology, parsed.family, weightsIn(parsed.artifacts));
  const channels = inputChannels(parsed.artifacts.topology);
  const machine = teachableMachine(main, metadata, names);
  // Of weights alone: other networks beside such files are not what those are about.
  const hub = parsed.family ? hubUsageIn(metadata) : null;
  const values = hub?.values && channelCount(hub.values.channels) === channels ? hub.values : null;
  const fitted = hub?.fitted ?? null;
  const own = parsed.images && channelCount(parsed.images.channels) === channels ? parsed.images : null;
  const { input, ...fitting } = fitted ?? {};
  // Of what is only half said the other half is guessed.
  const preprocessing: Preprocessing = machine?.preprocessing ?? {
    ...(own ? { ...own, fit: 'stretched' as const } : guess.preprocessing),
    ...values,
    ...fitting,
  };
  const manifest: ModelManifest = {
    title: machine?.title ?? titleOf(main),
    description: '',
    input: machine?.input ?? input ?? guess.input,
    preprocessing,
    outputReading: (parsed.reading === 'softmax' && hub?.reading) || (parsed.reading ?? null),
    classNames: names ? namesIn(names) : ([hub?.names, machine?.names].find((known) => known?.length) ?? parsed.names ?? []),
    origin: '',
    licence: '',
    files: [],
  };
  if (values && fitted) return { manifest, remark: hub?.remark ?? '', isGuessed: false };
  const title = NORMALISATIONS.find(({ id }) => id === normalisationId(preprocessing))?.title;
  if (own && !machine) {
    const how = title === undefined ? 'by values of its own' : `as “${title}”`;
    return { manifest, remark: `The file ${labelOf(main)} says itself how its images are prepared: ${how}.`, isGuessed: false };
  }
  if (hub && values) {
    const beside = `What lies beside ${labelOf(main)} says what values images have, but not how they are fitted, which is assumed: please check that the network gets its images like this.`;
    return { manifest, remark: [hub.remark, beside].filter(Boolean).join(' '), isGuessed: true };
  }
  const because = machine?.because ?? `it ${guess.because}`;
  const unsaid = fitted
    ? `What lies beside ${labelOf(main)} says how images are resized and cropped, but no mean and std that fit its channels`
    : `The file ${labelOf(main)} does not say how its images are prepared`;
  const remark = `${unsaid}; as ${because}, “${title ?? guess.title}” is assumed: please check that the network gets its images like this.`;
  const assumptions = fitted ? [] : guess.assumptions.map((assumption) => `In ${labelOf(main)} ${assumption}.`);
  return {
    manifest,
    remark: [hub?.remark, remark, ...assumptions].filter(Boolean).join(' '),
    isGuessed: true,
    isFitKnown: fitted !== null,
  };
}
