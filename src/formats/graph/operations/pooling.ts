/** Pooling of windows, and of whole maps. */
import { pooledSide } from '../../layers/kinds/pooling-geometry.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Call, Operation } from '../layers/call.ts';
import { FORMAT, images, isPaddedAsKeras, paddingOf, pairIn, type Sides, sidesOf } from './convolutions.ts';
import { alsoOfLines } from './lines.ts';

function windows(call: Call): { readonly size: Sides; readonly strides: Sides } {
  const { node } = call;
  const size = node.numbers('kernel_shape');
  if (size?.length !== 2) throw new Unsupported('does not say how large its windows are; please export it again');
  if (node.numbers('dilations')?.some((rate) => rate !== 1))
    throw new Unsupported('pools dilated windows, which cannot be run here; please use plain ones');
  if (node.outputs.length > 1 && node.outputs[1] !== '')
    throw new Unsupported('also gives the places of its maxima, which cannot be run here; please export a network without them');
  return { size: pairIn(size, 1), strides: pairIn(node.numbers('strides'), 1) };
}

function pooling(kind: 'Average' | 'Max'): Operation {
  return (call) => {
    const { node } = call;
    const x = images(call);
    const { size, strides } = windows(call);
    const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
    const padding = paddingOf(call, x.shape, size, strides);
    const isRoundedUp = node.number('ceil_mode', 0) === 1;
    const settings = { pool_size: [...size], strides: [...strides] };
    const sides = sidesOf(padding);
    const own = { poolSize: [...size], strides: [...strides], padding: sides, ceilMode: isRoundedUp };
    const out = [pooledSide(own, rows, 0).out, pooledSide(own, columns, 1).out];
    if (out.some((side) => side < 1)) throw new Unsupported('has a window that is larger than its input; please give a larger input size');
    const shape = [batch, channels, ...out];
    const countsPadding = node.number('count_include_pad', 0) === 1;
    if (isPaddedAsKeras(node) && !(kind === 'Average' && countsPadding))
      return [call.layer(`${kind}Pooling2D`, x, { ...settings, padding: 'same', ...FORMAT }, shape)];
    const isPlain = !isRoundedUp && sides.flat().every((cells) => cells === 0);
    if (isPlain) return [call.layer(`${kind}Pooling2D`, x, { ...settings, padding: 'valid', ...FORMAT }, shape)];
    const counts = kind === 'Average' ? { count_include_pad: countsPadding } : {};
    return [call.layer(`Padded${kind}Pooling2D`, x, { ...settings, padding: sides, ceil_mode: isRoundedUp, ...counts }, shape)];
  };
}

export const averagePool = alsoOfLines(pooling('Average'));
export const maxPool = alsoOfLines(pooling('Max'));

function globalPooling(kind: 'Average' | 'Max'): Operation {
  return (call) => {
    const x = images(call);
    const [batch = 1, channels = 1] = x.shape;
    return [call.layer(`Global${kind}Pooling2D`, x, { ...FORMAT, keepdims: true }, [batch, channels, 1, 1])];
  };
}

export const globalAveragePool = alsoOfLines(globalPooling('Average'));
export const globalMaxPool = alsoOfLines(globalPooling('Max'));
