/** The two tables of kinds against each other, and against the classes that tf.js and this app have. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { builtKind, LAYER_FAMILIES, layerKind } from '../../formats/layers/kinds/layer-kinds.ts';
import '../loading/loaded-model.ts';
import { OWN_OPERATIONS, ownOperation } from './own-operations.ts';

const BUILT = LAYER_FAMILIES.flatMap((family) => Object.keys(family)).filter((name) => layerKind(name)?.built);

describe('a kind of layer', () => {
  it.each(BUILT)('that is built has a class: %s', (name) => {
    expect(tf.serialization.SerializationMap.getMap().classNameMap[name]).toBeDefined();
  });

  it.each(Object.keys(OWN_OPERATIONS))('that is computed otherwise is one that is built: %s', (name) => {
    expect(() => builtKind(name)).not.toThrow();
    expect(ownOperation(name)).toBeDefined();
  });

  it('of another name is computed as tf.js has it', () => {
    expect(ownOperation('ReLU')).toBeUndefined();
    expect(ownOperation('constructor')).toBeUndefined();
  });
});
