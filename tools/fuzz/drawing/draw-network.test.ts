/** What is drawn: every kind of layer that is read, and the same network for the same seed. */
import { describe, expect, it } from 'vitest';
import { KNOWN_ACTIVATIONS } from '../../../src/formats/layers/activation-rules.ts';
import { KNOWN_KINDS } from '../../../src/formats/layers/kinds/layer-kinds.ts';
import type { Layer } from '../network.ts';
import { kerasJson } from '../writing/keras-json.ts';
import { drawNetwork } from './draw-network.ts';

/** Kinds that are known only to be refused. */
const NEVER_RUN = ['Lambda'];

/** As many as are drawn by default. */
const NETWORKS = 500;

/** The layer, and those inside it. */
function* inside(layer: Layer): Generator<Layer> {
  yield layer;
  for (const inner of layer.inner?.layers ?? []) yield* inside(inner);
}

function drawn(seed: number): Layer[] {
  return Array.from({ length: NETWORKS }, (_, index) => drawNetwork({ seed, index })).flatMap(({ model }) =>
    model.layers.flatMap((layer) => [...inside(layer)]),
  );
}

describe('drawn networks', () => {
  const layers = drawn(1);

  it('have every kind of layer that is read', () => {
    const kinds = new Set(layers.map(({ kind }) => kind));
    expect(KNOWN_KINDS.filter((kind) => !kinds.has(kind) && !NEVER_RUN.includes(kind))).toEqual([]);
  });

  it('have every activation that is read', () => {
    const activations = new Set(layers.map(({ config }) => config.activation));
    expect(KNOWN_ACTIVATIONS.filter((name) => !activations.has(name))).toEqual([]);
  });

  it('have models inside, layers that are called twice, and operations with numbers', () => {
    expect(layers.some(({ inner }) => inner?.kind === 'Functional')).toBe(true);
    expect(layers.some(({ inner }) => inner?.kind === 'Sequential')).toBe(true);
    expect(layers.some(({ calls }) => calls.length > 1)).toBe(true);
    expect(layers.some(({ operation }) => operation !== null)).toBe(true);
  });

  it('can be drawn where a layer has left nothing of its input', () => {
    expect(drawNetwork({ seed: 1003, index: 191 }).model.layers.length).toBeGreaterThan(0);
  });

  it('are the same for the same seed, and others for another', () => {
    const json = (seed: number) => {
      const network = drawNetwork({ seed, index: 3 });
      const { model, image } = network;
      return JSON.stringify([
        kerasJson(network),
        [...image.data],
        model.layers.map(({ weights }) => weights.map(({ values }) => [...values])),
      ]);
    };
    expect(json(1)).toBe(json(1));
    expect(json(1)).not.toBe(json(2));
  });
});
