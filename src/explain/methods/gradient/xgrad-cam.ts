import { mapMethod } from '../map-method.ts';

export const xGradCam = mapMethod({
  id: 'xgrad-cam',
  title: 'XGrad-CAM',
  slug: 'xgrad-cam',
  group: 'gradient',
  purpose: 'Grad-CAM with weights that add up to the score more nearly.',
  summary:
    'Weights the channels by the mean of their gradients over the activations themselves; unstable where the activations of a channel cancel.',
  source: 'Fu et al., Axiom-based Grad-CAM, BMVC 2020, section 3',
  unit: (score) => `gradient-weighted activation (${score})`,
});
