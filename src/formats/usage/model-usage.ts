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
  const said = hub?.images && channelCount(hub.images.preprocessing.channels) === channels ? hub.images : null;
  const own = parsed.images && channelCount(parsed.images.channels) === channels ? parsed.images : null;
  const preprocessing: Preprocessing =
    said?.preprocessing ?? machine?.preprocessing ?? (own ? { ...own, fit: 'stretched' } : guess.preprocessing);
  const manifest: ModelManifest = {
    title: machine?.title ?? titleOf(main),
    description: '',
    input: said?.input ?? machine?.input ?? guess.input,
    preprocessing,
    outputReading: (parsed.reading === 'softmax' && hub?.reading) || (parsed.reading ?? null),
    classNames: names ? namesIn(names) : ([hub?.names, machine?.names].find((known) => known?.length) ?? parsed.names ?? []),
    origin: '',
    licence: '',
    files: [],
  };
  if (said) return { manifest, remark: hub?.remark ?? '', isGuessed: false };
  const title = NORMALISATIONS.find(({ id }) => id === normalisationId(preprocessing))?.title;
  if (own && !machine) {
    const how = title === undefined ? 'by values of its own' : `as “${title}”`;
    return { manifest, remark: `The file ${labelOf(main)} says itself how its images are prepared: ${how}.`, isGuessed: false };
  }
  const because = machine?.because ?? `it ${guess.because}`;
  const remark = `The file ${labelOf(main)} does not say how its images are prepared; as ${because}, “${title ?? guess.title}” is assumed: please check that the network gets its images like this.`;
  const assumptions = guess.assumptions.map((assumption) => `In ${labelOf(main)} ${assumption}.`);
  return { manifest, remark: [remark, ...assumptions].join(' '), isGuessed: true };
}
