import { expect, type Page, test } from '@playwright/test';
import axe from 'axe-core';
import { chooseImages, figure, openApp, settled, sharedPage } from './support/app.ts';
import { png } from './support/images.ts';

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong with the page as it is now. */
async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
  // What is right is not asked for: to name all of it takes longer than to find what is not.
  const violations = await page.evaluate<Finding[]>("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
  );
}

/** Every state that the page has, one after the other. */
async function lookAtStates(page: Page, width: number): Promise<void> {
  const isPhone = width < 720;
  if (isPhone) await page.getByRole('button', { name: 'Tools', exact: true }).click();
  for (const name of ['Cells', 'Across layers', 'Measure', 'Agreement', 'Sanity check', 'Stability', 'Dataset']) {
    const tab = page.getByRole('tab', { name: new RegExp(`^${name}`) });
    await tab.click();
    await expect(page.getByRole('tabpanel')).toBeVisible();
    expect(await findings(page), name).toEqual([]);
  }
  if (isPhone) {
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    expect(await findings(page), 'settings').toEqual([]);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
  } else await page.getByRole('button', { name: 'Close the drawer' }).click();

  // Cells are ablated, and predictions are pairs.
  await page
    .getByRole('slider', { name: /^Cells of FastAblationCAM/ })
    .first()
    .click();
  await expect(page.getByText('Before, and without 1 cell.')).toBeVisible();
  expect(await findings(page), 'ablated').toEqual([]);

  await page.getByRole('button', { name: 'All models' }).click();
  await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible();
  expect(await findings(page), 'models').toEqual([]);
  await page.keyboard.press('Escape');

  for (const layout of ['Wipe', 'Difference']) {
    await page.getByRole('radio', { name: layout }).click();
    expect(await findings(page), layout).toEqual([]);
  }
}

for (const width of [1440, 390])
  test.describe(`at ${width} px`, () => {
    const shared = sharedPage({ viewport: { width, height: 900 } });

    for (const colorScheme of ['light', 'dark'] as const)
      test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
        const page = shared();
        await page.emulateMedia({ colorScheme });
        expect(await findings(page)).toEqual([]);

        await page.getByRole('combobox', { name: 'Layer' }).click();
        await expect(page.getByRole('option', { name: /conv5_block32_concat/ })).toBeVisible();
        expect(await findings(page)).toEqual([]);
        await page.keyboard.press('Escape');

        for (const menu of ['Export', 'Figure menu']) {
          // On a phone one figure is in front: that of FastAblationCAM.
          await page.getByRole('button', { name: menu, exact: true }).last().click();
          await expect(page.getByRole('menu')).toBeVisible();
          expect(await findings(page)).toEqual([]);
          await page.keyboard.press('Escape');
        }

        await chooseImages(page, { name: 'bad.png', mimeType: 'image/png', buffer: Buffer.from('no') });
        await expect(page.getByRole('alert')).toBeVisible();
        expect(await findings(page)).toEqual([]);
        await page.getByRole('button', { name: 'Dismiss' }).click();

        await page.getByRole('button', { name: 'Help' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        expect(await findings(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toBeHidden();
      });

    test(`axe finds nothing in forced colours: ${width} px`, async () => {
      const page = shared();
      await page.emulateMedia({ forcedColors: 'active' });
      expect(await findings(page)).toEqual([]);
      await page.emulateMedia({ forcedColors: null });
    });

    test(`axe finds nothing in any state: ${width} px`, async () => {
      await lookAtStates(shared(), width);
    });
  });

test('the main job is done with the keyboard alone', async ({ page }) => {
  await openApp(page);
  await chooseImages(page, await png('typed.png', 60, 60));
  await expect(page.getByText('typed.png, 60 × 60 px.')).toBeVisible();
  await settled(page);

  const tabTo = async (name: string, role: 'combobox' | 'button') => {
    const wanted = page.getByRole(role, { name, exact: true }).first();
    for (let i = 0; i < 60; i++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${name} cannot be reached with the Tab key`);
  };
  await page.getByRole('heading', { level: 1 }).click();
  await tabTo('Layer', 'combobox');
  await page.keyboard.type('conv5_block31_concat');
  await page.keyboard.press('Enter');
  await settled(page);
  await expect(page).toHaveURL(/layer=conv5_block31_concat/);
  // Leaving the field by Tab or Escape chooses nothing.
  await page.keyboard.type('relu');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block31_concat');
  await page.keyboard.type('conv1');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toHaveValue('conv5_block31_concat');

  await page.keyboard.press('Shift+Tab');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('2');
  await settled(page);
  await expect(page).toHaveURL(/class=/);
  await page.keyboard.press(']');
  await expect(page).toHaveURL(/layer=conv5_block32_0_bn/);
  await settled(page);
  await tabTo('Save overlay PNG', 'button');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/^typed_.*_conv5_block32_0_bn_grad-cam\.png$/);
});

test('nothing moves while a figure is at work, and there is one status, whatever has been chosen', async ({ page }) => {
  await openApp(page);
  await page.getByRole('combobox', { name: 'Class' }).fill('gir');
  await page.keyboard.press('Enter');
  await settled(page);
  await expect(page.getByRole('status')).toHaveCount(1);
  await expect(page.getByRole('status')).toContainText('WASM');
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('figure canvas, figure button, aside')].map((element) => {
        const { x, y, width } = element.getBoundingClientRect();
        return [Math.round(x), Math.round(y), Math.round(width)];
      }),
    );
  const before = await places();
  await page.getByRole('combobox', { name: 'Layer' }).fill('conv4_block32_concat');
  await page.keyboard.press('Enter');
  await expect(figure(page, 'FastAblationCAM').getByRole('progressbar')).toBeVisible();
  await figure(page, 'FastAblationCAM').getByRole('button', { name: 'Cancel' }).click();
  await expect(figure(page, 'FastAblationCAM')).toHaveAttribute('aria-busy', 'false');
  const buttons = (all: number[][]) => all.filter(([x]) => before.some(([other]) => other === x));
  expect(buttons(await places())).toEqual(expect.arrayContaining(before));
});
