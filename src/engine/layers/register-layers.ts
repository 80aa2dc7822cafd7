/** Makes every layer and activation of our own known to tf.js, which finds them by name when it builds a model. */
import './activations.ts';
import './border-layers.ts';
import './convolution-layers.ts';
import './merge-layers.ts';
import './normalization-layers.ts';
import './plain-layers.ts';
import './pooling-layers.ts';
import './resizing-layers.ts';
import './shape-layers.ts';
