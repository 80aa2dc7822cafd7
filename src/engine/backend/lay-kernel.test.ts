/** Windows cut out, put in place and padded, against loops over single values. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../core/statistics/random.ts';
import { availableBackends, nodeDeviceEnvironment } from '../node/node-device.ts';
import { openDevice } from './device.ts';
import { lay } from './lay-kernel.ts';
import type { Laying, Origins, Source } from './laying.ts';

interface Case {
  readonly laying: Laying;
  readonly over: Source | null;
  readonly under: Source | null;
}

async function expected({ laying, over, under }: Case): Promise<Float32Array> {
  const { shape, origins, rows: mapRows, columns: mapColumns, fill, isAdded } = laying;
  const [batch, rows, columns, channels] = shape;
  const values = new Map<Source, Float32Array>();
  for (const source of [over, under]) if (source) values.set(source, Float32Array.from(await source.x.data()));
  const at = (of: Origins, item: number) => [of?.rows[item] ?? 0, of?.columns[item] ?? 0] as const;
  const valueIn = (source: Source, item: number, row: number, column: number, channel: number): number | null => {
    const [own, height, width, depth] = source.x.shape;
    const [top, left] = at(source.origins, item);
    const [r, c] = [row - top, column - left];
    if (r < 0 || r >= height || c < 0 || c >= width) return null;
    return values.get(source)?.[(((own === 1 ? 0 : item) * height + r) * width + c) * depth + channel + source.channel] ?? Number.NaN;
  };
  const out: number[] = [];
  for (let i = 0; i < batch * rows * columns * channels; i++) {
    const channel = i % channels;
    const item = Math.floor(i / (rows * columns * channels));
    const [top, left] = at(origins, item);
    const row = top + (Math.floor(i / (columns * channels)) % rows);
    const column = left + (Math.floor(i / channels) % columns);
    let value = fill;
    if (row >= 0 && row < mapRows && column >= 0 && column < mapColumns) {
      value = (under && valueIn(under, item, row, column, channel)) ?? value;
      const own = over && valueIn(over, item, row, column, channel);
      if (own !== null) value = isAdded ? value + own : own;
    }
    out.push(value);
  }
  return Float32Array.from(out);
}

describe.each(await availableBackends())('on %s', (backend) => {
  it('lays windows of every kind where they belong', async () => {
    await openDevice(backend, await nodeDeviceEnvironment());
    const random = randomFrom(5);
    const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
    for (let i = 0; i < (backend === 'webgpu' ? 12 : 100); i++) {
      const [batch, rows, columns, channels] = [whole(1, 4), whole(1, 6), whole(1, 6), whole(1, 40)];
      const origins = (): Origins =>
        whole(0, 2) === 0
          ? null
          : {
              rows: Int32Array.from({ length: batch }, () => whole(-3, 5)),
              columns: Int32Array.from({ length: batch }, () => whole(-3, 5)),
            };
      const source = (): Source => {
        const channel = whole(0, 3);
        const shape: [number, number, number, number] = [
          whole(0, 1) === 0 ? 1 : batch,
          whole(1, 6),
          whole(1, 6),
          channel + channels + whole(0, 1),
        ];
        return { x: tf.randomUniform(shape, -1, 1, 'float32', i + 1), origins: origins(), channel };
      };
      const laying = {
        shape: [batch, rows, columns, channels] as const,
        origins: origins(),
        rows: 6,
        columns: 5,
        fill: whole(0, 1) * -7,
        isAdded: whole(0, 1) === 0,
      };
      const [over, under] = [whole(0, 3) === 0 ? null : source(), whole(0, 3) === 0 ? null : source()];
      const result = lay(laying, over, under);
      expect(result.shape).toEqual([...laying.shape]);
      expect(Float32Array.from(await result.data())).toEqual(await expected({ laying, over, under }));
      tf.dispose([result, ...(over ? [over.x] : []), ...(under ? [under.x] : [])]);
    }
  });
});
