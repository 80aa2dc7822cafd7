/** How long a person waits after opening the built page: on a first visit, and on a second with the weights in the browser's cache. */
import { type Browser, type BrowserContext, chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { findOrInstallBrowser } from '../browser/find-browser.ts';
import { median } from './measure.ts';

export interface PageTimes {
  /** Until the sample's finished explanation is on screen. */
  readonly sampleMs: number;
  /** Until the built-in model can be used. */
  readonly readyMs: number;
  /** Weights that came over the network. */
  readonly weightBytes: number;
}

const VISITS = 5;

async function visit(context: BrowserContext, url: string): Promise<PageTimes> {
  const page = await context.newPage();
  let weightBytes = 0;
  page.on('response', async (response) => {
    if (response.url().endsWith('.bin')) weightBytes += Number(response.headers()['content-length'] ?? 0);
  });
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  const shown = page.getByRole('figure', { name: 'FastAblationCAM' }).getByRole('button', { name: 'Download heatmap', disabled: false });
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

async function measure(browser: Browser, url: string): Promise<{ first: PageTimes; second: PageTimes }> {
  const first: PageTimes[] = [];
  const second: PageTimes[] = [];
  for (let i = 0; i < VISITS; i++) {
    const context = await browser.newContext();
    first.push(await visit(context, url));
    second.push(await visit(context, url));
    await context.close();
  }
  return { first: medians(first), second: medians(second) };
}

/** Builds the page, serves it as `npm start` does, and opens it in a real browser without a GPU: medians of several visits. */
export async function benchPage(): Promise<{ first: PageTimes; second: PageTimes }> {
  await build({ logLevel: 'warn' });
  const server = await preview({ logLevel: 'warn', preview: { port: 0 } });
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({
    executablePath: findOrInstallBrowser(),
    args: ['--disable-background-networking', '--disable-component-update', '--no-first-run', ...sandbox],
  });
  try {
    const url = server.resolvedUrls?.local[0];
    if (!url) throw new Error('the preview server has no local URL');
    return await measure(browser, `${url}?backend=wasm`);
  } finally {
    await browser.close();
    await server.close();
  }
}
