/** Explaining a model that somebody has in their own tf.js. */
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { AppError } from '../core/app-error.ts';
import { adoptedDevice } from '../engine/adopted/adopted-device.ts';
import { adoptModel } from '../engine/adopted/adopted-model.ts';
import type { ModelOptions } from '../engine/adopted/model-options.ts';
import { NetworkEngine } from '../engine/network-engine.ts';
import type { PreparedImage } from '../protocol/explain.ts';
import { type Explainer, explainerOf } from './explainer.ts';

let images = 0;

/** The same for the same tensor, whose values never change; a variable's may. */
function idsOf(): (tensor: tf.Tensor) => string {
  const known = new WeakMap<tf.Tensor, string>();
  return (tensor) => {
    const id = known.get(tensor) ?? `tensor ${images++}`;
    if (!(tensor instanceof tf.Variable)) known.set(tensor, id);
    return id;
  };
}

/** @see the entry points, which promise it */
export async function openLayersModel(model: LayersModel, options: ModelOptions): Promise<Explainer<tf.Tensor>> {
  const device = await adoptedDevice();
  const network = await adoptModel(model, options);
  const engine = new NetworkEngine();
  engine.setDevice(device);
  engine.setNetwork(network);
  const idOf = idsOf();
  const shape = (network.graph.nodes[network.graph.input]?.shape ?? []).slice(1);

  const backend = tf.getBackend();

  async function inputOf(tensor: tf.Tensor): Promise<PreparedImage> {
    if (tf.getBackend() !== backend) {
      throw new AppError(
        'backend-unavailable',
        `tf.js has changed from its backend “${backend}” to “${tf.getBackend()}”; please open the model again.`,
      );
    }
    if (!(tensor instanceof tf.Tensor)) {
      throw new AppError(
        'image-unreadable',
        'The image is no tensor; please give what model.predict takes, such as tf.browser.fromPixels makes.',
      );
    }
    const sides = tensor.shape.length === 4 && tensor.shape[0] === 1 ? tensor.shape.slice(1) : tensor.shape;
    if (sides.join() !== shape.join()) {
      throw new AppError(
        'image-unreadable',
        `The image has the shape [${tensor.shape.join(', ')}], and the model takes [1, ${shape.join(', ')}]; please resize it, and give one at a time.`,
      );
    }
    return { id: idOf(tensor), values: Float32Array.from(await tensor.data()) };
  }

  return explainerOf({ engine, model: network.info, backend, inputOf, close: () => engine.dispose() });
}
