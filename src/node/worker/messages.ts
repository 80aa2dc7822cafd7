/** What is asked of whoever works on images, in this thread or in one of its own. */
import type { Size } from '../../core/images/geometry.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import type { RemovedScores } from '../../metrics/removal.ts';
import type { BackendName, DeviceInfo, ModelInfo } from '../../protocol/engine.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import type { ResultLine } from '../../sets/results/result-line.ts';
import type { RunCommand, RunSettings } from '../../sets/results/run-record.ts';

export interface OpenRequest {
  readonly model: ReadModel;
  /** What results call it. */
  readonly modelId: string;
  readonly backend: BackendName;
  /** What a network that takes images of any size is given; null: what suits it. */
  readonly input: Size | null;
  /** Which of several outputs is explained; null: the first classifier. */
  readonly output: number | null;
  /** Whether its weights are hashed, which takes a while. */
  readonly isIdentified: boolean;
  /** Whether it is planned what copies of its layers take, which takes a while too. */
  readonly isPlanned: boolean;
}

export interface Opened {
  readonly device: DeviceInfo;
  readonly info: ModelInfo;
  /** Of all weights; empty where that was not asked for. */
  readonly sha256: string;
}

/** What is done with every image. */
export interface RunRequest {
  readonly command: RunCommand;
  readonly settings: RunSettings;
  readonly modelId: string;
  readonly givenNames: readonly string[];
  readonly classNames: readonly string[];
  /** What is measured; its paths are left out. */
  readonly set: KeptSet;
  /** The folder of the results. */
  readonly out: string;
  /** The most memory for a batch, in bytes. */
  readonly budgetBytes: number;
}

export interface ImageTask {
  readonly path: string;
  readonly file: string;
  /** What the files of its maps are called after. */
  readonly name: string;
}

export interface Worked {
  readonly line: ResultLine;
  /** What a person should know of the image, in a sentence; mostly empty. */
  readonly remark: string;
}

export interface ImageWorker {
  /** Opens the network. */
  open(request: OpenRequest): Promise<Opened>;
  begin(request: RunRequest): Promise<void>;
  /** What is left of an image's probability under every replacement; null for one that cannot be read. */
  removedScores(task: ImageTask, signal: AbortSignal): Promise<RemovedScores | null>;
  /**
   * Explains or measures an image, and writes its files. What is wrong with one image is in its line.
   *
   * @throws AppError where no other image could be done either
   */
  work(task: ImageTask, signal: AbortSignal): Promise<Worked>;
  /** Ends it, at once. */
  close(): Promise<void>;
}
