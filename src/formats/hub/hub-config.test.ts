/** Files as timm and transformers write them beside their weights on the hub. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { readModel } from '../read-model.ts';
import { utf8 } from '../testing/sound-models.ts';
import { given, refusal } from '../testing/sound-reading.ts';
import { denseNetTensors, safetensorsWith } from '../testing/sound-safetensors.ts';
import { hubUsage } from './hub-config.ts';
import { DENSENET_CONFIG, RESNET_CONFIG, RESNET_IMAGES } from './testing/hub-configs.ts';

const WEIGHTS = safetensorsWith(denseNetTensors());

function timm(cfg: JsonObject, config: JsonObject = {}) {
  const { pretrained_cfg: own, ...rest } = DENSENET_CONFIG;
  return hubUsage([{ ...rest, ...config, pretrained_cfg: { ...own, ...cfg } }]);
}

function transformers(images: JsonObject, config: JsonObject = {}) {
  return hubUsage([
    { ...RESNET_CONFIG, ...config },
    { ...RESNET_IMAGES, ...images },
  ]);
}

describe('timm’s config.json', () => {
  it('says architecture, values, size, crop and resampling', () => {
    expect(hubUsage([DENSENET_CONFIG])).toEqual({
      architecture: 'densenet169',
      refusal: null,
      values: { channels: 'rgb', scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      fitted: { input: { width: 224, height: 224 }, fit: 'short-side-256', resampling: 'bicubic' },
      names: [],
      reading: null,
      remark: '',
    });
  });

  it.each([
    [{ crop_pct: 0.95 }, 'short-side-235'],
    [{ crop_pct: 0.9, input_size: [3, 288, 288] }, 'short-side-320'],
    [{ crop_pct: 1 }, 'short-side-224'],
    [{ crop_pct: 1, crop_mode: 'squash' }, 'stretched'],
    [{ crop_pct: 0.95, crop_mode: 'squash' }, 'stretched-0.95'],
    [{ crop_pct: 0.9, crop_mode: 'border' }, 'border-0.9'],
    [{ input_size: [3, 224, 192] }, 'cover-0.875'],
  ])('crops as timm does: %j', (cfg, fit) => expect(timm(cfg)?.fitted?.fit).toBe(fit));

  it('falls back on timm’s own defaults, and reads the oldest form', () => {
    const old = {
      architecture: 'resnet18',
      num_classes: 2,
      num_features: 512,
      input_size: [3, 160, 128],
      mean: [0.5, 0.5, 0.5],
      std: [1, 1, 1],
      labels: ['cat', 'dog'],
    };
    expect(hubUsage([old])).toMatchObject({
      values: { mean: [0.5, 0.5, 0.5] },
      fitted: { input: { width: 128, height: 160 }, fit: 'cover-0.875', resampling: 'bilinear' },
      names: ['cat', 'dog'],
    });
    expect(timm({ mean: 'x', std: null, interpolation: 7 })).toMatchObject({
      values: { mean: [0.485, 0.456, 0.406] },
      fitted: { resampling: 'bicubic' },
    });
    expect(timm({ input_size: [1, 28, 28], mean: [0.1307], std: [0.3081] })?.values).toMatchObject({
      channels: 'grey',
      mean: [0.1307],
    });
  });

  it('is told from what others’ training code calls so', () => {
    expect(hubUsage([{ architecture: 'resnet50', num_classes: 2, num_features: 9, input_size: 224 }])).toBeNull();
    expect(hubUsage([{ architecture: 'resnet50', pretrained_cfg: true }])).toBeNull();
  });

  it('says nothing of images where it says what cannot be', () => {
    expect(timm({ std: [0, 1, 1] })?.values).toBeNull();
    expect(timm({ mean: [1, 2] })?.values).toBeNull();
    expect(timm({ crop_mode: 'spiral' })?.fitted).toBeNull();
  });

  it('says size, crop and resampling where its values are for another number of channels, or for none', () => {
    const fitted = { input: { width: 224, height: 224 }, fit: 'short-side-256', resampling: 'bicubic' };
    for (const usage of [
      timm({}, { model_args: { in_chans: 1 } }),
      timm({ input_size: [1, 224, 224] }),
      timm({ input_size: [1, 224, 224], mean: null, std: null }),
      timm({ std: [0, 1, 1] }),
    ])
      expect(usage).toMatchObject({ values: null, fitted });
    expect(timm({ mean: [0.5], std: [0.25] }, { model_args: { in_chans: 1 } })?.values).toMatchObject({
      channels: 'grey',
      mean: [0.5],
      std: [0.25],
    });
    expect(timm({ crop_mode: 'spiral' })).toMatchObject({ fitted: null, remark: expect.stringContaining('“spiral”') });
    expect(timm({ crop_mode: '', interpolation: '', crop_pct: null })?.fitted).toMatchObject({
      fit: 'short-side-256',
      resampling: 'bicubic',
    });
  });

  it('says where a resampling has another in its place', () => {
    expect(timm({ interpolation: 'lanczos' })).toMatchObject({
      fitted: { resampling: 'bicubic' },
      remark: expect.stringContaining('lanczos'),
    });
  });

  it('names classes in all of its ways', () => {
    expect(timm({}, { label_names: ['a', 'b'] })?.names).toEqual(['a', 'b']);
    expect(timm({ label_names: { 0: 'a', 1: 'b' } })?.names).toEqual(['a', 'b']);
    const label_descriptions = { n1: 'tench, Tinca tinca', n2: 'goldfish, Carassius auratus' };
    expect(timm({}, { label_names: ['n1', 'n2'], label_descriptions })?.names).toEqual(['tench', 'goldfish']);
    // Whoever leaves numbers out names fewer than there are.
    expect(timm({}, { label_names: { 0: 'a', 2: 'c' }, num_classes: 4 })?.names).toEqual(['a', 'class 1', 'c', 'class 3']);
    const alike = { n1: 'crane, bird', n2: 'crane, machine' };
    expect(timm({}, { label_names: ['n1', 'n2'], label_descriptions: alike })?.names).toEqual(['crane, bird', 'crane, machine']);
  });

  it.each(['resnetblur50', 'resnetaa50', 'seresnextaa101d_32x8d', 'densenetblur121d', 'mobilenetv3_large_blur'])(
    'leaves what the name tells to who reads the weights: %s',
    (architecture) => expect(timm({}, { architecture })?.refusal ?? null).toBeNull(),
  );

  it.each([
    ['xceptionblur41', {}, /blurs before its strides/],
    ['ecaresnextaa50', {}, /blurs before its strides/],
    ['resnet50', { model_args: { act_layer: 'silu' } }, /“act_layer”/],
    ['resnet50', { global_pool: 'max' }, /pools by “max”/],
  ])('refuses what weights do not tell: %s', (architecture, config, sentence) =>
    expect(timm({}, { architecture, ...config })?.refusal).toMatch(sentence),
  );

  it('takes what changes nothing', () => {
    expect(timm({}, { architecture: 'resnet50', global_pool: 'avg', model_args: { num_classes: 5, drop_rate: 0.2 } })?.refusal).toBeNull();
  });
});

describe('transformers’ config.json and preprocessor_config.json', () => {
  it('say architecture, names, values, size, crop and resampling', () => {
    expect(hubUsage([RESNET_IMAGES, RESNET_CONFIG])).toEqual({
      architecture: 'ResNetForImageClassification',
      refusal: null,
      values: { channels: 'rgb', scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      fitted: { input: { width: 224, height: 224 }, fit: 'short-side-256-floor', resampling: 'bicubic' },
      names: ['tench, Tinca tinca', 'goldfish, Carassius auratus', 'great white shark'],
      reading: null,
      remark: '',
    });
  });

  it.each([
    [{ size: 224 }, 'short-side-256-floor', 224],
    [{ size: { shortest_edge: 384 } }, 'stretched', 384],
    [{ crop_pct: null, feature_extractor_type: 'ViTFeatureExtractor', size: 300 }, 'stretched', 300],
    [
      {
        crop_pct: null,
        feature_extractor_type: 'X',
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
      },
      'short-side-256-floor',
      224,
    ],
    [
      { crop_pct: null, feature_extractor_type: 'X', size: { height: 256, width: 256 }, do_center_crop: true, crop_size: 224 },
      'stretched-0.875-floor',
      224,
    ],
    [
      { crop_pct: null, feature_extractor_type: 'X', size: { height: 232, width: 232 }, do_center_crop: true, crop_size: 224 },
      'stretched-0.965517-floor',
      224,
    ],
  ])('fit images as transformers does: %j', (images, fit, side) =>
    expect(transformers(images)?.fitted).toMatchObject({ input: { width: side, height: side }, fit }),
  );

  it('say what values are not scaled by', () => {
    expect(transformers({ do_normalize: false, resample: 2 })).toMatchObject({
      values: { mean: [0, 0, 0], std: [1, 1, 1], scale: 1 / 255 },
      fitted: { resampling: 'bilinear' },
    });
    expect(transformers({ do_rescale: false })?.values?.scale).toBe(1);
    const mean = [0.1, 0.2, 0.3];
    expect(transformers({ do_flip_channel_order: true, image_mean: mean, image_std: [1, 2, 3] })?.values).toMatchObject({
      channels: 'bgr',
      mean: [0.3, 0.2, 0.1],
      std: [3, 2, 1],
    });
    expect(transformers({ image_processor_type: 'MobileViTImageProcessor', image_mean: 0, image_std: 1 })?.values?.channels).toBe('bgr');
    expect(transformers({ do_flip_channel_order: false, feature_extractor_type: 'MobileViTFeatureExtractor' })?.values?.channels).toBe(
      'rgb',
    );
    expect(transformers({ rescale_offset: true })?.values).toBeNull();
    expect(transformers({ do_resize: false })).toMatchObject({ fitted: null, remark: expect.stringContaining('not computed here') });
    const fitted = { input: { width: 224, height: 224 }, fit: 'short-side-256-floor', resampling: 'bicubic' };
    expect(transformers({}, { num_channels: 1 })).toMatchObject({ values: null, fitted });
  });

  it('say what outputs mean, and names only where they are some', () => {
    expect(transformers({}, { problem_type: 'multi_label_classification' })?.reading).toBe('independent');
    expect(transformers({}, { id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } })?.names).toEqual([]);
    expect(transformers({}, { id2label: { 1: 'x' } })?.names).toEqual(['class 0', 'x']);
    expect(transformers({}, { id2label: { 1e9: 'x' } })?.names).toEqual([]);
  });

  it.each([
    [{ architectures: ['BertForMaskedLM'], model_type: 'bert' }, /“BertForMaskedLM”, and no image classifier/],
    [{ hidden_act: 'gelu' }, /hidden_act set to “gelu”/],
    [{ downsample_in_bottleneck: true }, /downsample_in_bottleneck/],
  ])('refuse what cannot be opened: %j', (config, sentence) => expect(transformers({}, config)?.refusal).toMatch(sentence));
});

describe('weights with what the hub says of them', () => {
  const own = { ...DENSENET_CONFIG, label_names: ['ash', 'elm', 'oak'] };

  it('are used as it says, and nothing is guessed', async () => {
    const { pretrained_cfg: cfg } = DENSENET_CONFIG;
    const config = utf8(JSON.stringify({ ...own, pretrained_cfg: { ...cfg, input_size: [3, 64, 64], mean: [0.5, 0.5, 0.5] } }));
    const read = await readModel(given({ 'trees.safetensors': WEIGHTS, 'config.json': config }));
    expect(read.manifest).toMatchObject({
      title: 'trees',
      input: { width: 64, height: 64 },
      preprocessing: { mean: [0.5, 0.5, 0.5], fit: 'short-side-73', resampling: 'bicubic' },
      classNames: ['ash', 'elm', 'oak'],
    });
    expect(read.isGuessed).toBe(false);
  });

  it('are guessed about where it says nothing', async () => {
    const cfg = { input_size: [3, 64, 64], crop_pct: 0.9, interpolation: 'bilinear', std: [0, 0, 0] };
    const config = utf8(JSON.stringify({ ...own, pretrained_cfg: cfg }));
    const read = await readModel(given({ 'trees.safetensors': WEIGHTS, 'config.json': config }));
    expect(read.isGuessed).toBe(true);
    expect(read.manifest).toMatchObject({
      input: { width: 64, height: 64 },
      preprocessing: { fit: 'short-side-71', resampling: 'bilinear' },
    });
    expect(read.inputRemark).toMatch(
      /^What lies beside trees\.safetensors says how images are resized and cropped, but no mean and std that fit/,
    );
    expect(read.manifest.classNames).toEqual(['ash', 'elm', 'oak']);
  });

  it('are given its values where only their fit is not computed', async () => {
    const { pretrained_cfg: cfg } = DENSENET_CONFIG;
    const config = utf8(JSON.stringify({ ...own, pretrained_cfg: { ...cfg, mean: [0.4, 0.5, 0.6], crop_mode: 'spiral' } }));
    const read = await readModel(given({ 'trees.safetensors': WEIGHTS, 'config.json': config }));
    expect(read.manifest.preprocessing).toMatchObject({ mean: [0.4, 0.5, 0.6], fit: 'stretched' });
    expect(read.inputRemark).toMatch(/“spiral”, 0\.875 of each side, which is not computed here\. .* but not how they are fitted/);
    expect(read.isGuessed).toBe(true);
  });

  it('are refused where it names another network of the same weights', async () => {
    const config = utf8(JSON.stringify({ ...own, architecture: 'xceptionblur41' }));
    await expect(readModel(given({ 'trees.safetensors': WEIGHTS, 'config.json': config }))).rejects.toMatchObject(
      refusal('model-unsupported', 'The model in trees\\.safetensors is “xceptionblur41”'),
    );
  });
});
