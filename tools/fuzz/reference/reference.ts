/** What drawn layers give, in float64 and without tf.js. */
import { REFERENCE_LAYERS } from '../../../src/engine/testing/reference/network.ts';
import { asObject, isObject } from '../../../src/formats/json.ts';
import type { Json } from '../../../src/formats/network/artifacts.ts';
import type { Config, Dialect, Layer, Model, Tensor, Values } from '../network.ts';
import { ACTIVATIONS_OF_OURS, LAYERS_OF_OURS } from './reference-of-ours.ts';

/** Files that were converted here have other names for some of Keras' activations and layers. */
const CONVERTED_NAMES: Readonly<Record<string, string>> = { hardSilu: 'hard_silu', leakyReluOfKeras3: 'leaky_relu' };

/** The values after an activation: a name, or a layer, or a name of ours with settings. */
function activated(x: Values, activation: Json, dialect: Dialect): Values {
  const { class_name: kind = activation, config } = asObject(activation) ?? {};
  const name = String(kind ?? 'linear');
  const own = ACTIVATIONS_OF_OURS[name];
  if (own) return { shape: x.shape, data: x.data.map((value) => own(value, asObject(config ?? null) ?? {})) };
  if (isObject(activation)) return evaluateKind(name, asObject(config ?? null) ?? {}, [x], new Map());
  const known = name === 'hard_sigmoid' && dialect === 'keras-3' ? 'hardSigmoidOfKeras3' : (CONVERTED_NAMES[name] ?? name);
  return evaluateKind('Activation', { activation: known }, [x], new Map());
}

/** Weights as float64, by layer: the same arrays every time. */
const weightsOf = new WeakMap<Layer, ReadonlyMap<string, Values>>();

function weights(layer: Layer): ReadonlyMap<string, Values> {
  const known = weightsOf.get(layer);
  if (known) return known;
  const made = new Map(layer.weights.map(({ name, shape, values }) => [name, { shape, data: Float64Array.from(values) }]));
  weightsOf.set(layer, made);
  return made;
}

const IDENTITIES =
  /^(Random|Spatial|Gaussian|Alpha)?(Dropout|.*Noise)|^(Random|Aug|Rand)|^(Identity|ActivityRegularization|StochasticDepth)/;

function evaluateKind(kind: string, config: Config, inputs: readonly Values[], own: ReadonlyMap<string, Values>): Values {
  const [first] = inputs;
  if (kind === 'SmoothUpSampling2D') return evaluateKind('UpSampling2D', config, inputs, own);
  const pooling = /^(Global\w+Pooling2D)KeepDims$/.exec(kind)?.[1];
  if (pooling) return evaluateKind(pooling, { ...config, keepdims: true }, inputs, own);
  const reference = REFERENCE_LAYERS[kind] ?? LAYERS_OF_OURS[kind];
  if (reference) return reference.run(config, inputs, own);
  if (first && IDENTITIES.test(kind)) return first;
  throw new Error(`there is no reference for the layer kind ${kind}`);
}

/** A whole layer, or what it is before its own activation, or that activation alone. */
export type Part = 'whole' | 'without-activation' | 'activation';

/** Whether the layer computes something, and has an activation besides. */
export function hasActivation({ kind, config, operation }: Layer): boolean {
  const { activation = 'linear' } = config;
  return kind !== 'Activation' && operation === null && activation !== 'linear';
}

/** What one call of a layer, or of a part of it, gives. */
export function evaluateLayer(layer: Layer, inputs: readonly Values[], dialect: Dialect, part: Part = 'whole'): Values {
  const { kind, config, inner, operation } = layer;
  const [first] = inputs;
  if (!first) throw new Error(`${layer.name} takes nothing`);
  if (operation) return evaluateWithActivation(operation.equivalent, inputs, new Map(), dialect);
  if (inner) return evaluateModel(inner, first, dialect);
  if (part === 'activation') return activated(first, config.activation ?? null, dialect);
  if (part === 'without-activation' && kind === 'Softmax') return first;
  const settings = part === 'whole' ? config : { ...config, activation: 'linear' };
  return evaluateWithActivation({ kind, config: settings }, inputs, weights(layer), dialect);
}

function evaluateWithActivation(
  { kind, config }: { readonly kind: string; readonly config: Config },
  inputs: readonly Values[],
  own: ReadonlyMap<string, Values>,
  dialect: Dialect,
): Values {
  if (!('activation' in config)) return evaluateKind(kind, config, inputs, own);
  const linear = evaluateKind(kind, { ...config, activation: 'linear' }, inputs, own);
  return activated(linear, config.activation ?? null, dialect);
}

function evaluateModel({ layers, output }: Model, input: Values, dialect: Dialect): Values {
  const known = new Map<string, Values>();
  const resolve = ({ layer, call }: Tensor): Values => {
    if (layer === layers[0]) return input;
    const key = `${layer.name} ${call}`;
    const found = known.get(key);
    if (found) return found;
    const made = evaluateLayer(layer, (layer.calls[call] ?? []).map(resolve), dialect);
    known.set(key, made);
    return made;
  };
  return resolve(output);
}
