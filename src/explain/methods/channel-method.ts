/** What methods have in common that run a copy for every channel, and add the channels up. */
import { type ChannelSweep, emptyChannelSweep, mapOfChannels } from '../channel-sweep.ts';
import { withoutRounding } from '../rounding.ts';
import type { ClassScore } from '../target.ts';
import { isSweepResult, type Result, type Sweep } from '../work.ts';
import { AFTER_RELU } from './ablation-sweep.ts';
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
  /** Whether channels may become nothing after the next ReLU in place of zeros. */
  readonly canZeroAfterRelu?: boolean;
}

export function channelMethod<Id extends string>(own: Own<Id>, { weights, scale, canZeroAfterRelu = false }: Weighting): SweepMethod<Id> {
  return {
    ...own,
    ...completeSweep(({ ablation: { channelValue } }) => ({
      method: own.id,
      ...(canZeroAfterRelu && channelValue && { channelValue }),
      items: null,
    })),
    begin({ channelValue }, { cells, activation }, baseline) {
      if (!activation) throw new RangeError('a sweep over channels needs the activation of the layer');
      return emptyChannelSweep(cells, activation, baseline, channelValue);
    },
    mapOf(result, score) {
      const sweep = channelsOf(result);
      const raw = mapOfChannels(sweep, weights(sweep, score));
      return { map: withoutRounding(raw, scale(sweep, score)), raw };
    },
    details(result) {
      const { isExact, value } = channelsOf(result);
      return [`${isExact.length} channels`, ...(value ? [AFTER_RELU] : [])];
    },
  };
}
