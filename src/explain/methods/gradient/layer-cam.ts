import { mapMethod } from '../map-method.ts';

export const layerCam = mapMethod({
  id: 'layer-cam',
  title: 'LayerCAM',
  slug: 'layer-cam',
  group: 'gradient',
  purpose: 'Fine maps of early layers.',
  summary: 'Multiplies every activation by its own gradient where that is positive, and adds up the channels.',
  source: 'Jiang et al., LayerCAM, IEEE Transactions on Image Processing 2021, section III.B',
  unit: (score) => `positive gradient times activation (${score})`,
});
