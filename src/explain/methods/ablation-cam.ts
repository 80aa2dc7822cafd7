import type { ChannelValue } from '../ablation-plan.ts';
import { channelScale, channelWeights } from '../channel-sweep.ts';
import { passesFor } from '../cost.ts';
import type { LayerInfo, WorkSize } from '../layer-info.ts';
import { scoreOf } from '../target.ts';
import { channelMethod, channelsOf } from './channel-method.ts';

/** What runs for one channel. */
function channelCopy({ channelTail, afterRelu }: LayerInfo, value: ChannelValue | undefined): WorkSize {
  return value && afterRelu ? afterRelu.channel : channelTail;
}

export const ablationCam = channelMethod(
  {
    id: 'ablation-cam',
    title: 'Ablation-CAM',
    slug: 'ablation-cam',
    group: 'ablation',
    purpose: 'Without gradients: what the channels are worth to the score.',
    summary:
      'Zeroes out one channel at a time, in the layer or after the next ReLU, and adds up the channels, each weighted by the share of the class score that went with it.',
    source: 'Desai & Ramaswamy, Ablation-CAM, WACV 2020, section 3',
    unit: (score) => `activation weighted by share of ${score}`,
    copySize: (layer, _network, { channelValue }) => channelCopy(layer, channelValue),
    cost: (layer, { channelValue }, { forward }) => ({
      count: layer.channels,
      unit: 'channels',
      passes: passesFor(channelCopy(layer, channelValue), layer.channels, forward),
    }),
    caveat(result, score) {
      const intact = scoreOf(channelsOf(result).baseline, score);
      if (intact === 0) return 'The score is zero: there are no shares of it';
      return intact < 0 ? 'Negative score: its signs are turned around' : '';
    },
  },
  { weights: channelWeights, scale: channelScale, canZeroAfterRelu: true },
);
