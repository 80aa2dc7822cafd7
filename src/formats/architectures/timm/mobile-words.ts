/** What timm calls the modules of networks for phones, which all have the same parts. */
export const MOBILE_WORDS: readonly string[] = [
  'blocks',
  'conv_dw',
  'conv_pw',
  'conv_pwl',
  'bn1',
  'bn2',
  'bn3',
  'se',
  'conv_reduce',
  'conv_expand',
  'conv_stem',
  'conv_head',
  'conv',
];
