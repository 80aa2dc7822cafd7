/** Which maps are measured: every method as it is published, and with what the next ReLU turns into nothing where that is another map. */
import { DEFAULT_SWEEP, type SweepSettings } from '../../src/explain/input/input-settings.ts';
import type { LayerInfo } from '../../src/explain/layer-info.ts';
import { METHODS, type MethodId } from '../../src/explain/methods/list.ts';
import type { Method } from '../../src/explain/methods/method.ts';
import type { ClassScore } from '../../src/explain/target.ts';
import type { ModelInfo } from '../../src/protocol/engine.ts';

export interface Subject {
  readonly title: string;
  readonly method: Method<MethodId>;
  readonly settings: SweepSettings;
  /** In forward passes. */
  readonly passes: number;
}

export const RANDOM = 'Random map';

const AFTER_RELU: SweepSettings = { ...DEFAULT_SWEEP, value: 'after-relu', channelValue: 'after-relu' };

function layerOf({ layers, defaultLayer }: ModelInfo): LayerInfo {
  const layer = layers.find(({ name }) => name === defaultLayer);
  if (!layer) throw new Error(`the model has no layer ${defaultLayer}`);
  return layer;
}

/** Of the model's default layer. */
export function subjectsOf(info: ModelInfo): Subject[] {
  const layer = layerOf(info);
  const score: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: info.reading };
  return METHODS.flatMap((method) => {
    const subject = (title: string, settings: SweepSettings): Subject => ({
      title,
      method,
      settings,
      passes: method.cost(layer, settings, info).passes,
    });
    const workOf = (ablation: SweepSettings) => JSON.stringify(method.whole({ score, ablation }));
    const isOneMap = !layer.afterRelu || workOf(DEFAULT_SWEEP) === workOf(AFTER_RELU);
    const published = subject(method.title, DEFAULT_SWEEP);
    return isOneMap ? [published] : [published, subject(`${method.title}, after the next ReLU`, AFTER_RELU)];
  });
}
