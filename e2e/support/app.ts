/** The app as a person finds it: by the labels, roles and names that docs/interface.md promises. */
import { readFile } from 'node:fs/promises';
import { type Browser, type Download, expect, type Locator, type Page, test } from '@playwright/test';

export const METHODS = ['Grad-CAM', 'FastAblationCAM'] as const;

export function figure(page: Page, method: string): Locator {
  return page.getByRole('figure', { name: method, exact: true });
}

/** Both figures are done with what is in view, and the model is there. */
export async function settled(page: Page, timeout = 90_000): Promise<void> {
  await expect(page.getByRole('combobox', { name: 'Layer' })).toBeEnabled({ timeout });
  for (const method of METHODS) {
    await expect(figure(page, method)).toHaveAttribute('aria-busy', 'false', { timeout });
    await expect(figure(page, method).getByRole('button', { name: 'Save data JSON' })).toBeEnabled({ timeout });
  }
}

/** With the model that the page opens with, and its figures. */
export async function openApp(page: Page, query = ''): Promise<void> {
  await openPage(page, query);
  await settled(page);
}

/**
 * One page for all tests of a file or a group, which mostly look: to open the page takes longer than most of them. Each leaves it as the
 * next one expects it; where one fails, those after it get another page.
 *
 * @param prepare what is done before the page is opened
 */
export function sharedPage(
  options: Parameters<Browser['newPage']>[0] = {},
  query = '',
  prepare: (page: Page) => Promise<unknown> = async () => {},
): () => Page {
  let shared: Page | null = null;
  test.beforeAll(async ({ browser }) => {
    shared = await browser.newPage(options);
    await prepare(shared);
    await openApp(shared, query);
  });
  test.afterAll(() => shared?.close());
  return () => {
    if (!shared) throw new Error('the page is there while tests run');
    return shared;
  };
}

/** For tests that share a page: layer, class, methods and settings are again as they were when it was opened or loaded anew. */
export async function undoAll(page: Page): Promise<void> {
  const undo = page.getByRole('banner').getByRole('button', { name: 'Undo' });
  while ((await undo.getAttribute('aria-disabled')) === 'false') await undo.click();
  await settled(page);
}

/** While the page's own model is still on its way: for tests that bring another, which saves them computing with a large one. */
export async function openPage(page: Page, query = ''): Promise<void> {
  await page.goto(`./${query}`);
}

export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Gives the page a model, which is then chosen, and has its figures. */
export async function openModel(page: Page, files: GivenFile | GivenFile[], title: string): Promise<void> {
  await page.getByLabel('Model files', { exact: true }).setInputFiles(files);
  await expect(page.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toHaveText(title);
  await settled(page);
}

/** What takes time stands in the drawer, a tab for each. */
export async function openDrawer(
  page: Page,
  tab: 'Cells' | 'Across layers' | 'Measure' | 'Agreement' | 'Sanity check' | 'Stability' | 'Dataset',
): Promise<Locator> {
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
  return page.getByRole('tabpanel', { name: new RegExp(`^${tab}`) });
}

export async function chooseImages(page: Page, files: GivenFile | GivenFile[]): Promise<void> {
  await page.getByLabel('Images', { exact: true }).and(page.locator('input')).setInputFiles(files);
}

export async function chooseFrom(page: Page, label: 'Layer' | 'Class' | 'Contrast with', text: string): Promise<void> {
  const combobox = page.getByRole('combobox', { name: label });
  await combobox.fill(text);
  await combobox.press('Enter');
  await expect(combobox).toHaveValue(text);
}

async function download(page: Page, press: Locator): Promise<Download> {
  const [file] = await Promise.all([page.waitForEvent('download'), press.click()]);
  return file;
}

export async function downloadFrom(page: Page, place: Page | Locator, button: string): Promise<{ name: string; content: Buffer }> {
  const file = await download(page, place.getByRole('button', { name: button }));
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
}

/** What the header's menu exports, and a figure's own menu, where that is the place. */
export async function exportFrom(page: Page, item: string, place: Page | Locator = page): Promise<{ name: string; content: Buffer }> {
  await place.getByRole('button', { name: place === page ? 'Export' : 'Figure menu', exact: true }).click();
  const file = await download(page, page.getByRole('menuitem', { name: item }));
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
}

export interface Heatmap {
  readonly method: string;
  readonly model: string;
  readonly layer: string;
  readonly class: { readonly index: number; readonly name: string };
  readonly score: string;
  readonly baseline: number;
  readonly shape: readonly [number, number];
  readonly values: readonly (readonly number[])[];
  readonly window: number | null;
  readonly stride: number | null;
  readonly value: number | 'mean' | 'blur' | 'after-relu' | null;
  readonly versus: { readonly index: number; readonly name: string } | null;
  readonly input: { readonly name: string; readonly width: number; readonly height: number };
  readonly backend: string;
  readonly durationMs: number;
  readonly forwardMs: number;
}

export async function heatmapOf(page: Page, method: string): Promise<Heatmap> {
  const { content } = await downloadFrom(page, figure(page, method), 'Save data JSON');
  return JSON.parse(content.toString());
}
