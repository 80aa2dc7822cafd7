/**
 * Every way that we could think of in which the files of a model can be wrong: damaged on the way, mistaken for a model, beyond what can be run
 * here, or made to do harm. Each must end in one sentence that names the file, soon, and with everything else as it was.
 *
 * The files are made from small sound ones on the spot, the same on every run.
 */

import { brokenNetworks } from '../broken-networks/broken-networks.ts';
import { brokenTorch } from '../torch/broken-torch.ts';
import { brokenArchives } from './broken-archives.ts';
import type { BrokenCase } from './broken-case.ts';
import { brokenGraphModels } from './broken-graph-models.ts';
import { brokenHdf5 } from './broken-hdf5.ts';
import { brokenLayersModels } from './broken-layers-models.ts';
import { mistakenFiles } from './broken-mistakes.ts';
import { brokenOnnx } from './broken-onnx.ts';
import { brokenOwnNetworks } from './broken-own-networks.ts';
import { brokenSafetensors } from './broken-safetensors.ts';
import { brokenTensorflow } from './broken-tensorflow.ts';
import { brokenTflite } from './broken-tflite.ts';

export type { BrokenCase };

export async function brokenFiles(): Promise<BrokenCase[]> {
  return [
    ...(await mistakenFiles()),
    ...(await brokenHdf5()),
    ...(await brokenArchives()),
    ...(await brokenNetworks()),
    ...brokenSafetensors(),
    ...brokenTorch(),
    ...brokenTensorflow(),
    ...brokenOnnx(),
    ...brokenTflite(),
    ...(await brokenLayersModels()),
    ...(await brokenOwnNetworks()),
    ...brokenGraphModels(),
  ];
}
