/** A network of the hub that the page offers by name, wherever it is online. */
export const OFFERED_MODEL = {
  name: { repository: 'timm/densenet169.tv_in1k', revision: null },
  title: 'DenseNet-169, ImageNet',
  megabytes: 57,
} as const;
