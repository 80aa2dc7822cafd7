/** Writes layers down as a Keras 2 topology, with their weights. */
import { type Json, type ModelArtifacts, type ModelTopology, packArtifacts, type WeightValues } from '../../network/artifacts.ts';

export type Config = { readonly [key: string]: Json };

export class LayerWriter {
  readonly #layers: { readonly [key: string]: Json }[] = [];
  readonly #names = new Set<string>();
  readonly #weights: (() => WeightValues)[] = [];

  /** A name that no layer has yet, of the letters that tf.js takes: what else exporters put into names becomes an underscore. */
  #free(wanted: string): string {
    const name = wanted.replace(/[^-A-Za-z0-9._/]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'layer';
    // tf.js looks layers up in plain objects.
    if (!this.#names.has(name) && !(name in {})) return name;
    for (let i = 2; ; i++) if (!this.#names.has(`${name}_${i}`)) return `${name}_${i}`;
  }

  /** @returns what it is called, which is another name where that one was taken */
  layer(kind: string, wanted: string, inputs: readonly string[], config: Config = {}): string {
    const name = this.#free(wanted);
    this.#names.add(name);
    const inbound: Json = inputs.length > 0 ? [inputs.map((input): Json => [input, 0, 0, {}])] : [];
    this.#layers.push({ class_name: kind, name, config: { name, trainable: true, dtype: 'float32', ...config }, inbound_nodes: inbound });
    return name;
  }

  /** @param own what Keras calls it, such as `kernel` */
  weight(layer: string, own: string, shape: readonly number[], values: ArrayLike<number>): void {
    this.#weights.push(() => ({ name: `${layer}/${own}`, shape, values }));
  }

  /** One that is made when the network is whole. @param make gives it under the name that it has in the network */
  madeWeight(layer: string, own: string, make: (name: string) => WeightValues): void {
    this.#weights.push(() => make(`${layer}/${own}`));
  }

  topology(input: string, outputs: readonly string[]): ModelTopology {
    const config = {
      name: 'graph',
      trainable: true,
      layers: this.#layers,
      input_layers: [[input, 0, 0]],
      output_layers: outputs.map((output): Json => [output, 0, 0]),
    };
    return { class_name: 'Functional', config };
  }

  /** @param onStep called for every weight that is laid out */
  artifacts(topology: ModelTopology, onStep: () => void): ModelArtifacts {
    return packArtifacts(
      topology,
      this.#weights.map((make) => make()),
      onStep,
    );
  }
}
