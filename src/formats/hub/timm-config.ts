/**
 * `config.json` as timm writes it: https://github.com/huggingface/pytorch-image-models, `timm/models/_hub.py`. Images are prepared as by
 * `create_transform(**resolve_model_data_config(model))`, which the models' pages show.
 */
import * as v from 'valibot';
import { type Fit, MIN_SHARE, type Size, shareFit, shareOf, shortSideFit, shortSideOfShare } from '../../core/images/geometry.ts';
import { type Normalisation, normalisationOf } from '../../core/images/preprocessing.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';
import { type HubUsage, maybe, namesByNumber, PerChannel, perChannel, resamplingOf, Side } from './hub-usage.ts';

const Text = v.pipe(v.string(), v.nonEmpty());

/** `pretrained_cfg`, and of what timm leaves out its own defaults. */
const Pretrained = v.object({
  input_size: v.fallback(v.tuple([v.picklist([1, 3]), Side, Side]), [3, 224, 224]),
  crop_pct: v.fallback(v.optional(v.pipe(v.number(), v.minValue(MIN_SHARE), v.maxValue(2)), 0.875), 0.875),
  crop_mode: v.fallback(v.optional(Text, 'center'), 'center'),
  interpolation: v.fallback(v.optional(Text, 'bicubic'), 'bicubic'),
  mean: maybe(PerChannel),
  std: maybe(PerChannel),
});

/** What makes a network of these another one. What says how it is trained does not. */
const HARMLESS_ARGUMENTS = new Set(['num_classes', 'in_chans', 'img_size', 'drop_rate', 'drop_path_rate', 'pretrained', 'global_pool']);

/** Blurs or averages before every stride: nothing in the weights tells them from the same networks without. Those left out are known by the name. */
const ANTIALIASED = /^(?!(se)?resne[xt]t?(blur|aa)|(dense|mobile|efficient|mnas)net\w*blur).*(blur|(net|next)aa\d)/i;

export function isTimmConfig(json: JsonObject): boolean {
  // Others' training code has files of this name too, in which a size is a number.
  const isOurs = asObject(json.pretrained_cfg) !== null || (asArray(json.input_size).length === 3 && 'num_classes' in json);
  return typeof json.architecture === 'string' && isOurs;
}

function refusalOf(architecture: string, config: JsonObject): string | null {
  if (ANTIALIASED.test(architecture))
    return `is “${architecture}”, which blurs before its strides, and that is not computed here; please export it from PyTorch as ONNX`;
  const { model_args: given } = config;
  const args: JsonObject = asObject(given) ?? {};
  const other = Object.keys(args).find((name) => !HARMLESS_ARGUMENTS.has(name));
  if (other !== undefined)
    return `is “${architecture}” changed by an argument of its own, “${other}”, which its weights do not tell; please export it from PyTorch as ONNX`;
  const pool = args.global_pool ?? config.global_pool ?? '';
  if (typeof pool === 'string' && !['', 'avg', 'fast'].includes(pool))
    return `pools by “${pool}” in place of an average, which its weights do not tell; please export it from PyTorch as ONNX`;
  return null;
}

/** The first name of several, where that still tells them apart. */
function shortened(names: readonly string[]): readonly string[] {
  const short = names.map((name) => name.split(',')[0]?.trim() ?? '');
  return new Set(short).size === names.length && !short.includes('') ? short : names;
}

function namesOf(config: JsonObject, count: number): readonly string[] {
  const names = namesByNumber(config.label_names ?? config.labels, count);
  const descriptions = config.label_descriptions;
  if (Array.isArray(descriptions)) return asArray(descriptions).length === names.length ? shortened(descriptions.map(String)) : names;
  const texts: JsonObject = asObject(descriptions) ?? {};
  const described = names.map((name) => (typeof texts[name] === 'string' ? texts[name] : name));
  return shortened(described);
}

function fitOf({ width, height }: Size, mode: string, share: number): Fit | null {
  if (mode === 'center' && width === height) return shortSideFit(Math.max(1, shortSideOfShare(width, share)));
  if (share > 1) return null;
  if (mode === 'squash') return share === 1 ? 'stretched' : shareFit('stretched', share);
  if (mode === 'border') return shareFit('border', share);
  return mode === 'center' ? shareFit('cover', share) : null;
}

/** Null where they are for another number of channels. */
function valuesOf(cfg: v.InferOutput<typeof Pretrained>, channels: 1 | 3): Normalisation | null {
  const usual = normalisationOf('torch', channels);
  // timm's own are of three channels.
  if (channels !== 3 && (cfg.mean === undefined || cfg.std === undefined)) return null;
  const mean = cfg.mean === undefined ? usual.mean : perChannel(cfg.mean, 0, channels);
  const std = cfg.std === undefined ? usual.std : perChannel(cfg.std, 1, channels);
  return mean && std && !std.includes(0) ? { channels: usual.channels, scale: 1 / 255, mean, std } : null;
}

export function timmUsage(config: JsonObject): HubUsage {
  const architecture = String(config.architecture);
  // In the oldest files it is not a part of its own.
  const own: JsonObject = asObject(config.pretrained_cfg) ?? config;
  const cfg = v.parse(Pretrained, own);
  const [given, height, width] = cfg.input_size;
  const input = { width, height };
  // What the network was made with goes before what those were that it began with.
  const channels = asObject(config.model_args)?.in_chans ?? given;
  const values = channels === 1 || channels === 3 ? valuesOf(cfg, channels) : null;
  const fit = fitOf(input, cfg.crop_mode, cfg.crop_pct);
  // What timm resizes to cover an input that is no square it resizes by its default, whatever the configuration says.
  const isCovered = fit !== null && shareOf(fit)?.way === 'cover';
  const { resampling, remark } = resamplingOf(isCovered ? 'bilinear' : cfg.interpolation);
  return {
    architecture,
    refusal: refusalOf(architecture, config),
    values,
    fitted: fit && { input, fit, resampling },
    names: namesOf('label_names' in config || 'labels' in config ? config : own, Number(config.num_classes ?? 0) || 0),
    reading: null,
    remark: fit ? remark : `Its images are to be cropped by “${cfg.crop_mode}”, ${cfg.crop_pct} of each side, which is not computed here.`,
  };
}
