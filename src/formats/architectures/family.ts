/** What a family of architectures is: networks that are known by the names and shapes of their weights. */
import type { NormalisationId } from '../../core/images/preprocessing.ts';
import type { NetworkBuilder } from './blocks/network-builder.ts';

export interface ArchitectureFamily {
  readonly id: string;
  /** In sentences, such as “a ResNet”. */
  readonly title: string;
  /** Tensors that a network of the family has exactly once, whatever its size: one for each way to name them. */
  readonly anchors: readonly string[];
  /** Words that its modules are called by, for what comes nearest; numbers stand for themselves. */
  readonly words: readonly string[];
  /** The modules that the image goes through up to the head, as a path such as `layer1.0.conv1`: whatever is there takes part. */
  readonly trunk: RegExp;
  /** Modules that only training uses, such as auxiliary classifiers. */
  readonly onlyInTraining?: RegExp;
  /** What names and shapes do not say, as it stands after “are assumed to be those of this family: ”. */
  readonly assumes: string;
  /** How its images are prepared where that is not torchvision's way, for ImageNet. */
  readonly normalisation?: NormalisationId;
  /** The images that it was mostly trained with are 224 pixels wide where nothing is said. */
  readonly side?: number;
  /** Other ways to write down a name. */
  rename?(name: string): string;
  /**
   * Writes the network down from its input to its head.
   *
   * @throws Misfit for the first tensor that is missing or has another shape
   */
  build(network: NetworkBuilder): void;
}
