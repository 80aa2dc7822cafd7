/** What takes long on the page, as a person starts it there: on one core with whole tails, on one core, and on all cores. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findOrInstallBrowser } from '../../browser/find-browser.ts';
import { median, timeMs } from '../measure.ts';
import { serveBuilt, WORKING_TREE } from './built-page.ts';

/** Everyone has them. */
const SAMPLES = 'public/samples/densenet169-everyday';
const IMAGES = ['beagle.jpg', 'guitar.jpg'];
const METHOD = { id: 'fast-ablation-cam', title: 'FastAblationCAM' };
export const LAYER = 'conv4_block32_concat';
/** Fewer than usual: they cost the same each. */
export const STEPS = '4';
const LONGEST_MS = 600_000;

const CONTESTANTS = ['dense', 'one', 'all'] as const;
type Contestant = (typeof CONTESTANTS)[number];

/** The method at the end of every block, of several images, and of several images with measures. */
const LONG_WORK = ['acrossLayers', 'archive', 'dataset'] as const;
type LongWork = (typeof LONG_WORK)[number];

/** What each takes, in milliseconds. */
export type Contestants = Readonly<Record<Contestant, number>>;

export interface WorkTimes {
  readonly cores: number;
  readonly images: number;
  readonly archived: number;
  readonly ms: Readonly<Record<LongWork, Contestants>>;
}

async function openDrawer(page: Page, tab: string) {
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
  return page.getByRole('tabpanel', { name: new RegExp(`^${tab}`) });
}

/** Maps of all images: the samples, which are explained at another layer, and the one that is explained already. */
async function saveArchive(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const item = page.getByRole('menuitem', { name: 'All images (ZIP)' });
  await Promise.all([page.waitForEvent('download', { timeout: LONGEST_MS }), item.click()]);
}

/** A page that is told of so many cores, with the engines that it has for them started. */
async function visit(browser: Browser, url: string, contestant: Contestant, folder: string): Promise<Record<LongWork, number>> {
  const context = await browser.newContext();
  if (contestant !== 'all') await context.addInitScript(() => Object.defineProperty(navigator, 'hardwareConcurrency', { value: 1 }));
  const page = await context.newPage();
  const exact = contestant === 'dense' ? '&exact=dense' : '';
  await page.goto(`${url}?backend=wasm&methods=${METHOD.id}&layer=${LAYER}${exact}`);
  await page.getByRole('combobox', { name: 'Layer', disabled: false }).waitFor();
  const [first = ''] = IMAGES;
  await page.getByLabel('Images', { exact: true }).and(page.locator('input')).setInputFiles(join(SAMPLES, first));
  const figure = page.getByRole('figure', { name: METHOD.title, exact: true });
  await figure.getByRole('button', { name: 'Save data JSON', disabled: false }).waitFor({ timeout: LONGEST_MS });
  const strip = await openDrawer(page, 'Across layers');
  const acrossLayers = await timeMs(async () => {
    await strip.getByRole('button', { name: 'Compare across layers' }).click();
    await strip.getByRole('progressbar').waitFor();
    await strip.getByRole('progressbar').waitFor({ state: 'hidden', timeout: LONGEST_MS });
  });
  const columns = strip.getByRole('listitem');
  if ((await columns.getByRole('img').count()) !== (await columns.count())) throw new Error('the strip across layers was not finished');
  const archive = await timeMs(() => saveArchive(page));
  const steps = (await openDrawer(page, 'Measure')).getByLabel('Steps');
  await steps.fill(STEPS);
  await steps.press('Enter');
  const done = new RegExp(`: ${IMAGES.length} of ${IMAGES.length} images at ${LAYER}`);
  const dataset = await timeMs(async () => {
    await page.getByLabel('Folder', { exact: true }).and(page.locator('input')).setInputFiles(folder);
    await page
      .getByRole('tabpanel', { name: /^Dataset/ })
      .getByText(done)
      .waitFor({ timeout: LONGEST_MS });
  });
  await context.close();
  return { acrossLayers, archive, dataset };
}

/** @param rounds of all contestants in turn */
export async function benchWork(rounds: number): Promise<WorkTimes> {
  const above = mkdtempSync(join(tmpdir(), 'bench-work-'));
  const folder = join(above, 'images');
  for (const image of IMAGES) cpSync(join(SAMPLES, image), join(folder, image));
  const server = await serveBuilt(WORKING_TREE);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: findOrInstallBrowser(), args: ['--no-first-run', ...sandbox] });
  try {
    const found: Record<Contestant, Record<LongWork, number>[]> = { dense: [], one: [], all: [] };
    for (let round = 0; round < rounds; round++)
      for (const contestant of CONTESTANTS) found[contestant].push(await visit(browser, server.url, contestant, folder));
    const of = (work: LongWork) => ({
      dense: median(found.dense.map((times) => times[work])),
      one: median(found.one.map((times) => times[work])),
      all: median(found.all.map((times) => times[work])),
    });
    const ms = { acrossLayers: of('acrossLayers'), archive: of('archive'), dataset: of('dataset') };
    const archived = readdirSync(SAMPLES).filter((name) => name.endsWith('.jpg')).length;
    return { cores: cpus().length, images: IMAGES.length, archived, ms };
  } finally {
    await browser.close();
    await server.close();
    rmSync(above, { recursive: true, force: true });
  }
}
