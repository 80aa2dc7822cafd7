/** `npm run shift`: the images of `docs/the-shift.md`, by the app's own engine and painter, and the original replayed beside them. */

import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { prepareInput } from '../../src/core/images/prepare-input.ts';
import type { Pixels } from '../../src/core/images/resize.ts';
import { displayScale } from '../../src/core/maps/display-scale.ts';
import { paintMap } from '../../src/core/maps/map-painter.ts';
import type { SaliencyMap } from '../../src/core/maps/saliency-map.ts';
import { findNode } from '../../src/engine/graph/layer-graph.ts';
import { download } from '../../src/engine/loading/download.ts';
import { loadModel } from '../../src/engine/loading/loaded-model.ts';
import { openModel } from '../../src/engine/loading/model-source.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { DEFAULT_SWEEP } from '../../src/explain/input/input-settings.ts';
import { fastAblationCam } from '../../src/explain/methods/fast-ablation-cam.ts';
import { gradCam } from '../../src/explain/methods/gradient/grad-cam.ts';
import { topClasses } from '../../src/explain/target.ts';
import type { Work } from '../../src/explain/work.ts';
import { ask } from '../../src/protocol/ask.ts';

import { drawGrain } from '../samples/draw-grain.ts';
import { originalMap } from './replay-original.ts';

const FOLDER = 'docs/the-shift';
const MODEL_FOLDER = 'public/models/densenet169-polen23e';
const SIDE = 360;
const LAYERS = { last: 'conv5_block32_concat', inner: 'conv5_block16_2_conv' } as const;

/** The drawn grain, small and away from the middle, so that a shift is seen: it has empty ground on its left. */
async function offCentreGrain(): Promise<Pixels> {
  const { data, width, height } = drawGrain();
  const whole = sharp(data, { raw: { width, height, channels: 4 } });
  // Only the disc: its square of ground would show.
  const disc = Buffer.from('<svg width="170" height="170"><circle cx="85" cy="85" r="80" /></svg>');
  const grain = await whole
    .clone()
    .extract({ left: 84, top: 68, width: 336, height: 336 })
    .resize(170, 170)
    .composite([{ input: disc, blend: 'dest-in' }])
    .png()
    .toBuffer();
  const corner = await whole.clone().extract({ left: 0, top: 0, width: 70, height: 70 }).resize(SIDE, SIDE).png().toBuffer();
  const { data: pixels } = await sharp(corner)
    .composite([{ input: grain, left: 170, top: 95 }])
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: SIDE, height: SIDE, data: new Uint8ClampedArray(pixels) };
}

async function save(name: string, image: Pixels, map: SaliencyMap): Promise<void> {
  const size = { width: SIDE, height: SIDE };
  const options = { frame: { left: 0, top: 0, ...size }, size, top: 0, bottom: SIDE, opacity: 0.55, hatching: null } as const;
  const colours = { sign: 'signed', contrast: 'zero-to-max', colormap: 'blue-white-red' } as const;
  const overlay = paintMap({ map, scale: displayScale(map, colours), colormap: colours.colormap, cells: 'smooth', ...options });
  const raw = { width: SIDE, height: SIDE, channels: 4 } as const;
  await sharp(image.data, { raw })
    .composite([{ input: Buffer.from(overlay.buffer), raw }])
    .removeAlpha()
    .png({ palette: true, colours: 128 })
    .toFile(`${FOLDER}/${name}.png`);
}

const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
await engine.start('wasm');
const source = await modelFolder(MODEL_FOLDER, 'built-in');
const info = await engine.loadModel(source, () => {});
const model = await loadModel('replay', await openModel(source, () => {}), null);
const pixels = await offCentreGrain();
const input = tf.tensor4d(prepareInput(pixels, info.input, info.preprocessing), [1, info.input.height, info.input.width, 3]);

for (const [place, layer] of Object.entries(LAYERS)) {
  const about = (work: Work | null) => ask(engine, { image: { id: 'grain', pixels }, layer, work, budgetBytes: 64e6 });
  const { logits } = await about(null);
  const { reading } = info;
  const score = { classIndex: topClasses(logits, reading, 1)[0] ?? 0, kind: 'logit', versus: null, reading } as const;
  const { result: swept } = await about(fastAblationCam.whole({ score, ablation: DEFAULT_SWEEP }));
  const { result: graded } = await about(gradCam.whole({ score, ablation: DEFAULT_SWEEP }));
  const node = findNode(model.graph, layer);
  if (!swept || !graded || !node) throw new Error(`${layer} gave no map`);
  await save(`${place}-ours`, pixels, fastAblationCam.mapOf(swept, score, null).raw);
  await save(`${place}-original`, pixels, await originalMap(model.graph, node, input, score.classIndex));
  await save(`${place}-grad-cam`, pixels, gradCam.mapOf(graded, score, null).raw);
  process.stdout.write(`${layer}: ${info.classNames[score.classIndex]}, logit ${logits[score.classIndex]?.toFixed(2)}\n`);
}
process.exit(0);
