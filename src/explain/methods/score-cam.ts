import { softmaxScale, softmaxWeights } from '../channel-sweep.ts';
import { passesFor } from '../cost.ts';
import { channelMethod } from './channel-method.ts';

export const scoreCam = channelMethod(
  {
    id: 'score-cam',
    title: 'Score-CAM',
    slug: 'score-cam',
    group: 'ablation',
    purpose: 'Which channels light up what the class needs; a whole pass for each.',
    summary:
      'Lays each channel over the image as a mask, runs the whole network, and adds up the channels, weighted by the softmax of the scores.',
    source: 'Wang et al., Score-CAM, CVPR workshops 2020, algorithm 1',
    unit: (score) => `activation weighted by softmax of ${score}`,
    copySize: (_layer, { forward }) => forward,
    cost: ({ channels }, _settings, { forward }) => ({ count: channels, unit: 'channels', passes: passesFor(forward, channels, forward) }),
    caveat: () => '',
  },
  { weights: softmaxWeights, scale: softmaxScale },
);
