/** A small network around one kind of layer, written down as a file would have it, to be held against the reference. */
import type { Json, ModelTopology } from '../../formats/network/artifacts.ts';
import type { Settings } from './reference/settings.ts';
import type { Shape } from './reference/values.ts';

export interface GridCase {
  readonly what: string;
  readonly topology: ModelTopology;
  /** `[rows, columns, channels]` */
  readonly input: Shape;
  /** The values of the image: around zero, or up to this far from it. */
  readonly maxAbs: number;
  /** Run on WebGPU too, whose software driver is slow: one of every family of settings. */
  readonly isOnWebGpu: boolean;
}

/** Odd, and not square, so that rows and columns cannot stand in for each other. */
export const INPUT: Shape = [7, 6, 3];

/** A layer as Keras 2 writes it down. @param takes the layers whose results it is called with; several calls of several, where nested */
export function layer(kind: string, name: string, settings: Settings, ...takes: (string | readonly string[])[]): Json {
  const calls = takes.length > 0 && takes.every((taken) => typeof taken === 'string') ? [takes as string[]] : (takes as string[][]);
  return {
    class_name: kind,
    name,
    config: { name, ...settings },
    inbound_nodes: calls.map((call) =>
      call.map((taken): Json => {
        const [from = '', number = '0'] = taken.split('#');
        return [from, Number(number), 0, {}];
      }),
    ),
  };
}

interface Options {
  readonly input?: Shape;
  readonly maxAbs?: number;
  readonly isOnWebGpu?: boolean;
}

export function functional(name: string, layers: readonly Json[], output: string, input: Shape): ModelTopology {
  const image = {
    class_name: 'InputLayer',
    name: 'image',
    config: { name: 'image', batch_input_shape: [null, ...input] },
    inbound_nodes: [],
  };
  return {
    class_name: 'Functional',
    config: { name, layers: [image, ...layers], input_layers: [['image', 0, 0]], output_layers: [[output, 0, 0]] },
  };
}

/** Any network: its layers begin with what takes `image`, and end with the layer `out`. */
export function network(what: string, layers: readonly Json[], options: Options = {}): GridCase {
  const { input = INPUT, maxAbs = 1, isOnWebGpu = false } = options;
  return { what, topology: functional('net', layers, 'out', input), input, maxAbs, isOnWebGpu };
}

/** Layers one after the other, each a kind with its settings. */
export function chain(what: string, kinds: readonly (readonly [kind: string, settings?: Settings])[], options: Options = {}): GridCase {
  const names = kinds.map((_, i) => (i === kinds.length - 1 ? 'out' : `layer${i}`));
  const layers = kinds.map(([kind, settings = {}], i) => layer(kind, names[i] ?? '', settings, names[i - 1] ?? 'image'));
  return network(what, layers, options);
}

/** One layer by itself. */
export function single(kind: string, settings: Settings = {}, options: Options = {}): GridCase {
  const said = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const size = options.input ? ` on ${options.input.join(' x ')}` : '';
  return chain([kind, ...said].join(', ') + size, [[kind, settings]], options);
}
