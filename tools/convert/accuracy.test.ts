/**
 * The converted model on the held-out pictures: PyTorch gets 147 of 158 right, with pictures squeezed by Pillow's antialiased bilinear
 * filter. Ours must come within one picture, which holds the converter, the resize, the preprocessing and the executor to account at once.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { topClasses } from '../../src/core/scores.ts';
import { download } from '../../src/engine/download.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { openModel } from '../../src/engine/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { readPicture, SHARED } from '../../src/formats/testing/goldens.ts';
import { ask } from '../../src/protocol/ask.ts';

const PICTURES = join(SHARED, 'polen23e');
const isPresent = existsSync(PICTURES);
if (!isPresent) console.warn('SKIPPED: ../shared/polen23e is not there, so the built-in model’s accuracy is not checked.');

it.skipIf(!isPresent)(
  'the built-in model gets 147 of the 158 held-out pictures right, give or take one',
  async () => {
    const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
    await engine.start('wasm');
    const { classNames, defaultLayer } = await engine.loadModel(
      await modelFolder('public/models/densenet169-polen23e', 'built-in'),
      () => {},
    );
    expect(defaultLayer).toBe('conv5_block32_concat');

    let right = 0;
    let total = 0;
    for (const label of readdirSync(PICTURES)) {
      for (const file of readdirSync(join(PICTURES, label))) {
        const picture = { id: `${label}/${file}`, pixels: await readPicture(join(PICTURES, label, file)) };
        const { logits } = await ask(engine, { picture, layer: defaultLayer, work: null, budgetBytes: 64e6 });
        if (classNames[topClasses(logits, 1)[0] ?? -1] === label) right++;
        total++;
      }
    }
    expect(total).toBe(158);
    expect(Math.abs(right - 147)).toBeLessThanOrEqual(1);
    engine.dispose();
  },
  300_000,
);
