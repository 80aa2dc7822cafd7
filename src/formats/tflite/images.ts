/** How images are prepared, as a file of TFLite says it: in its metadata, or by what the whole numbers that it takes stand for. */
import { asChannelOrder, CHANNEL_COUNTS, channelOrders, type Normalisation } from '../../core/images/preprocessing.ts';
import type { Normalization } from './file/metadata.ts';
import type { Tensor } from './file/tensors.ts';

/** Values of a byte. */
const BYTE = 255;

function forChannels(list: readonly number[], count: number): readonly number[] | null {
  const [first = 0] = list;
  if (list.length === 1) return new Array(count).fill(first);
  return list.length === count ? list : null;
}

/** In the form in which common ways are written down, so that they are recognised. */
function prepared(channels: Normalisation['channels'], mean: readonly number[], std: readonly number[]): Normalisation {
  const [first = 1] = std;
  const isOne = std.every((value) => value === first);
  const scale = isOne ? 1 / first : 1 / BYTE;
  return { channels, scale, mean: mean.map((value) => value * scale), std: std.map((value) => value * scale) };
}

/** `(byte - mean) / std`: what a byte becomes that is given as it is, or shifted to have a sign. */
function ofWholeNumbers({ type, quantization }: Tensor): Normalization | null {
  const shift = type === 'uint8' ? 0 : type === 'int8' ? 128 : null;
  if (shift === null) return null;
  // Without a scale, numbers are meant as they are.
  if (!quantization) return shift === 0 ? { mean: [0], std: [1] } : null;
  const [[scale = 0, ...others], [zero = 0]] = [quantization.scales, quantization.zeros];
  return scale > 0 && others.length === 0 ? { mean: [zero + shift], std: [1 / scale] } : null;
}

/** @param input what the network takes @returns null where nothing says it */
export function normalisationOf(input: Tensor | undefined, said: Normalization | null): Normalisation | null {
  // Channels come last, but where a converter kept torch's order.
  const count = [3, 1].flatMap((side) => CHANNEL_COUNTS.find((channels) => channels === input?.shape[side]) ?? [])[0];
  const found = said ?? (input ? ofWholeNumbers(input) : null);
  const order = count && asChannelOrder(channelOrders(count)[0]);
  if (!count || !order || !found) return null;
  const [mean, std] = [forChannels(found.mean, count), forChannels(found.std, count)];
  return mean && std && prepared(order, mean, std);
}
