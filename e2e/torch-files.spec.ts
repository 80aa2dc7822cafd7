/** PyTorch's checkpoints in the page: read by ranges in a worker, kept, and never run. */
import { expect, test } from '@playwright/test';
import { call, dict, global, list, pickle, text } from '../src/formats/testing/torch/pickle-writer.ts';
import { resNetTensors, stateDict, storagesOf, torchArchive } from '../src/formats/testing/torch/torch-files.ts';
import { figure, type GivenFile, openApp, openPage, settled } from './support/app.ts';

const CLASSES = ['oak', 'elm', 'yew'];

function checkpoint(name: string, more: Parameters<typeof dict>[0]): GivenFile {
  const tensors = resNetTensors(CLASSES.length);
  const root = dict({ state_dict: stateDict(tensors), classes: list(...CLASSES.map(text)), ...more });
  // An optimizer's numbers, which are never read.
  const storages = { ...storagesOf(tensors), others: new Uint8Array(4_000_000) };
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(torchArchive(pickle(root), storages)) };
}

test('a checkpoint opens with its class names, also after a reload', async ({ page }) => {
  await openPage(page);
  const chosen = page.getByRole('combobox', { name: 'Model' }).locator('option:checked');
  await page.getByLabel('Model files', { exact: true }).setInputFiles(checkpoint('trees.pth', {}));
  await expect(chosen).toHaveText('trees');
  await settled(page);
  await expect(page.getByRole('combobox', { name: 'Class', exact: true })).toHaveValue(/oak|elm|yew/);
  await expect(figure(page, 'Grad-CAM')).toBeVisible();
  await page.reload();
  await expect(chosen).toHaveText('trees');
  await settled(page);
  await expect(figure(page, 'Grad-CAM')).toBeVisible();
});

test('a checkpoint that would run something is refused by its name, and the model before stays', async ({ page }) => {
  await openApp(page);
  const before = await page.getByRole('combobox', { name: 'Model' }).locator('option:checked').textContent();
  const harm = checkpoint('harm.pth', { step: call(global('os', 'system'), text('echo harm')) });
  await page.getByLabel('Model files', { exact: true }).setInputFiles(harm);
  await expect(page.getByRole('alert')).toContainText('harm.pth asks Python to run os.system');
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText(before ?? '');
});
