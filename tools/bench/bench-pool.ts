/** Whether several threads of one engine or several engines are quicker, in a real browser: Node runs tf.js' WASM on one thread only. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { findOrInstallBrowser } from '../browser/find-browser.ts';
import type { PoolBench } from './pool/pool-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(import.meta.dirname, 'pool/index.html');
const MODEL = 'densenet169-everyday';
const SWEEP_LAYER = 'conv4_block32_concat';
const IMAGES = 4;
/** More engines than this say nothing more about which is better. */
const MOST = 4;

/** @param rounds of every sweep; passes are timed more often, sets less */
export async function benchPool(rounds: number): Promise<PoolBench & { readonly count: number; readonly images: number }> {
  const count = Math.max(2, Math.min(MOST, cpus().length));
  const folder = mkdtempSync(join(tmpdir(), 'bench-pool-'));
  const shared = { configFile: join(ROOT, 'vite.config.ts'), root: ROOT, logLevel: 'warn' } as const;
  try {
    await build({ ...shared, build: { outDir: folder, emptyOutDir: true, copyPublicDir: false, rolldownOptions: { input: PAGE } } });
    symlinkSync(join(ROOT, 'public/models', MODEL), join(folder, 'models', MODEL), 'junction');
    const server = await preview({ ...shared, build: { outDir: folder }, preview: { port: 0, host: '127.0.0.1' } });
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: findOrInstallBrowser(), args: ['--no-first-run', ...sandbox] });
    try {
      const page = await browser.newPage();
      const url = server.resolvedUrls?.local[0];
      if (!url) throw new Error('the preview server has no local URL');
      await page.goto(new URL('tools/bench/pool/index.html', url).href);
      await page.waitForFunction(() => 'runPoolBench' in window);
      const options = { model: MODEL, sweepLayer: SWEEP_LAYER, count, images: IMAGES, rounds };
      return { ...(await page.evaluate((given) => window.runPoolBench(given), options)), count, images: IMAGES };
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
