// Grad-CAM of a tf.js model of one's own. In a browser the same, with whichever backend the page uses.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { explainModel, mapPixels } from 'fast-ablation-cam';

// Stands for await tfl.loadLayersModel('my-model/model.json').
const model = tfl.sequential({
  layers: [
    tfl.layers.conv2d({ inputShape: [32, 32, 3], filters: 8, kernelSize: 3, activation: 'relu', name: 'last_conv' }),
    tfl.layers.globalAveragePooling2d({}),
    tfl.layers.dense({ units: 2, activation: 'softmax' }),
  ],
});
// What model.predict takes: in a browser tf.browser.fromPixels(image), resized and scaled as in training.
const image = tf.randomUniform([1, 32, 32, 3]);

const { explained, map } = await explainModel(model, image, { method: 'grad-cam', layer: 'last_conv', classNames: ['cat', 'dog'] });
const pixels = mapPixels(map, { width: 32, height: 32 }, { opacity: 0.5 }); // In a browser for new ImageData(pixels, 32).
console.log(
  `Why ${explained?.name}? ${map.rows} × ${map.columns} cells, ${pixels.length} bytes; ${tf.memory().numTensors} tensors are the model’s.`,
);
