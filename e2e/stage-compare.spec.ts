/** Two maps laid over each other, on which everything works as on a figure. */
import { expect, test } from '@playwright/test';
import { openApp } from './support/app.ts';
import { boxOf, layout, stage } from './support/stage.ts';

test('one map is wiped over another on the image, by dragging and by keys, and subtracted from it', async ({ page }) => {
  await openApp(page);
  await layout(page, 'Wipe').click();
  const wipe = page.getByRole('figure', { name: 'Wipe: Grad-CAM, then FastAblationCAM' });
  const edge = wipe.getByRole('slider', { name: 'Wipe' });
  await expect(edge).toHaveAttribute('aria-valuenow', '50');
  await expect(stage(page)).toContainText(/The two maps rank the cells .+: rank correlation −?[01]\.\d\d, cosine −?[01]\.\d\d\./);
  const cells = wipe.getByRole('slider', { name: /^Cells of both maps/ });
  const { x, y, width, height } = await boxOf(cells);
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.2, y + height / 3, { steps: 5 });
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', '20');
  await expect(page.locator('.cell-removed')).toHaveCount(0);
  // Beside the edge a click takes a cell away, a drag several, and the edge stays; both values are told.
  await page.mouse.move(x + width * 0.5, y + height * 0.5);
  await expect(wipe.locator('.cell-value')).toHaveText(/^row 4, column 4: Grad-CAM −?[\d.]+ .+; FastAblationCAM −?[\d.]+ drop in logit$/);
  await page.mouse.click(x + width * 0.5, y + height * 0.5);
  await expect(page.locator('.cell-removed')).toHaveCount(1);
  await expect(page.getByText('Before, and without 1 cell.')).toBeVisible();
  await page.mouse.move(x + width * 0.78, y + height * 0.5);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.92, y + height * 0.65, { steps: 3 });
  await page.mouse.up();
  await expect(page.getByText('Before, and without 5 cells.')).toBeVisible();
  await expect(edge).toHaveAttribute('aria-valuenow', '20');
  // With the tool for it a drag moves the image, and the edge still goes by itself.
  await stage(page).getByRole('radio', { name: 'Pan' }).click();
  await page.mouse.move(x + width * 0.2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.4, y + height / 2, { steps: 3 });
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', '40');
  await stage(page).getByRole('radio', { name: 'Ablate' }).click();
  await edge.press('PageDown');
  await edge.press('PageDown');
  await expect(edge).toHaveAttribute('aria-valuenow', '20');
  await edge.focus();
  await page.keyboard.press('ArrowRight');
  await expect(edge).toHaveAttribute('aria-valuenow', '22');
  await page.keyboard.press('Home');
  await expect(edge).toHaveAttribute('aria-valuenow', '0');
  const legend = (title: string) => wipe.getByRole('group', { name: `Legend of ${title}`, exact: true });
  await expect(legend('Grad-CAM')).toContainText('gradient-weighted activation (logit)');
  await expect(legend('FastAblationCAM')).toContainText('drop in logit');

  const place = await boxOf(wipe.locator('.figure-box'));
  await layout(page, 'Difference').click();
  const difference = page.getByRole('figure', { name: 'Difference: Grad-CAM less FastAblationCAM' });
  await expect(difference).toContainText('more in the second (blue)');
  await expect(difference).toContainText('first less second');
  // What is ablated stays so, and the keys take more away here as well.
  await expect(page.locator('.cell-removed')).toHaveCount(5);
  await difference.getByRole('slider', { name: /^Cells of the difference/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(difference.locator('.cell-value')).toHaveText(/^row 1, column 1: −?[\d.]+ first less second$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Before, and without 6 cells.')).toBeVisible();
  expect(await boxOf(difference.locator('.figure-box'))).toEqual(place);
});
