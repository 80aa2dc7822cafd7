/** What methods have in common that run a copy for every channel, and add the channels up. */
import { type ChannelSweep, emptyChannelSweep, mapOfChannels } from '../channel-sweep.ts';
import { withoutRounding } from '../rounding.ts';
import type { ClassScore } from '../target.ts';
import { isSweepResult, type Result, type Sweep } from '../work.ts';
import { completeSweep } from './complete-sweep.ts';
import type { SweepMethod } from './method.ts';

function isChannelSweep(sweep: Sweep): sweep is ChannelSweep {
  return 'activation' in sweep;
}

/** @throws RangeError for the result of another kind of method */
export function channelsOf(result: Result): ChannelSweep {
  if (isSweepResult(result) && isChannelSweep(result.sweep)) return result.sweep;
  throw new RangeError(`${result.method} is no sweep over channels`);
}

type Own<Id extends string> = Omit<SweepMethod<Id>, 'whole' | 'next' | 'known' | 'stopped' | 'begin' | 'mapOf' | 'details'>;

interface Weighting {
  /** `[channels]` */
  weights(sweep: ChannelSweep, score: ClassScore): Float32Array;
  /** How large the numbers are that the map is made from. */
  scale(sweep: ChannelSweep, score: ClassScore): number;
}

export function channelMethod<Id extends string>(own: Own<Id>, { weights, scale }: Weighting): SweepMethod<Id> {
  return {
    ...own,
    ...completeSweep(() => ({ method: own.id, items: null })),
    begin(_work, { cells, activation }, baseline) {
      if (!activation) throw new RangeError('a sweep over channels needs the activation of the layer');
      return emptyChannelSweep(cells, activation, baseline);
    },
    mapOf(result, score) {
      const sweep = channelsOf(result);
      const raw = mapOfChannels(sweep, weights(sweep, score));
      return { map: withoutRounding(raw, scale(sweep, score)), raw };
    },
    details: (result) => [`${channelsOf(result).isExact.length} channels`],
  };
}
