/** Activations that can be run here, in the settings of a layer and as layers of their own. */
import { asObject, isObject, type JsonObject } from './json.ts';
import { HARD_SIGMOID_OF_KERAS_3 } from './keras-config.ts';
import { commonConfig, type Part, type Rule, singleAxis, Unsupported } from './layer-rule.ts';

/** By Keras' names. `null`: as tf.js has it. */
const ACTIVATIONS: Readonly<Record<string, string | null>> = {
  elu: null,
  exponential: 'exponential',
  gelu: null,
  hard_sigmoid: null,
  // What was converted here before has our own names.
  hardSilu: null,
  leakyReluOfKeras3: null,
  hard_silu: 'hardSilu',
  hard_swish: 'hardSilu',
  [HARD_SIGMOID_OF_KERAS_3]: null,
  leaky_relu: 'leakyReluOfKeras3',
  linear: null,
  log_softmax: null,
  mish: null,
  relu: null,
  relu6: null,
  selu: null,
  sigmoid: null,
  silu: 'swish',
  softmax: null,
  softplus: null,
  softsign: null,
  swish: null,
  tanh: null,
};

export function withKnownActivation(config: JsonObject): JsonObject {
  const { activation } = config;
  if (activation === undefined || activation === null) return config;
  // Old files wrap the activation of the last layer.
  const name = isObject(activation) ? String(activation.class_name).toLowerCase() : String(activation);
  if (!Object.hasOwn(ACTIVATIONS, name) || Object.keys(asObject(asObject(activation)?.config) ?? {}).length > 0)
    throw new Unsupported(`has the activation ${name}, which cannot be run here; please use one of Keras’ own`);
  return { ...config, activation: ACTIVATIONS[name] ?? name };
}

function withSlope(config: JsonObject, slope: number): Part {
  return { kind: 'LeakyReLU', config: { ...commonConfig(config), alpha: slope } };
}

export const leakyRelu: Rule = ({ config }) => [withSlope(config, Number(config.alpha ?? config.negative_slope ?? 0.3))];

export const relu: Rule = ({ kind, config }) => {
  const slope = Number(config.negative_slope ?? 0);
  if (Number(config.threshold ?? 0) !== 0 || (slope !== 0 && typeof config.max_value === 'number'))
    throw new Unsupported(
      'is a ReLU with a threshold, or with both a slope and a ceiling, which cannot be run here; please leave these out',
    );
  return slope === 0 ? [{ kind, config }] : [withSlope(config, slope)];
};

export const elu: Rule = ({ kind, config }) => {
  if (Number(config.alpha ?? 1) !== 1)
    throw new Unsupported('is an ELU whose alpha is not 1, which cannot be run here; please give a network with 1');
  return [{ kind, config }];
};

export const softmax: Rule = ({ kind, config }) => {
  const axis = singleAxis(config.axis ?? -1);
  if (axis === null) throw new Unsupported('is a softmax over several axes, which cannot be run here; please use one axis');
  return [{ kind, config: { ...config, axis } }];
};
