import { mapMethod } from '../map-method.ts';

export const hiResCam = mapMethod({
  id: 'hires-cam',
  title: 'HiResCAM',
  slug: 'hires-cam',
  group: 'gradient',
  purpose: 'What each cell would cost the score, if the rest were linear.',
  summary:
    'Multiplies every activation by its own gradient and adds up the channels: what the class score would lose if the rest were linear.',
  source: 'Draelos & Carin, HiResCAM, 2020, section 3',
  unit: (score) => `gradient times activation (${score})`,
});
