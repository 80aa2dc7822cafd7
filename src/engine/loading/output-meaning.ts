/** What a network's outputs mean: as its end says or whoever gave it, else guessed, and then said so. */
import type { ModelManifest } from '../../core/models/manifest.ts';
import { type OutputReading, readingsFor } from '../../core/models/output-reading.ts';
import type { OutputEnd } from './linear-output.ts';

export interface OutputMeaning {
  readonly reading: OutputReading;
  /** What else it may be taken for: one entry where the network's end leaves no doubt. */
  readonly readings: readonly OutputReading[];
  /** What was guessed, in one sentence; empty where nothing was. */
  readonly remark: string;
}

const IN_WORDS: Readonly<Record<OutputReading, string>> = {
  softmax: 'the logits of classes that exclude each other (softmax)',
  independent: 'the logits of classes that are independent of each other (sigmoid)',
  binary: 'the logit of one class against another (sigmoid)',
  number: 'a number',
};

/** `hard_sigmoid` for `hardSigmoid`, as Keras calls it. */
function kerasName(name: string): string {
  return name.replace(/[a-z](?=[A-Z][a-z])/g, '$&_').toLowerCase();
}

/**
 * @param stated what a manifest says, or the architecture; null where nobody said
 * @param trainedFor what the loss that the network was trained with is for; null where that is not known
 */
export function outputMeaning(
  fileName: string,
  end: OutputEnd,
  units: number,
  { outputReading: stated, classNames }: Pick<ModelManifest, 'outputReading' | 'classNames'>,
  trainedFor: OutputReading | null,
): OutputMeaning {
  const possible = readingsFor(units);
  const isOne = units === 1;
  const ends = `The network in ${fileName} ends in`;
  if (end.kind === 'sigmoid') {
    const reading = isOne ? 'binary' : 'independent';
    return { reading, readings: [reading], remark: '' };
  }
  if (end.kind === 'softmax' && !isOne) return { reading: 'softmax', readings: ['softmax'], remark: '' };
  if (end.kind === 'softmax') {
    const remark = `${ends} a softmax over a single unit, which is 1 for every image; the unit’s value before it is shown as a number.`;
    return { reading: 'number', readings: possible, remark };
  }
  // A manifest of a former version says of one sigmoid unit what it says of several.
  const wanted = stated === 'independent' && isOne ? 'binary' : stated;
  if (wanted && possible.includes(wanted)) return { reading: wanted, readings: possible, remark: '' };
  if (end.kind === 'other') {
    const remark = `${ends} ${kerasName(end.name)}, which cannot be undone, so its ${isOne ? 'output is shown as a number' : 'outputs are shown as numbers'}, as it gives ${isOne ? 'it' : 'them'}.`;
    return { reading: 'number', readings: possible, remark };
  }
  const loss = trainedFor === 'independent' && isOne ? 'binary' : trainedFor;
  const what = isOne ? 'a single unit without an activation' : `${units} units without an activation`;
  const guess = (reading: OutputReading, because: string): OutputMeaning => {
    const numbers = reading === 'number' && !isOne ? 'numbers' : IN_WORDS[reading];
    const change = 'under Network input it can be read otherwise';
    return {
      reading,
      readings: possible,
      remark: `${ends} ${what}; ${because}, ${isOne ? 'it is' : 'they are'} taken for ${numbers}: ${change}.`,
    };
  };
  if (loss && possible.includes(loss)) return guess(loss, 'as its loss in training was made for that');
  if (isOne && classNames.length === 2) return guess('binary', 'as two class names came with it');
  return guess(isOne ? 'number' : 'softmax', 'as nothing says what that means');
}
