/** What the page's long work takes, and where it goes. */
import { DEFAULT_ABLATION } from '../../../src/explain/ablation-plan.ts';
import { DEFAULT_MEASURE } from '../../../src/metrics/measures.ts';
import { REPLACEMENTS } from '../../../src/metrics/replacement.ts';
import { openSubject } from '../bench-subject.ts';
import { print, printRow, seconds } from '../table.ts';
import { benchWork, type Contestants, LAYER, STEPS } from './bench-work.ts';
import { countAcrossLayers, countChangedImages, countSweep, passMacs } from './work-counts.ts';

function millions(macs: number): string {
  return `${Math.round(macs / 1e6)}`;
}

async function printCounts(): Promise<void> {
  const subject = await openSubject('wasm');
  const pass = passMacs(subject);
  const passes = (macs: number) => (macs / pass).toFixed(1);
  const sweeps = countAcrossLayers(subject);
  print(`\nCounted: a sweep at the end of every block; a forward pass is ${millions(pass)} MMAC.\n`);
  printRow(['layer', 'windows', 'MMAC of a copy, whole tail → incremental', 'all copies in forward passes, whole tails → incremental']);
  printRow(['---', '---', '---:', '---:']);
  for (const { layer, window, copies, wholeMacs, incrementalMacs } of sweeps)
    printRow([
      layer,
      `${copies} of ${window} × ${window}`,
      `${millions(wholeMacs)} → ${millions(incrementalMacs)}`,
      `${passes(copies * wholeMacs)} → ${passes(copies * incrementalMacs)}`,
    ]);
  const total = (of: 'wholeMacs' | 'incrementalMacs') => sweeps.reduce((sum, sweep) => sum + sweep.copies * sweep[of], 0);
  const base = sweeps.reduce((sum, { baseMacs }) => sum + baseMacs, 0);
  const [whole, incremental] = [pass + total('wholeMacs'), pass + base + total('incrementalMacs')];
  printRow(['all, with one forward pass and what copies start from', '', '', `${passes(whole)} → ${passes(incremental)}`]);
  const sweep = countSweep(subject, LAYER, DEFAULT_ABLATION);
  const [tails, less] = [passes(sweep.copies * sweep.wholeMacs), passes(sweep.copies * sweep.incrementalMacs + sweep.baseMacs)];
  print(
    `\nCounted: one image of a *Dataset* at ${LAYER}, in forward passes. The map: 1 and a sweep of ${tails} → ${less}. ` +
      `The choice of a replacement, on at most ten images of a set: 1 and ${REPLACEMENTS.length} replacements. ` +
      `The measures of the map and of a random one: ${countChangedImages(subject, 2, Number(STEPS))} changed images, all of them whole passes ` +
      `(${countChangedImages(subject, 2, DEFAULT_MEASURE.steps)} with ${DEFAULT_MEASURE.steps} steps in place of ${STEPS}).`,
  );
  subject.dispose();
}

/** @param rounds of all contestants in turn; 0: only what is counted */
export async function printWork(rounds: number): Promise<void> {
  if (rounds > 0) await printTimes(rounds);
  await printCounts();
}

async function printTimes(rounds: number): Promise<void> {
  const { cores, images, archived, ms } = await benchWork(rounds);
  print('\nThe built page, DenseNet-169 at 224 x 224, FastAblationCAM, on WASM; medians of one run, all in turn.\n');
  printRow([
    'what',
    'one core, whole tails',
    'one core',
    `${cores} cores`,
    'incremental, times faster',
    'all cores, times faster',
    'together',
  ]);
  printRow(['---', ...Array.from({ length: 6 }, () => '---:')]);
  const printRowOf = (what: string, { dense, one, all }: Contestants) =>
    printRow([
      what,
      seconds(dense),
      seconds(one),
      seconds(all),
      (dense / one).toFixed(2),
      (one / all).toFixed(2),
      (dense / all).toFixed(2),
    ]);
  printRowOf('*Across layers*', ms.acrossLayers);
  printRowOf(`*All images (ZIP)*, ${archived} images at \`${LAYER}\`: maps alone`, ms.archive);
  printRowOf(`*Dataset*, ${images} images at \`${LAYER}\`, with measures`, ms.dataset);
}
