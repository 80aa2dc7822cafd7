import { defineConfig } from '@playwright/test';
import { findOrInstallBrowser } from './tools/browser/find-browser.ts';

const PORT = Number(process.env.E2E_PORT ?? 4380);
const ORIGIN = `http://localhost:${PORT}`;
// Somebody who has been here before; the first visit has a spec of its own.
const PREFERENCES = { name: 'preferences', value: JSON.stringify({ isIntroShown: false }) };
const RETURNED = { cookies: [], origins: [{ origin: ORIGIN, localStorage: [PREFERENCES] }] };
// Browsers call home when they start; a test must not depend on whether they get through.
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const SOFTWARE_WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

function launch(extra: string[]) {
  // Chromium's own sandbox does not work for root, which is who runs tests in most containers.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executablePath: findOrInstallBrowser(), args: [...QUIET, ...sandbox, ...extra] };
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Two cores, and every page has several threads at work: a third browser would only make the others wait.
  workers: 2,
  // Browsers share the cores: what was late once is tried again, and reported as flaky.
  retries: process.env.CI ? 1 : 0,
  // Virtual machines may take three times as long as others: only what never comes is a failure.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  // Traces hold all that was downloaded, the networks too, and cost a fifth of the time of every test.
  use: { baseURL: ORIGIN, storageState: RETURNED, trace: 'on-first-retry', screenshot: 'only-on-failure' },
  projects: [
    { name: 'wasm', testIgnore: /\.webgpu\.spec\.ts$/, use: { launchOptions: launch([]) } },
    { name: 'webgpu', testMatch: /\.webgpu\.spec\.ts$/, timeout: 300_000, use: { launchOptions: launch(SOFTWARE_WEBGPU) } },
  ],
  webServer: { command: `npx vite preview --port ${PORT} --strictPort`, url: ORIGIN, reuseExistingServer: false },
});
