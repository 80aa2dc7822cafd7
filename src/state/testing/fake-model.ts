/** A model that no file holds: three classes, and layers of few cells. */
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { LayerInfo, WorkSize } from '../../explain/layer-info.ts';
import type { ModelInfo } from '../../protocol/engine.ts';

const CLASS_NAMES = ['ash', 'birch', 'cedar'] as const;
/** Birch is best. */
export const LOGITS = [1, 3, 2] as const;

/** For one copy after any layer; a pass of the whole network is twice that. */
const TAIL: WorkSize = { macs: 1e6, values: 0 };

function layer(name: string, block: string, rows: number, columns: number): LayerInfo {
  return {
    name,
    kind: 'Conv2D',
    role: 'convolution',
    rows,
    columns,
    channels: 4,
    block,
    unsupportedReason: null,
    tail: TAIL,
    channelTail: TAIL,
  };
}

/** A layer with so many cells that an estimate comes first. */
const LONG_LAYER = layer('long', 'conv1', 10, 10);

const VECTOR: LayerInfo = { ...layer('vector', 'head', 1, 1), unsupportedReason: 'It has no cells: its activation is one vector.' };

export function fakeModel(id: string, change: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    title: `Model ${id}`,
    input: { width: 8, height: 8 },
    takesAnySize: false,
    isGuessed: false,
    preprocessing: TORCH_PREPROCESSING,
    outputs: [{ index: 0, name: 'scores', units: CLASS_NAMES.length }],
    output: 0,
    units: CLASS_NAMES.length,
    reading: 'softmax',
    readings: ['softmax', 'independent', 'number'],
    givenNames: CLASS_NAMES,
    nameSource: 'given',
    classNames: CLASS_NAMES,
    layers: [LONG_LAYER, layer('first', 'conv2', 1, 2), layer('last', 'conv3', 1, 2), VECTOR],
    forward: { macs: 2e6, values: 0 },
    defaultLayer: 'last',
    parameterCount: 1,
    remark: '',
    guesses: { input: '', output: '', names: '' },
    ...change,
  };
}
