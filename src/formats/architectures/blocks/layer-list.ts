/** The layers of a network as they are written down, from its input to its output, and their weights. */
import type { Size } from '../../../core/images/geometry.ts';
import { asArray, asObject, type JsonObject } from '../../json.ts';
import { type Json, type ModelArtifacts, packArtifacts, type WeightValues } from '../../network/artifacts.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';

/** A layer of the network, by its name. */
export type LayerName = string;

function inboundOf(inputs: readonly LayerName[]): Json {
  return inputs.length ? [inputs.map((input): Json => [input, 0, 0, {}])] : [];
}

export class LayerList {
  /** What else layers were called, by that name. */
  readonly otherNames = new Map<string, LayerName>();
  readonly #layers: JsonObject[] = [];
  readonly #weights: WeightValues[] = [];
  readonly #channels = new Map<LayerName, number>();
  readonly #vectors = new Set<LayerName>();
  #last: LayerName = '';
  /** Of the input; null where it may have another size. */
  #size: Size | null = null;

  channelsOf(...layers: readonly LayerName[]): number {
    return layers.reduce((sum, layer) => sum + (this.#channels.get(layer) ?? 0), 0);
  }

  /** Whether the layer gives a vector, and no map. */
  isVector(layer: LayerName): boolean {
    return this.#vectors.has(layer);
  }

  get layerNames(): readonly LayerName[] {
    return [...this.#channels.keys()];
  }

  /** @param channels what the layer gives, where that is not all that goes in */
  layer(
    kind: string,
    name: LayerName,
    inputs: readonly LayerName[],
    config: JsonObject = {},
    channels = this.channelsOf(...inputs),
  ): LayerName {
    if (this.#channels.has(name)) throw new Error(`two layers are called ${name}`);
    this.#channels.set(name, channels);
    const isPooled = /^Global/.test(kind) && config.keepdims !== true;
    if (isPooled || kind === 'Flatten' || kind === 'Dense' || this.#vectors.has(inputs[0] ?? '')) this.#vectors.add(name);
    this.#layers.push({
      class_name: kind,
      name,
      config: { name, trainable: true, dtype: 'float32', ...config },
      inbound_nodes: inboundOf(inputs),
    });
    this.#last = name;
    return name;
  }

  /** In running order, as they are written down. */
  get layers(): readonly JsonObject[] {
    return this.#layers;
  }

  /** Images of this size only, where the network computes with it. */
  fixInput(size: Size): void {
    this.#size = size;
  }

  /** A module's output under the module's own name, where its last layer has another: users of torch know it by either. */
  output(module: string, x: LayerName): LayerName {
    return this.layer('Activation', module, [x], { activation: 'linear' });
  }

  /** Other modules that give what a layer gives: links and scripts may name them. */
  alsoCalled(layer: LayerName, ...modules: readonly string[]): LayerName {
    for (const module of modules) this.otherNames.set(module, layer);
    return layer;
  }

  concatenate(name: LayerName, inputs: readonly LayerName[]): LayerName {
    return this.layer('Concatenate', name, inputs, { axis: -1 });
  }

  /** The first times the second, which may be of a single cell. */
  multiply(name: LayerName, x: LayerName, gate: LayerName): LayerName {
    return this.layer('Multiply', name, [x, gate], {}, this.channelsOf(x));
  }

  /** @param onStep called for every weight that is laid out */
  artifacts(modelName: string, onStep?: () => void): ModelArtifacts {
    const names = this.runNames();
    const layers = this.#layers.map((layer) => this.#asRun(layer, names));
    const config = {
      name: modelName,
      trainable: true,
      layers,
      input_layers: [['input', 0, 0]],
      output_layers: [[names(this.#last), 0, 0]],
    };
    const weights = this.#weights.map((weight): WeightValues => {
      const at = weight.name.lastIndexOf('/');
      const name = `${names(weight.name.slice(0, at))}${weight.name.slice(at)}`;
      // Its values are laid out only when they are asked for.
      return name === weight.name ? weight : Object.create(weight, { name: { value: name } });
    });
    const otherNames = new Map([...this.otherNames].map(([other, layer]) => [other, names(layer)]));
    for (const layer of this.layerNames) if (names(layer) !== layer) otherNames.set(layer, names(layer));
    return { ...packArtifacts({ class_name: 'Functional', config }, weights, onStep), ...(otherNames.size > 0 && { otherNames }) };
  }

  /** What layers are called where they run: tf.js takes no name that begins with an underscore, as those of some people's modules do. */
  runNames(): (layer: LayerName) => LayerName {
    const names = new Map<LayerName, LayerName>();
    const used = new Set(this.layerNames);
    for (const layer of this.layerNames) {
      const plain = layer.replace(/[^-\w./]/g, '_').replace(/^[^A-Za-z0-9]+/, '');
      let name = plain;
      for (let i = 2; name !== layer && (name === '' || used.has(name)); i++) name = `${plain || 'layer'}_${i}`;
      used.add(name);
      names.set(layer, name);
    }
    return (layer) => names.get(layer) ?? layer;
  }

  #asRun(layer: JsonObject, names: (layer: LayerName) => LayerName): JsonObject {
    const config = asObject(layer.config) ?? {};
    const name = names(String(layer.name));
    const size = layer.class_name === 'InputLayer' ? this.#size : null;
    const shape: JsonObject = size ? { batch_input_shape: [null, size.height, size.width, this.channelsOf('input')] } : {};
    const inputs = asArray(asArray(layer.inbound_nodes)[0]).map((input) => String(asArray(input)[0]));
    return { ...layer, name, config: { ...config, name, ...shape }, inbound_nodes: inboundOf(inputs.map(names)) };
  }

  /** Weights that were found elsewhere, by the names that Keras has for them. */
  weightsOf(layer: LayerName, weights: Readonly<Record<string, NamedTensor | null>>): void {
    for (const [own, tensor] of Object.entries(weights)) if (tensor) this.tensor(`${layer}/${own}`, tensor);
  }

  protected weight(weight: WeightValues): void {
    this.#weights.push(weight);
  }

  protected tensor(name: string, { shape, values }: NamedTensor): void {
    this.#weights.push({ name, shape, values });
  }
}
