/** What the page asks of the network, and of whoever hosts it. */
import { expect, test } from '@playwright/test';
import { chooseFrom, chooseImages, figure, openApp, settled, sharedPage, undoAll } from './support/app.ts';
import { png } from './support/images.ts';
import { servePlainly } from './support/plain-server.ts';

/** All that the shared page and its workers have asked for, from the first request on. */
const requests: string[] = [];

const shared = sharedPage({}, '', async (page) => page.context().on('request', (request) => requests.push(request.url())));

test('nothing leaves the page: no request after it has loaded, none to anybody else ever', async ({ baseURL }) => {
  const page = shared();
  for (const url of requests) expect(url.startsWith(baseURL ?? '?') || url.startsWith('blob:'), url).toBe(true);
  const loaded = requests.length;
  // The browser fetches the icon, one of the page's own files, when it has nothing better to do.
  await chooseImages(page, await png('private.png', 80, 80));
  await expect(page.getByText('private.png, 80 × 80 px.')).toBeVisible();
  await settled(page);
  await chooseFrom(page, 'Layer', 'relu');
  await settled(page);
  const [overlay] = await Promise.all([
    page.waitForEvent('download'),
    figure(page, 'Grad-CAM').getByRole('button', { name: 'Save overlay PNG' }).click(),
  ]);
  await overlay.path();
  const later = requests.slice(loaded);
  expect(later.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:') && !url.endsWith('/favicon.svg'))).toEqual([]);
  await undoAll(page);
  await page.getByRole('button', { name: 'Remove private.png' }).click();
  await settled(page);
});

/**
 * Whether text can be made into code where this runs. It must not hold anything of the test's own, and asks a moment later: what a debugger
 * itself evaluates is let through.
 */
function canMakeCode(): Promise<boolean> {
  return new Promise((resolve) =>
    setTimeout(() => {
      try {
        resolve(new Function('return true')() === true);
      } catch {
        resolve(false);
      }
    }),
  );
}

test('the page is isolated, so that WASM may use threads, nowhere is code made from text, and who may talk to whom is served as a policy', async ({
  request,
}) => {
  const page = shared();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const scripts = requests.filter((url) => /worker-[\w-]+\.js/.test(url));
  expect(await page.evaluate(canMakeCode)).toBe(false);
  const workers = page.workers().filter((worker) => worker.url().startsWith('http'));
  expect(workers.length).toBeGreaterThan(0);
  for (const worker of workers) expect(await worker.evaluate(canMakeCode)).toBe(false);

  const policyOf = async (url: string) => (await request.get(url)).headers()['content-security-policy'] ?? '';
  expect(await policyOf('./')).toContain("connect-src 'self' blob: data:;");
  for (const url of ['./', ...scripts]) expect(await policyOf(url)).not.toContain("'unsafe-eval'");
  expect(scripts.length).toBeGreaterThan(0);
});

test('only the model in use is downloaded, with its samples', async () => {
  const page = shared();
  let start = 0;
  const paths = () => {
    const all = requests.slice(start).filter((url) => url.startsWith('http'));
    return all.map((url) => new URL(url).pathname.slice(1)).filter((path) => /^(models|samples)\//.test(path));
  };
  await expect(page.getByRole('radio', { name: /^claudet\.jpg/ })).toBeAttached();
  const everyday = /^(models\/index\.json|(models|samples)\/densenet169-everyday\/.+)$/;
  expect(paths().filter((path) => !everyday.test(path))).toEqual([]);
  const shards = (model: string) => paths().filter((path) => path.startsWith(`models/${model}/`) && path.endsWith('.bin'));
  expect(shards('densenet169-everyday').length).toBeGreaterThan(0);
  // Nor is anything fetched ahead of time.
  await chooseFrom(page, 'Layer', 'relu');
  await settled(page);
  expect(paths().filter((path) => !everyday.test(path))).toEqual([]);

  start = requests.length;
  await page.getByRole('combobox', { name: 'Model' }).selectOption('densenet169-polen23e');
  await expect(page.getByText('drawn-pollen-grain.png, 480 × 480 px.')).toBeVisible();
  await expect(page.getByRole('radio', { name: /^astronaut\.jpg/ })).toHaveCount(0);
  await settled(page);
  expect(paths().filter((path) => !/^(models|samples)\/densenet169-polen23e\/.+$/.test(path))).toEqual([]);
  expect(shards('densenet169-polen23e').length).toBeGreaterThan(0);
});

test('the second visit takes the weights from the browser’s cache', async ({ page, context }) => {
  const shards: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('.bin')) shards.push(request.url());
  });
  await openApp(page);
  expect(shards.length).toBeGreaterThan(0);
  const kept = () => page.evaluate(async () => (await (await caches.open('models-by-hash')).keys()).map(({ url }) => url));
  await expect.poll(async () => (await kept()).filter((url) => url.includes('.bin')).length).toBe(shards.length);
  shards.length = 0;
  const again = await context.newPage();
  await openApp(again);
  expect(shards).toEqual([]);
});

test('what a first look needs is asked for at once, and none of it twice', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const isAsked = (end: string) => expect.poll(() => asked.some((path) => path.endsWith(end)), { timeout: 20_000 }).toBe(true);
  // The list of models is held back until the rest is on its way.
  await page.route('**/models/index.json', async (route) => {
    for (const end of ['/manifest.json', '/samples.json', '/airplane.jpg']) await isAsked(end);
    await route.continue();
  });
  await openApp(page);
  for (const end of ['/models/index.json', '/samples.json', '/airplane.jpg'])
    expect(asked.filter((path) => path.endsWith(end))).toHaveLength(1);
});

test('a plain host that sends no headers is made up for, in a folder too', async ({ page }) => {
  const server = await servePlainly('dist', '/some/folder/');
  try {
    await page.goto(server.url);
    await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 20_000 }).toBe(true);
    await settled(page);
    await expect(page.getByRole('status')).toContainText('WASM');
  } finally {
    server.close();
  }
});

test('a model that cannot be downloaded is said so, with the sample still on screen', async ({ page }) => {
  const shard = '**/densenet169-everyday/group1-shard2of*.bin';
  await page.route(shard, (route) => route.fulfill({ status: 500 }));
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('group1-shard2of');
  await expect(page.getByRole('alert')).toHaveCount(1);
  await expect(figure(page, 'Grad-CAM').getByRole('button', { name: 'Save overlay PNG' })).toBeEnabled();
  await page.unroute(shard);
  await page.getByRole('button', { name: 'Load again' }).click();
  await settled(page);
});
