import { type ChannelSweep, channelScale, emptyChannelSweep, mapOfChannels } from '../channel-sweep.ts';
import { passesFor } from '../cost.ts';
import { isComplete, remainingItems } from '../item-sweep.ts';
import { withoutRounding } from '../rounding.ts';
import { scoreOf } from '../target.ts';
import { isSweepResult, type Result, type Sweep, type SweepWork } from '../work.ts';
import type { Find, SweepMethod } from './method.ts';

const WHOLE: SweepWork = { method: 'ablation-cam', items: null };

function isChannelSweep(sweep: Sweep): sweep is ChannelSweep {
  return 'activation' in sweep;
}

function channelsOf(result: Result): ChannelSweep {
  if (isSweepResult(result) && isChannelSweep(result.sweep)) return result.sweep;
  throw new RangeError(`${result.method} is no sweep over channels`);
}

function begun(find: Find): Sweep | null {
  const found = find(WHOLE);
  return found && channelsOf(found);
}

export const ablationCam: SweepMethod<'ablation-cam'> = {
  id: 'ablation-cam',
  title: 'Ablation-CAM',
  slug: 'ablation-cam',
  group: 'ablation',
  purpose: 'Without gradients: what the channels are worth to the score.',
  summary: 'Zeroes out one channel at a time, and adds up the channels, each weighted by the share of the class score that went with it.',
  source: 'Desai & Ramaswamy, Ablation-CAM, WACV 2020, section 3',
  unit: {
    logit: 'activation weighted by share of logit',
    probability: 'activation weighted by share of probability',
    value: 'activation weighted by share of value',
  },
  whole: () => WHOLE,
  next(_subject, find) {
    const sweep = begun(find);
    if (!sweep) return WHOLE;
    return isComplete(sweep) ? null : { ...WHOLE, items: remainingItems(sweep, null) };
  },
  known(_subject, find) {
    const result = find(WHOLE);
    // The weights of some of the channels make no map.
    return result && isComplete(channelsOf(result)) ? { result, isDone: true, estimate: null } : null;
  },
  stopped: (_subject, find) => begun(find),
  begin(_work, { cells, activation }, baseline) {
    if (!activation) throw new RangeError('a sweep over channels needs the activation of the layer');
    return emptyChannelSweep(cells, activation, baseline);
  },
  mapOf(result, score) {
    const sweep = channelsOf(result);
    const raw = mapOfChannels(sweep, score);
    return { map: withoutRounding(raw, channelScale(sweep, score)), raw };
  },
  copySize: ({ channelTail }) => channelTail,
  cost: ({ channels, channelTail }, _ablation, forward) => ({
    count: channels,
    unit: 'channels',
    passes: passesFor(channelTail, channels, forward),
  }),
  details: (result) => [`${channelsOf(result).isExact.length} channels`],
  caveat(result, score) {
    const intact = scoreOf(channelsOf(result).baseline, score);
    if (intact === 0) return 'The score is zero: there are no shares of it';
    return intact < 0 ? 'Negative score: its signs are turned around' : '';
  },
};
