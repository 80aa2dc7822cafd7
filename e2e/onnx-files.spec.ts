/** ONNX graphs in the page: the graph and the file with its weights given together, or one after the other. */
import { expect, test } from '@playwright/test';
import { tensor } from '../src/formats/testing/onnx/onnx-writer.ts';
import { numbers, soundOnnx, TENSORS } from '../src/formats/testing/onnx/sound-onnx.ts';
import { message } from '../src/formats/testing/tensorflow-bytes.ts';
import { figure, type GivenFile, openModel, openPage } from './support/app.ts';

const entry = (key: string, value: string) => [13, message([1, key], [2, value])] as const;
const KERNEL = tensor('w', [4, 3, 3, 3], [], { fields: [[14, 1], entry('location', 'birds.onnx.data')] });
const GRAPH = soundOnnx({ tensors: [KERNEL, ...TENSORS.slice(1)], metadata: { names: "{0: 'owl', 1: 'jay', 2: 'tit'}" } });

function given(name: string, bytes: Uint8Array): GivenFile {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
}

const graph = given('birds.onnx', GRAPH);
const weights = given('birds.onnx.data', new Uint8Array(Float32Array.from(numbers([4, 3, 3, 3])).buffer));

test('a graph and the file with its weights give maps at its nodes', async ({ page }) => {
  await openPage(page);
  await openModel(page, [graph, weights], 'birds');
  await expect(page.getByRole('combobox', { name: 'Class', exact: true })).toHaveValue(/owl|jay|tit/);
  await expect(page.getByRole('combobox', { name: 'Layer', exact: true })).toHaveValue(/relu\/Relu|conv\/Conv/);
  await expect(figure(page, 'Grad-CAM')).toBeVisible();
  await expect(figure(page, 'FastAblationCAM')).toBeVisible();
});

test('a graph waits for its weights, by their name', async ({ page }) => {
  await openPage(page);
  await page.getByLabel('Model files', { exact: true }).setInputFiles([graph]);
  await expect(page.getByRole('alert')).toContainText('birds.onnx.data');
  await openModel(page, [weights], 'birds');
  await expect(figure(page, 'Grad-CAM')).toBeVisible();
});
