/** What an ONNX file says of the images that it takes. https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md */
import { type ChannelOrder, channelCount, type Normalisation } from '../../core/images/preprocessing.ts';

/** `Image.BitmapPixelFormat` */
const ORDERS: Readonly<Record<string, ChannelOrder>> = { gray8: 'grey', rgb8: 'rgb', bgr8: 'bgr', rgba8: 'rgba', bgra8: 'bgra' };

/** `Image.NominalPixelRange`: what 0 becomes, and 255. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  nominalrange_0_255: [0, 255],
  nominalrange_16_235: [16, 235],
  normalized_0_1: [0, 1],
  normalized_1_1: [-1, 1],
};

/** Of whole numbers no share of a range is left. */
const BYTES = [0, 255] as const;

/** `(value * scale - mean) / std`, as the usual ways have it. */
function normalisationOf(channels: ChannelOrder, [low, high]: readonly [number, number]): Normalisation {
  const each = (value: number) => new Array<number>(channelCount(channels)).fill(value);
  return { channels, scale: (high - low) / 255, mean: each(0 - low), std: each(1) };
}

interface SaidImages {
  /** Null where the values are not said. */
  readonly normalisation: Normalisation | null;
  /** What it asks for and does not get, in one sentence; empty where there is nothing. */
  readonly remark: string;
}

/** @param channels of the network's input @param isWhole whether it takes whole numbers */
export function imagesIn(fileName: string, metadata: ReadonlyMap<string, string>, channels: number, isWhole: boolean): SaidImages {
  const said = (key: string) => metadata.get(`Image.${key}`)?.trim().toLowerCase() ?? '';
  const order = ORDERS[said('BitmapPixelFormat')] ?? (['grey', 'rgb', 'rgba'] as const).find((one) => channelCount(one) === channels);
  const range = RANGES[said('NominalPixelRange')] ?? (isWhole ? BYTES : undefined);
  const isLinear = said('ColorSpaceGamma') === 'linear';
  return {
    normalisation: order && range ? normalisationOf(order, range) : null,
    remark: isLinear
      ? `The file ${fileName} asks for colours in linear light, and gets them as they stand in images: please check whether it was trained so.`
      : '',
  };
}
