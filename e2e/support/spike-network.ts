/** A network whose right answers are known: its maps show how bright each pixel is, and nothing else. */
import type { GivenFile } from './app.ts';

/**
 * The files of a tf.js layers-model. It passes one channel on as it is (`spikes`), averages it, and scores two classes with it.
 *
 * @param side of the images that it takes, in pixels
 * @param channels how many it takes; the last one is passed on, or the second of three
 */
export function spikeNetwork(side: number, channels: 1 | 3 | 4): GivenFile[] {
  const passed = channels === 3 ? 1 : channels - 1;
  const layer = (kind: string, name: string, config: object, from: string | null) => ({
    class_name: kind,
    name,
    config: { name, trainable: true, dtype: 'float32', ...config },
    inbound_nodes: from === null ? [] : [[[from, 0, 0, {}]]],
  });
  const topology = {
    class_name: 'Functional',
    config: {
      name: `spikes-${channels}`,
      layers: [
        layer('InputLayer', 'image', { batch_input_shape: [null, side, side, channels], sparse: false }, null),
        layer('Conv2D', 'spikes', { filters: 1, kernel_size: [1, 1], strides: [1, 1], padding: 'valid', use_bias: false }, 'image'),
        layer('GlobalAveragePooling2D', 'pool', {}, 'spikes'),
        layer('Dense', 'scores', { units: 2, activation: 'softmax', use_bias: false }, 'pool'),
      ],
      input_layers: [['image', 0, 0]],
      output_layers: [['scores', 0, 0]],
    },
  };
  const kernel = Array.from({ length: channels }, (_, i) => (i === passed ? 1 : 0));
  const weights = [
    { name: 'spikes/kernel', shape: [1, 1, channels, 1], dtype: 'float32' },
    { name: 'scores/kernel', shape: [1, 2], dtype: 'float32' },
  ];
  const description = {
    format: 'layers-model',
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: topology },
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }],
  };
  return [
    { name: 'model.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(description)) },
    {
      name: 'group1-shard1of1.bin',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(Float32Array.from([...kernel, 8, -8]).buffer),
    },
  ];
}
