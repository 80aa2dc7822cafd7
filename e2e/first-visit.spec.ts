/** The first visit: what it begins with, and what it shows at once, however small the screen is. */
import { expect, test } from '@playwright/test';
import { chooseImages, openApp, settled } from './support/app.ts';
import { mapBox, shiftsIn, watchShifts } from './support/stage.ts';

test.use({ storageState: { cookies: [], origins: [] } });

test('begins with what the network gets wrong, and one line that can be hidden for good; nothing moves before', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await watchShifts(page);
  await openApp(page);
  expect(await shiftsIn(page)).toBeLessThan(0.02);
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps).toContainText('The network says guitar, but this is airplane.');
  await expect(page.getByRole('radio', { name: /airplane/ })).toBeChecked();
  await steps.getByRole('button', { name: 'Hide the first steps' }).click();
  await expect(steps).toHaveCount(0);
  await page.reload();
  await settled(page);
  await expect(steps).toHaveCount(0);
});

for (const [width, height] of [
  [390, 844],
  [768, 1024],
  [720, 450],
] as const) {
  test(`at ${width} × ${height} px the first visit shows the map at once, moves nothing, and no notice ever covers it`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await watchShifts(page);
    await openApp(page);
    expect(await shiftsIn(page)).toBeLessThan(0.02);
    const bar = page.getByRole('navigation', { name: 'More' });
    const lowest = (await bar.isVisible()) ? ((await bar.boundingBox())?.y ?? 0) : height;
    const first = await mapBox(page);
    expect(first.y + first.height).toBeLessThanOrEqual(lowest);
    expect(first.height).toBeGreaterThan(height < 600 ? 80 : 150);
    await expect(page.getByRole('radio', { name: /airplane/ })).toBeChecked();
    await expect(page.locator('.strip-item:has(:checked)')).toBeInViewport({ ratio: 0.95 });

    // The model's name is not cut off.
    const room = await page.getByRole('combobox', { name: 'Model' }).evaluate((select: HTMLSelectElement) => {
      const { font, paddingInlineStart, paddingInlineEnd } = getComputedStyle(select);
      const context = document.createElement('canvas').getContext('2d');
      if (!context) throw new Error('nothing can be measured');
      context.font = font;
      const arrow = 20;
      const inner = select.clientWidth - Number.parseFloat(paddingInlineStart) - Number.parseFloat(paddingInlineEnd) - arrow;
      return inner - context.measureText(select.selectedOptions[0]?.text ?? '').width;
    });
    expect(room).toBeGreaterThanOrEqual(0);

    for (const name of ['one.png', 'two.png', 'three.png', 'four.png'])
      await chooseImages(page, { name, mimeType: 'image/png', buffer: Buffer.from(name) });
    // Those that come at one time are told together.
    await expect(page.getByRole('alert').filter({ hasText: 'four.png' })).toHaveCount(1);
    const all = page.getByRole('button', { name: /^[1-3] more$/ });
    for (const isOpen of [false, true]) {
      if (isOpen) await all.click();
      const notices = await page.getByRole('region', { name: 'Notices' }).boundingBox();
      for (const y of [0, 5000]) {
        // On a screen this low, all of them are over everything, as somebody asked for.
        if (isOpen && height <= 600) continue;
        await expect(async () => {
          // The page grows until its drawer is there.
          await page.evaluate((to) => scrollTo(0, to), y);
          const { y: top, height: size } = await mapBox(page);
          expect(notices !== null && (notices.y >= top + size || notices.y + notices.height <= top), `scrolled to ${y}`).toBe(true);
        }).toPass({ timeout: 10_000 });
      }
    }
    await expect(page.getByRole('alert')).toHaveCount(4);
  });
}
