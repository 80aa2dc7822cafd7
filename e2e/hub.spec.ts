/** Models of the Hugging Face hub, from a server on this machine that redirects, and refuses to be asked first, as the hub does. */
import { expect, type Page, test } from '@playwright/test';
import axe from 'axe-core';
import { type HubRepository, type HubServer, SHA, serveHub } from '../src/engine/testing/hub-server.ts';
import { DENSENET_CONFIG } from '../src/formats/hub/testing/hub-configs.ts';
import { settled } from './support/app.ts';
import { golden } from './support/shared.ts';

const NAME = 'timm/densenet169.tv_in1k';
const PINNED = `hf:${NAME}@${SHA}`;
const WEIGHTS = Uint8Array.from(golden('tiny-torch', 'weights.safetensors').buffer);
const CONFIG = {
  ...DENSENET_CONFIG,
  pretrained_cfg: {
    ...DENSENET_CONFIG.pretrained_cfg,
    input_size: [3, 96, 96],
    crop_pct: 0.95,
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  },
};
const FILES = { 'config.json': new TextEncoder().encode(JSON.stringify(CONFIG)), 'model.safetensors': WEIGHTS };
const REPOSITORIES: readonly HubRepository[] = [
  { name: NAME, files: FILES },
  { name: 'timm/gated.in1k', files: FILES, gated: 'auto' },
  { name: 'lab/disabled', files: FILES, disabled: 'refused' },
  { name: 'lab/pickled', files: { 'pytorch_model.bin': WEIGHTS } },
  { name: 'lab/text', files: FILES, task: 'text-generation' },
];

let hub: HubServer;

test.beforeEach(async () => {
  hub = await serveHub(REPOSITORIES);
});
test.afterEach(() => hub.close());

/** The page of a host that names another hub: only who serves the page can. */
async function openPage(page: Page, query = ''): Promise<void> {
  await page.route(
    (url) => url.pathname === '/',
    async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      await route.fulfill({ response, body: text.replace('https://huggingface.co', hub.url) });
    },
  );
  await page.goto(`./${query}`);
}

const models = (page: Page) => page.getByRole('combobox', { name: 'Model' });

async function expectModel(page: Page, title: string): Promise<void> {
  await expect(models(page).locator('option:checked')).toHaveText(title);
  await settled(page);
}

function downloads(): number {
  return hub.requests.filter(({ path }) => path.startsWith('/store/')).length;
}

test('the model menu offers one, which is used as its makers say, and opens without a network the next time', async ({ page }) => {
  await openPage(page);
  await settled(page);
  await models(page).selectOption('DenseNet-169, ImageNet (from Hugging Face, 57 MB)');
  await expectModel(page, 'densenet169.tv_in1k');
  await expect(page).toHaveURL(new RegExp(`model=${encodeURIComponent(PINNED).replaceAll('%2F', '(%2F|/)')}`));
  const input = page.getByRole('complementary', { name: 'Settings' }).locator('details').filter({ hasText: 'Network input' });
  await expect(input).toContainText('short side 101, cropped');
  await expect(page.getByText('Its input is guessed')).toHaveCount(0);
  await expect(models(page).locator('option').filter({ hasText: 'from Hugging Face' })).toHaveCount(0);
  expect(hub.requests.every(({ method, isPrivate }) => method === 'GET' && isPrivate)).toBe(true);
  const before = hub.requests.length;
  await page.reload();
  await expectModel(page, 'densenet169.tv_in1k');
  await page.goto(`./?model=hf:${NAME}`);
  await expectModel(page, 'densenet169.tv_in1k');
  expect(hub.requests.length).toBe(before);
});

test('a link names a model, a revision and a layer', async ({ page }) => {
  hub.faults.breaksAfter = [10_000];
  await openPage(page, `?model=${PINNED}&layer=features.norm5&class=3`);
  await expectModel(page, 'densenet169.tv_in1k');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('features.norm5');
  await expect(page.getByRole('combobox', { name: 'Class' })).toHaveValue('class 3');
  expect(downloads()).toBe(2);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a download that was interrupted goes on after a reload', async ({ page }) => {
  hub.faults.breaksAfter = [20_000, 0, 0];
  await openPage(page, `?model=hf:${NAME}`);
  await expect(page.getByRole('alert')).toContainText('broke off after 0.0 of');
  await settled(page);
  hub.requests.length = 0;
  await page.goto(`./?model=hf:${NAME}`);
  await expectModel(page, 'densenet169.tv_in1k');
  expect(hub.requests.filter(({ path }) => path.startsWith('/store/')).map(({ range }) => range)).toEqual(['bytes=20000-']);
});

test('models are found by name and author, with their sizes, and those that cannot be had say why', async ({ page }) => {
  await openPage(page);
  await settled(page);
  await page.getByRole('button', { name: 'All models' }).click();
  const dialog = page.getByRole('dialog', { name: 'Models' });
  await dialog.getByLabel('Model name').fill('1k');
  await dialog.getByRole('button', { name: 'Search' }).click();
  const found = dialog.getByRole('list', { name: 'Models found' }).getByRole('listitem');
  await expect(found).toHaveCount(2);
  await expect(found.first()).toContainText(NAME);
  await expect(found.first()).toContainText(/\d MB · 1,000 downloads · licence apache-2\.0/);
  await expect(dialog.getByRole('button', { name: 'Download timm/gated.in1k' })).toBeDisabled();
  await expect(found.nth(1)).toContainText('Gated');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    expect(await page.evaluate<string[]>('axe.run().then(({ violations }) => violations.map(({ help }) => help))')).toEqual([]);
  }
  await dialog.getByRole('button', { name: `Download ${NAME}` }).click();
  await expectModel(page, 'densenet169.tv_in1k');
});

test('a search without the network is one sentence, and finds something once it is back', async ({ page, context }) => {
  await openPage(page);
  await settled(page);
  await page.getByRole('button', { name: 'All models' }).click();
  const dialog = page.getByRole('dialog', { name: 'Models' });
  await expect(dialog.getByLabel('Model name')).toBeVisible();
  await context.setOffline(true);
  await dialog.getByRole('button', { name: 'Search' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(/^127\.0\.0\.1:\d+ could not be reached; please check the network connection/);
  await context.setOffline(false);
  await dialog.getByRole('button', { name: 'Search' }).click();
  await expect(dialog.getByRole('list', { name: 'Models found' }).getByRole('listitem')).toHaveCount(2);
  await expect(dialog.getByRole('alert')).toHaveCount(0);
});

test('a model for which there is no room opens, and one sentence says so', async ({ page, context, baseURL }) => {
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(baseURL ?? '').origin, quotaSize: 20_000 });
  await openPage(page, `?model=hf:${NAME}`);
  await expectModel(page, 'densenet169.tv_in1k');
  await expect(page.getByText(/^The browser has no room to keep densenet169\.tv_in1k, so it must be opened again/)).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('what cannot be opened is one sentence each', async ({ page }) => {
  await openPage(page);
  await settled(page);
  const openName = async (name: string) => {
    await page.getByRole('button', { name: 'All models' }).click();
    await page.getByLabel(/^URL of a model/).fill(name);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
  };
  const sentences: readonly (readonly [string, RegExp])[] = [
    ['hf:lab/none', /^There is no public model hf:lab\/none at 127\.0\.0\.1:\d+; please check its name\./],
    ['hf:timm/gated.in1k', /timm\/gated\.in1k is gated/],
    ['hf:lab/disabled', /was disabled by 127\.0\.0\.1:\d+/],
    ['hf:lab/pickled', /as a pickle alone \(pytorch_model\.bin\)/],
    ['hf:lab/text', /is for text-generation, and no image classifier/],
  ];
  for (const [name, sentence] of sentences) {
    await openName(name);
    await expect(page.getByRole('alert').getByText(sentence)).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
  }
  hub.faults.sendsOther = true;
  await openName(`hf:${NAME}`);
  await expect(page.getByRole('alert')).toContainText('is not the one in its own list');
  await settled(page);
});
