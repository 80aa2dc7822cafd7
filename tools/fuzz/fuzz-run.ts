/** Draws and checks networks; `fuzz.ts` starts it. */
import { asAppError } from '../../src/core/app-error.ts';
import { remainingTime } from '../../src/core/reports/remaining-time.ts';
import { availableBackends } from '../../src/engine/node/node-device.ts';
import type { BackendName } from '../../src/protocol/engine.ts';
import { Engines } from './checking/ask-engine.ts';
import { checkNetwork, type Findings } from './checking/check-network.ts';
import type { Origin } from './draw.ts';
import { drawFormat, drawNetwork } from './drawing/draw-network.ts';
import { type FuzzOptions, parseOptions } from './options.ts';
import { commandFor, writeReproducer } from './reproducer.ts';
import { writeModel } from './writing/write-model.ts';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Says how far it is: in one line that changes where somebody looks on, else in a line now and then. */
class Progress {
  readonly #startedAt = performance.now();
  readonly #total: number;

  constructor(total: number) {
    this.#total = total;
  }

  get minutes(): number {
    return (performance.now() - this.#startedAt) / 60_000;
  }

  report(done: number, differing: number): void {
    const { isTTY } = process.stderr;
    if (!isTTY && done % 50 !== 0) return;
    const leftMs = remainingTime(done, this.#total, performance.now() - this.#startedAt);
    const left = leftMs === null ? '' : `, ${Math.ceil(leftMs / 60_000)} min left`;
    process.stderr.write(`${done} of ${this.#total} networks, ${differing} differ${left}${isTTY ? ' \r' : '\n'}`);
  }
}

/** The backends of a network: the software driver of WebGPU takes seconds for each. */
function backendsFor({ index }: Origin, { webgpuEvery, index: only }: FuzzOptions, available: readonly BackendName[]): BackendName[] {
  const isOnWebGpu = webgpuEvery > 0 && (only !== null || index % webgpuEvery === 0);
  return available.filter((backend) => backend !== 'webgpu' || isOnWebGpu);
}

async function fuzzOne(origin: Origin, options: FuzzOptions, backends: readonly BackendName[], engines: Engines): Promise<Findings> {
  const network = drawNetwork(origin);
  const files = await writeModel(network, drawFormat(network, origin));
  const findings = await checkNetwork(origin, network, files, backends, engines);
  if (findings.differences.length === 0) return findings;
  const folder = await writeReproducer(options.out, origin, network, files, findings.differences);
  say(`Network ${origin.index} of seed ${origin.seed} differs; ${commandFor(origin)} draws it again, its files are in ${folder}:`);
  for (const difference of findings.differences) say(`  ${difference}`);
  return findings;
}

async function fuzz(options: FuzzOptions): Promise<void> {
  const { seed, index, networks } = options;
  const available = await availableBackends();
  const engines = new Engines();
  const indices = index === null ? Array.from({ length: networks }, (_, i) => i) : [index];
  const progress = new Progress(indices.length);
  let [answers, atKinks, refused, differing, onWebGpu] = [0, 0, 0, 0, 0];
  for (const [done, own] of indices.entries()) {
    const origin = { seed, index: own };
    const backends = backendsFor(origin, options, available);
    const findings = await fuzzOne(origin, options, backends, engines);
    answers += findings.answers;
    atKinks += findings.atKinks;
    refused += findings.refused;
    if (findings.differences.length > 0) differing++;
    if (backends.includes('webgpu')) onWebGpu++;
    progress.report(done + 1, differing);
  }
  engines.dispose();
  say(
    `${indices.length} networks of seed ${seed}, ${onWebGpu} of them on WebGPU too: ${differing} differ. ${answers} answers were compared; ` +
      `${atKinks} of them are known up to a kink only. ${refused} questions were refused, about grids that may not be the image’s. ${progress.minutes.toFixed(1)} min.`,
  );
  if (differing > 0) process.exitCode = 1;
}

const options = parseOptions(process.argv.slice(2));
if (options) {
  await fuzz(options).catch((error: unknown) => {
    process.stderr.write(`${asAppError(error).message}\n`);
    process.exitCode = 1;
  });
}
