/** A small sound network, as Keras 3 writes it down, and ways to change it. */
import { sizeOfShape } from '../network/artifacts.ts';

/** A layer as Keras 3 writes it down. What a test puts in place of a value may be anything. */
export interface LayerJson {
  module: string;
  class_name: unknown;
  name: unknown;
  config: Record<string, unknown>;
  inbound_nodes: unknown;
  [setting: string]: unknown;
}

/** A functional model as Keras 3 writes it down. */
export interface NetworkJson {
  module: string;
  class_name: unknown;
  config: { name: string; layers: LayerJson[]; input_layers: unknown; output_layers: unknown; [setting: string]: unknown };
}

/** A reference to what another layer gives, as it stands in a call. */
export function tensorOf(layer: unknown, node: unknown = 0, tensor: unknown = 0): object {
  return { class_name: '__keras_tensor__', config: { shape: [null, 1], dtype: 'float32', keras_history: [layer, node, tensor] } };
}

/** @param takes the layers whose results it is called with, all at once where there are several */
export function layerOf(kind: string, name: string, settings: Record<string, unknown>, ...takes: string[]): LayerJson {
  const tensors = takes.map((taken) => tensorOf(taken));
  return {
    module: 'keras.layers',
    class_name: kind,
    name,
    config: { name, trainable: true, dtype: 'float32', ...settings },
    inbound_nodes: takes.length ? [{ args: [takes.length > 1 ? tensors : tensors[0]], kwargs: {} }] : [],
  };
}

/** The side of the images that the small network takes. */
const SIDE = 12;

export function inputOf(name: string, shape: unknown = [null, SIDE, SIDE, 3]): LayerJson {
  return layerOf('InputLayer', name, { batch_shape: shape, sparse: false });
}

/** Image, convolution, normalisation, pooling, three scores. */
export function soundNetwork(): NetworkJson {
  return {
    module: 'keras',
    class_name: 'Functional',
    config: {
      name: 'small',
      trainable: true,
      layers: [
        inputOf('image'),
        layerOf('Conv2D', 'conv', { filters: 4, kernel_size: [3, 3], padding: 'same', activation: 'relu', use_bias: true }, 'image'),
        layerOf('BatchNormalization', 'norm', { axis: -1, epsilon: 0.001, center: true, scale: true }, 'conv'),
        layerOf('GlobalAveragePooling2D', 'pool', {}, 'norm'),
        layerOf('Dense', 'scores', { units: 3, activation: 'softmax', use_bias: true }, 'pool'),
      ],
      input_layers: [['image', 0, 0]],
      output_layers: [['scores', 0, 0]],
    },
  };
}

/** The sound network after a change. */
export function networkWith(change: (network: NetworkJson, layer: (name: string) => LayerJson) => void): NetworkJson {
  const network = soundNetwork();
  change(network, (name) => {
    const found = network.config.layers.find((layer) => layer.name === name);
    if (!found) throw new Error(`there is no layer ${name}`);
    return found;
  });
  return network;
}

/** The sound network with other layers between its normalisation and its pooling; the first takes `norm`, the pooling the last. */
export function networkAround(...middle: LayerJson[]): NetworkJson {
  return networkWith(({ config }, layer) => {
    config.layers.splice(3, 0, ...middle);
    layer('pool').inbound_nodes = [{ args: [tensorOf(middle.at(-1)?.name)], kwargs: {} }];
  });
}

export interface WeightOf {
  readonly layer: string;
  readonly own: string;
  readonly shape: readonly number[];
}

export const WEIGHTS: readonly WeightOf[] = [
  { layer: 'conv', own: 'kernel', shape: [3, 3, 3, 4] },
  { layer: 'conv', own: 'bias', shape: [4] },
  { layer: 'norm', own: 'gamma', shape: [4] },
  { layer: 'norm', own: 'beta', shape: [4] },
  { layer: 'norm', own: 'moving_mean', shape: [4] },
  { layer: 'norm', own: 'moving_variance', shape: [4] },
  { layer: 'scores', own: 'kernel', shape: [4, 3] },
  { layer: 'scores', own: 'bias', shape: [3] },
];

/** Without a pattern, and positive, as variances must be. */
export function valuesOf(shape: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: sizeOfShape(shape) }, (_, i) => ((i * 37) % 101) / 101 + 0.01);
}
