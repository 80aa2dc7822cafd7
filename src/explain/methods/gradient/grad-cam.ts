import { mapMethod } from '../map-method.ts';

export const gradCam = mapMethod({
  id: 'grad-cam',
  title: 'Grad-CAM',
  slug: 'grad-cam',
  group: 'gradient',
  purpose: 'The reference that everybody knows; coarse before the last layers.',
  summary: 'Adds up the layer’s channels, each weighted by the mean gradient of the class score over its cells.',
  source: 'Selvaraju et al., Grad-CAM, ICCV 2017, section 3',
  unit: (score) => `gradient-weighted activation (${score})`,
});
