/**
 * `config.json` and `preprocessor_config.json` as transformers writes them: https://github.com/huggingface/transformers,
 * `image_processing_*.py` of ConvNeXt (which ResNet has too), ViT and their like.
 */
import * as v from 'valibot';
import { type Fit, flooredFit, MIN_SHARE, type Size, shareFit, shortSideFit } from '../../core/images/geometry.ts';
import type { Normalisation } from '../../core/images/preprocessing.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { asObject, type JsonObject } from '../json.ts';
import { type HubUsage, maybe, namesByNumber, PerChannel, perChannel, resamplingOf, Side } from './hub-usage.ts';

const SizeOf = v.union([Side, v.object({ shortest_edge: Side }), v.object({ height: Side, width: Side })]);

const Images = v.object({
  do_resize: v.fallback(v.optional(v.boolean(), true), true),
  size: maybe(SizeOf),
  crop_pct: maybe(v.pipe(v.number(), v.minValue(MIN_SHARE), v.maxValue(1))),
  do_center_crop: v.fallback(v.optional(v.boolean(), false), false),
  crop_size: maybe(SizeOf),
  do_rescale: v.fallback(v.optional(v.boolean(), true), true),
  rescale_factor: v.fallback(v.optional(v.pipe(v.number(), v.gtValue(0)), 1 / 255), 1 / 255),
  do_normalize: v.fallback(v.optional(v.boolean(), true), true),
  image_mean: maybe(PerChannel),
  image_std: maybe(PerChannel),
  do_flip_channel_order: maybe(v.boolean()),
  resample: maybe(v.number()),
});

type ImagesConfig = v.InferOutput<typeof Images>;

/** Pillow's numbers. */
const RESAMPLINGS = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** From this size on ConvNeXt's images are stretched, and not cropped. */
const STRETCHED_FROM = 384;
const CONVNEXT_SHARE = 224 / 256;

export function isTransformersConfig(json: JsonObject): boolean {
  return Array.isArray(json.architectures) && typeof json.model_type === 'string';
}

export function isTransformersImages(json: JsonObject): boolean {
  return 'image_mean' in json || typeof json.image_processor_type === 'string' || typeof json.feature_extractor_type === 'string';
}

function square(size: v.InferOutput<typeof SizeOf>): Size {
  if (typeof size === 'number') return { width: size, height: size };
  return 'shortest_edge' in size ? square(size.shortest_edge) : { width: size.width, height: size.height };
}

/** Rounded down, so that what is resized to comes out whole again. */
function share(part: number, whole: number): number {
  return Math.floor((part / whole) * 1e6) / 1e6;
}

interface Fitted {
  readonly input: Size;
  readonly fit: Fit;
}

function ofConvNext(side: number, cropShare: number): Fitted {
  const input = square(side);
  return { input, fit: side < STRETCHED_FROM ? flooredFit(shortSideFit(Math.trunc(side / cropShare))) : 'stretched' };
}

/** Null where it is said in no way that is known. */
function fittedBy({ size, crop_pct: cropShare, ...config }: ImagesConfig, processor: string): Fitted | null {
  if (!config.do_resize || size === undefined) return null;
  const isConvNext = /^ConvNext/i.test(processor);
  if (isConvNext || cropShare !== undefined) return ofConvNext(square(size).width, cropShare ?? CONVNEXT_SHARE);
  const isShortSide = typeof size === 'object' && 'shortest_edge' in size;
  const resized = square(size);
  if (!config.do_center_crop) return isShortSide ? null : { input: resized, fit: 'stretched' };
  const input = square(config.crop_size ?? size);
  if (isShortSide) return { input, fit: flooredFit(shortSideFit(size.shortest_edge)) };
  if (input.width === resized.width && input.height === resized.height) return { input, fit: 'stretched' };
  const [across, down] = [share(input.width, resized.width), share(input.height, resized.height)];
  return across === down && across <= 1 && across >= MIN_SHARE ? { input, fit: flooredFit(shareFit('stretched', across)) } : null;
}

/** @param isFlipped where nothing is said: the processor's own */
function valuesOf(config: ImagesConfig, channels: number, isFlipped: boolean): Normalisation | null {
  const [mean, std] = config.do_normalize
    ? [perChannel(config.image_mean, 0, channels), perChannel(config.image_std, 1, channels)]
    : [perChannel(0, 0, channels), perChannel(1, 1, channels)];
  if (!mean || !std || std.includes(0) || (channels !== 1 && channels !== 3)) return null;
  const scale = config.do_rescale ? config.rescale_factor : 1;
  if (channels === 1) return { channels: 'grey', scale, mean, std };
  // Channels are turned round last, after their means were taken off.
  return (config.do_flip_channel_order ?? isFlipped)
    ? { channels: 'bgr', scale, mean: mean.toReversed(), std: std.toReversed() }
    : { channels: 'rgb', scale, mean, std };
}

function imagesOf(json: JsonObject, channels: number): Pick<HubUsage, 'values' | 'fitted' | 'remark'> {
  const config = v.parse(Images, json);
  const processor = String(json.image_processor_type ?? json.feature_extractor_type ?? '');
  const placed = fittedBy(config, processor);
  // What else it may do to values is of no network that can be opened here.
  const values = json.rescale_offset === true ? null : valuesOf(config, channels, /^MobileViT/i.test(processor));
  if (!placed) return { values, fitted: null, remark: 'Its images are to be resized in a way that is not computed here.' };
  const { resampling, remark } = resamplingOf(RESAMPLINGS[config.resample ?? 2] ?? 'bilinear');
  return { values, fitted: { ...placed, resampling }, remark };
}

/** What makes a network of the same weights another one. */
const USUAL: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  resnet: [
    ['hidden_act', 'relu'],
    ['downsample_in_first_stage', false],
    ['downsample_in_bottleneck', false],
  ],
  convnext: [['hidden_act', 'gelu']],
  convnextv2: [['hidden_act', 'gelu']],
};

function refusalOf(config: JsonObject): string | null {
  const { architectures, model_type: type } = config;
  const [architecture = ''] = (Array.isArray(architectures) ? architectures : []).map(String);
  // Such as BertForMaskedLM; what ends in Model is one without a head.
  if (/For[A-Z]/.test(architecture) && !/ForImageClassification/.test(architecture))
    return `is “${architecture}”, and no image classifier; please choose a model that classifies images`;
  const other = (USUAL[String(type)] ?? []).find(([name, usual]) => config[name] !== undefined && config[name] !== usual);
  return other
    ? `has ${other[0]} set to “${config[other[0]]}”, which its weights do not tell; please export it from PyTorch as ONNX`
    : null;
}

const READINGS: Readonly<Record<string, OutputReading>> = { multi_label_classification: 'independent', regression: 'number' };

/** Null where they are what stands in for names. */
function namesOf(config: JsonObject): readonly string[] {
  const names = namesByNumber(asObject(config.id2label) ?? null, 0);
  return names.every((name) => /^LABEL_\d+$/.test(name)) ? [] : names;
}

export function transformersUsage(config: JsonObject | null, images: JsonObject | null): HubUsage {
  const channels = Number(config?.num_channels ?? 3);
  const [architecture] = Array.isArray(config?.architectures) ? config.architectures : [];
  return {
    architecture: typeof architecture === 'string' ? architecture : null,
    refusal: config && refusalOf(config),
    ...(images ? imagesOf(images, channels) : { values: null, fitted: null, remark: '' }),
    names: config ? namesOf(config) : [],
    reading: READINGS[String(config?.problem_type)] ?? null,
  };
}
