/** Keras' normalisation in groups of channels, which tf.js lacks: it has the weights of a normalisation of the last axis. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';

const LayerNormalization = tfl.layers.layerNormalization().constructor as tf.serialization.SerializableConstructor<tfl.layers.Layer>;

class GroupNormalization extends LayerNormalization {
  static override readonly className = 'GroupNormalization';
  readonly #groups: number;

  constructor(settings: tf.serialization.ConfigDict) {
    super({ ...settings, axis: -1 });
    this.#groups = Number(settings.groups ?? 32);
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    super.build(inputShape);
    const channels = Number((inputShape as tfl.Shape).at(-1));
    if (this.#groups === -1 || channels % this.#groups === 0) return;
    throw new AppError(
      'model-unsupported',
      `The layer ${this.name} normalises ${channels} channels in ${this.#groups} groups, which does not come out even; please save the model again.`,
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.#groups };
  }
}
tf.serialization.registerClass(GroupNormalization);
