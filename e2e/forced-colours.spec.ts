/** In forced colours the system's few replace all others: what is drawn by backgrounds and shadows alone would be gone. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { figure, sharedPage } from './support/app.ts';
import { boxOf } from './support/stage.ts';

type Colour = readonly [red: number, green: number, blue: number];

/** What is really on the screen, as colours by place. */
async function pixelsOf(page: Page): Promise<(x: number, y: number) => Colour> {
  const { data, info } = await sharp(await page.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return (x, y) => {
    const at = (Math.floor(y) * info.width + Math.floor(x)) * 3;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  };
}

/** The colours at shares of an element's sides. */
async function coloursIn(page: Page, element: Locator, ...shares: (readonly [x: number, y: number])[]): Promise<Colour[]> {
  await element.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await boxOf(element);
  const at = await pixelsOf(page);
  return shares.map(([across, down]) => at(x + across * (width - 0.5), y + down * (height - 0.5)));
}

/** As the WCAG have it: 3 is enough for what is no text. */
function contrast(a: Colour | undefined, b: Colour | undefined): number {
  const luminance = (colour: Colour = [0, 0, 0]) => {
    const [red, green, blue] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const MIDDLE = [0.5, 0.5] as const;

const shared = sharedPage({ forcedColors: 'active' });

for (const width of [1440, 390]) {
  test(`the network, legends, what is chosen, and bars are seen in forced colours: ${width} px`, async () => {
    const page = shared();
    await page.setViewportSize({ width, height: 900 });
    const map = page.getByRole('grid', { name: 'Layer map' });
    const [ground] = await coloursIn(page, map, [0.001, 0.02]);

    const [chosen] = await coloursIn(page, map.locator('[aria-selected=true]'), MIDDLE);
    const conv5 = map.locator('.layer-cell[data-role=convolution]:not([aria-selected=true])').last();
    const [cell] = await coloursIn(page, conv5, MIDDLE);
    expect(contrast(cell, ground), 'a layer').toBeGreaterThan(3);
    expect(contrast(chosen, ground), 'the chosen layer').toBeGreaterThan(3);
    expect(chosen, 'the chosen layer').not.toEqual(cell);

    const bar = figure(page, 'FastAblationCAM').locator('.legend-bar');
    const along = await coloursIn(page, bar, ...Array.from({ length: 21 }, (_, i) => [0.03 + i * 0.047, 0.5] as const));
    expect(new Set(along.map(String)).size, 'colours of the legend').toBeGreaterThan(15);

    const layouts = page.getByRole('radiogroup', { name: 'Layout' });
    const face = [0.06, 0.5] as const;
    const [on] = await coloursIn(page, layouts.getByRole('radio', { name: 'Side by side' }), face);
    const [off] = await coloursIn(page, layouts.getByRole('radio', { name: 'Wipe' }), face);
    expect(contrast(on, off), 'the chosen segment').toBeGreaterThan(3);

    const prediction = page.getByRole('region', { name: 'Predictions', exact: true }).getByRole('listitem').first();
    const [filled] = await coloursIn(page, prediction.locator('.prediction-bar > span'), MIDDLE);
    const [empty] = await coloursIn(page, prediction.locator('.prediction-bar'), [0.99, 0.3]);
    expect(contrast(filled, empty), 'a bar').toBeGreaterThan(3);
    const [edge] = await coloursIn(page, prediction.locator('.prediction'), [0.3, 0]);
    expect(contrast(edge, ground), 'the edge of the class that is explained').toBeGreaterThan(3);

    await figure(page, 'FastAblationCAM').getByRole('slider').click();
    await expect(page.getByText('Before, and without 1 cell.')).toBeVisible();
    const [without] = await coloursIn(page, prediction.locator('[data-kind=without] > span'), MIDDLE);
    const [before] = await coloursIn(page, prediction.locator('[data-kind=before] > span'), MIDDLE);
    expect(contrast(without, empty), 'the bar without the cell').toBeGreaterThan(3);
    expect(without, 'the bar without the cell').not.toEqual(before);
    await page.keyboard.press('Control+z');
    await expect(page.getByText('Before, and without 1 cell.')).toBeHidden();

    if (width < 720) await page.getByRole('button', { name: 'Settings', exact: true }).click();
    const choice = page.getByRole('group', { name: 'Cells' }).locator('.choice-option > span');
    const [smooth] = await coloursIn(page, choice.first(), face);
    const [crisp] = await coloursIn(page, choice.last(), face);
    expect(contrast(smooth, crisp), 'the chosen option').toBeGreaterThan(3);
  });
}
