import { mapMethod } from '../map-method.ts';

export const gradCamPlusPlus = mapMethod({
  id: 'grad-cam-plus-plus',
  title: 'Grad-CAM++',
  slug: 'grad-cam-plus-plus',
  group: 'gradient',
  purpose: 'Several objects of one class in an image.',
  summary:
    'Weights the channels by their positive gradients, each by its share as second and third derivatives have it; the share’s denominator can be negative, and is kept as published.',
  source: 'Chattopadhay et al., Grad-CAM++, WACV 2018, section 3',
  unit: (score) => `gradient-weighted activation (${score})`,
});
