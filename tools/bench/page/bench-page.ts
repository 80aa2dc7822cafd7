/** How long a person waits after opening the built page: on a first visit, and on a second with the weights in the browser's cache. */
import { type BrowserContext, chromium } from '@playwright/test';
import { findOrInstallBrowser } from '../../browser/find-browser.ts';
import { median } from '../measure.ts';
import { checkedOut, serveBuilt, WORKING_TREE } from './built-page.ts';

export interface PageTimes {
  /** Until the sample's finished explanation is on screen. */
  readonly sampleMs: number;
  /** Until the built-in model can be used. */
  readonly readyMs: number;
  /** Weights that came over the network. */
  readonly weightBytes: number;
}

/** Medians of several visits. */
export interface Visits {
  readonly first: PageTimes;
  readonly second: PageTimes;
}

const ROUNDS = 9;

/** What can be pressed once a map is whole: as it is called now, and as former pages called it. */
const SAVE = /^(Save data JSON|Download heatmap)$/;

async function visit(context: BrowserContext, url: string): Promise<PageTimes> {
  const page = await context.newPage();
  let weightBytes = 0;
  page.on('response', async (response) => {
    if (response.url().endsWith('.bin')) weightBytes += Number(response.headers()['content-length'] ?? 0);
  });
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  const shown = page.getByRole('figure', { name: 'FastAblationCAM' }).getByRole('button', { name: SAVE, disabled: false });
  await shown.waitFor();
  const sampleMs = performance.now() - start;
  await page.getByRole('combobox', { name: 'Layer', disabled: false }).waitFor();
  const readyMs = performance.now() - start;
  await page.close();
  return { sampleMs, readyMs, weightBytes };
}

function medians(times: readonly PageTimes[]): PageTimes {
  return {
    sampleMs: median(times.map(({ sampleMs }) => sampleMs)),
    readyMs: median(times.map(({ readyMs }) => readyMs)),
    weightBytes: median(times.map(({ weightBytes }) => weightBytes)),
  };
}

/** Opens all pages in turn, so that whatever else the machine does falls on all alike, in a real browser without a GPU. */
async function visits(urls: readonly string[]): Promise<Visits[]> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({
    executablePath: findOrInstallBrowser(),
    args: ['--disable-background-networking', '--disable-component-update', '--no-first-run', ...sandbox],
  });
  const times = urls.map((url) => ({ url, first: [] as PageTimes[], second: [] as PageTimes[] }));
  try {
    // The first round warms up the server and the disk.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { url, first, second } of times) {
        const context = await browser.newContext();
        const both = [await visit(context, `${url}?backend=wasm`), await visit(context, `${url}?backend=wasm`)] as const;
        await context.close();
        if (round === 0) continue;
        first.push(both[0]);
        second.push(both[1]);
      }
    }
  } finally {
    await browser.close();
  }
  return times.map(({ first, second }) => ({ first: medians(first), second: medians(second) }));
}

/**
 * Measures the page of the working tree.
 *
 * @param against a commit whose page is measured in the same run; null: none
 */
export async function benchPage(against: string | null): Promise<{ readonly now: Visits; readonly former: Visits | null }> {
  const sources = [WORKING_TREE];
  const servers: Awaited<ReturnType<typeof serveBuilt>>[] = [];
  try {
    if (against !== null) sources.push(checkedOut(against));
    for (const source of sources) servers.push(await serveBuilt(source));
    const [now, former = null] = await visits(servers.map(({ url }) => url));
    if (!now) throw new Error('no page was measured');
    return { now, former };
  } finally {
    for (const server of servers) await server.close();
    for (const source of sources) source.remove();
  }
}
