/** A whole DenseNet-169 on WebGPU, on whatever adapter the browser has, agrees with WASM. */
import { expect, test } from '@playwright/test';
import { heatmapOf, METHODS, openApp } from './support/app.ts';

test('the built-in model says the same on WebGPU as on WASM', async ({ page }) => {
  // The sample comes with its explanation, so another layer makes the engine run.
  await openApp(page, '?backend=wasm&layer=conv5_block31_concat');
  const expected = [await heatmapOf(page, 'Grad-CAM'), await heatmapOf(page, 'FastAblationCAM')];
  await page.goto('./?backend=webgpu&layer=conv5_block31_concat');
  await expect(page.getByRole('status')).toContainText('WebGPU', { timeout: 60_000 });
  await expect(page.getByRole('status')).toContainText('Software adapter');
  await expect(page.getByRole('combobox', { name: 'Layer' })).toBeEnabled({ timeout: 60_000 });
  for (const [i, method] of METHODS.entries()) {
    await expect(page.getByRole('figure', { name: method, exact: true }).getByRole('button', { name: 'Save data JSON' })).toBeEnabled({
      timeout: 240_000,
    });
    const actual = await heatmapOf(page, method);
    expect(actual.backend).toBe('webgpu');
    const wanted = expected[i]?.values.flat() ?? [];
    const range = Math.max(...wanted) - Math.min(...wanted);
    expect(Math.abs(actual.baseline - (expected[i]?.baseline ?? Number.NaN))).toBeLessThan(1e-3);
    for (const [cell, value] of actual.values.flat().entries())
      expect(Math.abs(value - (wanted[cell] ?? Number.NaN)) / range).toBeLessThan(1e-3);
  }
});
