/** A folder of images, and the classes that its folders are called after. */

import type { Preprocessing } from '../core/images/preprocessing.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import type { SweepSettings } from '../explain/input/input-settings.ts';
import type { MethodId } from '../explain/methods/list.ts';
import type { MeasureSettings } from '../metrics/measures.ts';
import type { ReplacementKind } from '../metrics/replacement.ts';

/** One replacement for all images of a set: means over different ones would mean nothing. */
interface ChosenReplacement {
  readonly replacement: ReplacementKind;
  /** How many images it was chosen by, taken evenly from the set. */
  readonly images: number;
  /** The mean share of the probability that each one left. */
  readonly left: Readonly<Partial<Record<ReplacementKind, number>>>;
}

/** What is measured of a set: everything that a person chose before it began, so that it goes on the same after a break. */
export interface KeptSet {
  readonly name: string;
  /** Of all images, from the folder that was given, with slashes. */
  readonly paths: readonly string[];
  readonly modelId: string;
  readonly preprocessing: Preprocessing;
  /** What the outputs meant; sets that a former version began lack it. */
  readonly reading?: OutputReading;
  readonly layer: string;
  readonly methods: readonly MethodId[];
  readonly ablation: SweepSettings;
  readonly settings: MeasureSettings;
  /** What removed pixels become, where the settings leave that to the network; null until some images were asked. */
  readonly chosen?: ChosenReplacement | null;
  /** Whether images with 16 bits that are nearly black are stretched; sets of former versions do not say so. */
  readonly isStretched?: boolean;
  /** Whether the person stopped it: it does not go on by itself then. */
  readonly isPaused?: boolean;
}

/** The name of the folder that an image lies in; null for one at the top. */
function folderOf(path: string): string | null {
  return path.split('/').at(-2) ?? null;
}

/** The class that the image's folder is called after, as the network calls it. */
export function labelOf(path: string, classNames: readonly string[]): string | null {
  const folder = folderOf(path)?.toLowerCase();
  return classNames.find((name) => name.toLowerCase() === folder) ?? null;
}
