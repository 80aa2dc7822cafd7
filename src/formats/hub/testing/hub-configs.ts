/** What lies beside weights on the hub, in the forms in which its libraries write it. */

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/** timm's, of `densenet169.tv_in1k`. */
export const DENSENET_CONFIG = {
  architecture: 'densenet169',
  num_classes: 1000,
  num_features: 1664,
  pretrained_cfg: {
    tag: 'tv_in1k',
    custom_load: false,
    input_size: [3, 224, 224],
    fixed_input_size: false,
    interpolation: 'bicubic',
    crop_pct: 0.875,
    crop_mode: 'center',
    mean: MEAN,
    std: STD,
    num_classes: 1000,
    pool_size: [7, 7],
    first_conv: 'features.conv0',
    classifier: 'classifier',
  },
};

/** transformers', of a `microsoft/resnet-50` with three classes. */
export const RESNET_CONFIG = {
  architectures: ['ResNetForImageClassification'],
  depths: [3, 4, 6, 3],
  downsample_in_first_stage: false,
  hidden_act: 'relu',
  id2label: { 0: 'tench, Tinca tinca', 1: 'goldfish, Carassius auratus', 2: 'great white shark' },
  layer_type: 'bottleneck',
  model_type: 'resnet',
  num_channels: 3,
};

export const RESNET_IMAGES = {
  crop_pct: 0.875,
  do_normalize: true,
  do_resize: true,
  feature_extractor_type: 'ConvNextFeatureExtractor',
  image_mean: MEAN,
  image_std: STD,
  resample: 3,
  size: 224,
};
