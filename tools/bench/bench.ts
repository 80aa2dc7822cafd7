/**
 * `npm run bench`: what an explanation costs, and what it cost by the original's procedure, measured side by side in one run.
 *
 * Starts itself anew with the software Vulkan driver in reach, unless a driver is named or the machine has its own (`--gpu`).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { softwareVulkan } from '../browser/find-browser.ts';

const USAGE = `Usage: npm run bench -- [--gpu] [--backends wasm,webgpu,cpu] [--no-layers] [--no-page]
       npm run bench -- --onnx [--backends wasm,webgpu,cpu]
       npm run bench -- --incremental [--gpu] [--backends wasm,webgpu] [--layers A,B] [--memory MB] [--rounds 5]
       npm run bench -- --batches [--gpu] [--backends webgpu] [--rounds 9]
       npm run bench -- --hand-over [--rounds 51]
       npm run bench -- --peers
       npm run bench -- --pool [--rounds 5]
       npm run bench -- --work [--rounds 2]
       npm run bench -- --folder [--images 1000]
       npm run bench -- --page [--against COMMIT]

  --gpu        use the machine's own Vulkan driver for WebGPU
  --backends   which to measure (default: all)
  --no-layers  leave out the sweeps at every block
  --no-page    leave out the page's opening, which needs a browser
  --onnx       measure the forward pass of an ONNX graph alone, which PyTorch exports
  --incremental  sweeps of whole tails in turn with those that work out no more than what copies change
  --layers     of those, at which layers of the DenseNet
  --memory     of those, what a batch may take
  --batches    forward passes of many images at once, and where their time goes
  --hand-over  what it costs the processor to hand the programs of a forward pass over to a GPU, of which none is needed
  --peers      measure PyTorch's own passes and sweeps in turn with ours, one thread each
  --pool       one engine, one with threads, and a pool, in a browser whose page is isolated
  --work       *Across layers*, *All images (ZIP)* and *Dataset* as the page runs them: whole tails on one core, incrementally, and
               on all cores; and what they consist of, counted, which is all that --rounds 0 does
  --folder     explain a folder of so many images by the command line, with a worker for each core against one
  --page       measure the page's opening alone
  --against    compare the page with that of another commit, in the same run`;

if (process.argv.includes('--help')) {
  process.stdout.write(`${USAGE}\n`);
} else {
  const driver = process.argv.includes('--gpu') ? {} : softwareVulkan();
  const script = fileURLToPath(new URL('bench-run.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [...process.execArgv, script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...driver },
  });
  process.exitCode = status ?? 1;
}
