/** SqueezeNet (Iandola et al., 2016), 1.0 and 1.1 and any other row of fire modules and poolings. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { maxPool } from '../blocks/pooling.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';

/** A fire module: reduced to few channels, and expanded by filters of one cell and of nine. */
export function fire(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  const reduced = network.activation('relu', `${name}.squeeze_activation`, network.convolution(`${name}.squeeze`, x, { kernel: 1 }));
  const expanded = [1, 3].map((kernel) => {
    const own = `${name}.expand${kernel}x${kernel}`;
    return network.activation('relu', `${own}_activation`, network.convolution(own, reduced, { kernel }));
  });
  return network.part(network.concatenate(name, expanded));
}

export const squeezenet: ArchitectureFamily = {
  id: 'squeezenet',
  title: 'a SqueezeNet',
  anchors: ['features.3.squeeze.weight'],
  words: ['features', 'squeeze', 'expand1x1', 'expand3x3', 'classifier'],
  trunk: /^features(\.|$)/,
  assumes: 'strides, padding, ReLUs and the pooling where the numbering leaves a place for one are torchvision’s',
  build(network) {
    const { state } = network;
    let x = network.input('features.0.weight');
    x = network.activation('relu', 'features.1', network.convolution('features.0', x, { stride: 2, padding: 0 }));
    const last = Math.max(...state.childrenOf('features').map(Number));
    for (let place = 2; place <= last; place++) {
      const name = `features.${place}`;
      const isFire = state.has(`${name}.squeeze.weight`);
      // Two poolings in a row are none of its own.
      if (!isFire && !state.has(`features.${place + 1}.squeeze.weight`))
        throw state.misfit(`there is no fire module ${name} or ${place + 1}`);
      x = isFire ? fire(network, name, x) : maxPool(network, name, x, { size: 3, stride: 2, ceilMode: true });
    }
    network.alsoCalled(x, 'features');
    if (state.shapeOf('classifier.1.weight')?.length !== 4) {
      classifierHead(network, network.globalAverage('avgpool', x));
      return;
    }
    network.features = network.channelsOf(x);
    network.alsoCalled(x, 'classifier.0');
    const scores = network.convolution('classifier.1', x, { kernel: 1 });
    network.headWeights.push(state.take('classifier.1.weight', [null, null, 1, 1]));
    const averaged = network.globalAverage('classifier', network.activation('relu', 'classifier.2', scores));
    network.alsoCalled(averaged, 'classifier.3');
  },
};
