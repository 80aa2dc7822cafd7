import { describe, expect, it } from 'vitest';
import type { LayerInfo } from '../../explain/layer-info.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import { MODEL } from '../../protocol/testing/scripted-engine.ts';
import type { RunSettings } from '../results/run-record.ts';
import { type Asked, USUAL } from './settings.ts';
import { namesFor, settingsFor } from './settings-for.ts';

const SIZE = { macs: 1, values: 1 };
const LAYER: LayerInfo = {
  ...{ name: 'last', otherNames: ['top'], kind: 'Conv2D', role: 'convolution', rows: 7, columns: 7, channels: 3, block: 'conv5' },
  ...{ unsupportedReason: null, tail: SIZE, channelTail: SIZE },
};
const INFO: ModelInfo = {
  ...MODEL,
  ...{ title: 'Trees', units: 3, reading: 'softmax', readings: ['softmax', 'independent', 'number'], defaultLayer: 'last' },
  givenNames: ['oak', 'elm', 'ash'],
  layers: [LAYER, { ...LAYER, name: 'first', otherNames: [], unsupportedReason: 'It has no cells.' }],
};

function settings(asked: Partial<Asked> = {}, info: Partial<ModelInfo> = {}): RunSettings {
  return settingsFor({ ...USUAL, ...asked }, { ...INFO, ...info });
}

describe('what is asked for about a network', () => {
  it('is what suits it where nothing is said', () => {
    expect(settings()).toMatchObject({ layer: 'last', classIndex: null, score: 'logit', versus: null, reading: 'softmax', output: 0 });
    // No ReLU comes next: channels are zeroed.
    expect(settings().ablation.channelValue).toBe(0);
    expect(settings({}, { layers: [{ ...LAYER, afterRelu: { cell: SIZE, channel: SIZE } }] }).ablation.channelValue).toBe('after-relu');
    expect(settings().preprocessing).toEqual(MODEL.preprocessing);
  });

  it('may be a layer by another name, a class by name or number, and its look-alikes', () => {
    expect(settings({ layer: 'top', class: 'ELM', versus: '2' })).toMatchObject({ layer: 'last', classIndex: 1, versus: 2 });
    expect(settings({ versus: 'look-alikes', target: 'probability' })).toMatchObject({ versus: 'look-alikes', score: 'probability' });
  });

  it('has the value of a number, whatever is usual of classes', () => {
    expect(settings({ reading: 'number' })).toMatchObject({ score: 'value', reading: 'number' });
    expect(namesFor({ ...INFO, units: 1, givenNames: ['oak'] }, 'binary')).toEqual(['not oak', 'oak']);
  });

  it('may say how images are prepared, by name or in numbers', () => {
    expect(settings({ preprocessing: 'unit', fit: 'letterbox', resampling: 'bicubic' }).preprocessing).toEqual({
      ...{ channels: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
      ...{ fit: 'letterbox', resampling: 'bicubic' },
    });
    const own = { channels: 'bgr', scale: 2, mean: [1, 2, 3], std: [4, 5, 6] } as const;
    expect(settings({ preprocessing: own }).preprocessing).toEqual({ ...MODEL.preprocessing, ...own });
  });

  it.each<[Partial<Asked>, Partial<ModelInfo>, string]>([
    [{ layer: 'magic' }, {}, 'The network Trees has no layer magic; “fast-ablation-cam layers” lists those that it has.'],
    [{ layer: 'first' }, {}, 'The layer first of Trees cannot be explained: It has no cells.'],
    [{ class: 'palm' }, {}, 'The network Trees has no class palm; it has oak, elm, ash.'],
    [{ class: '3' }, {}, 'The network Trees has no class 3; it has oak, elm, ash.'],
    [{ versus: 'palm' }, {}, 'The network Trees has no class palm; it has oak, elm, ash.'],
    [{ versus: 'look-alikes', reading: 'independent' }, {}, 'have no look-alikes'],
    [{ target: 'probability', reading: 'number' }, {}, 'which have no probability'],
    [{ reading: 'binary' }, {}, 'cannot be read as binary; please choose one of softmax, independent, number.'],
    [{ window: 7, stride: 7 }, {}, 'leaves nothing to compare at the 7 × 7 cells of last'],
    [{ class: 'elm', versus: '1' }, {}, 'The class elm cannot be held against itself; please choose another one for --versus.'],
    [{ patch: 224 }, { input: { width: 224, height: 200 } }, 'A patch of 224 pixels in steps of 112 leaves nothing to compare'],
    [{ 'patch-stride': 300 }, { input: { width: 224, height: 200 } }, 'in steps of 300 leaves nothing to compare'],
    [{ value: 'after-relu' }, {}, 'please leave --value after-relu out, or choose another layer of Trees.'],
    [{ preprocessing: 'torch' }, { preprocessing: { ...MODEL.preprocessing, channels: 'grey', mean: [0], std: [1] } }, 'of 1 channels'],
    [{ preprocessing: { channels: 'grey', scale: 1, mean: [0], std: [1] } }, {}, 'which “grey” is not for'],
  ])('is refused in one sentence where it cannot be had: %j', (asked, info, words) => {
    expect(() => settings(asked, info)).toThrow(words);
  });
});
