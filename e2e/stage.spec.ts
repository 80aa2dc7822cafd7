/** The stage: what stays where it is, and what is linked. */
import { expect, type Page, test } from '@playwright/test';
import { chooseFrom, chooseImages, figure, openApp, settled, sharedPage } from './support/app.ts';
import { png } from './support/images.ts';
import { boxOf, layout, shiftsIn, stage, watchShifts } from './support/stage.ts';

const FIGURES = ['Image', 'Grad-CAM', 'FastAblationCAM'] as const;
const SIZES = [
  { width: 1100, height: 800 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

/** Where everything on the stage lies, and whether the page is larger than the screen. */
function placesOf(page: Page) {
  return page.evaluate(() => {
    const round = ({ left, top, width, height }: DOMRect) => [left, top, width, height].map(Math.round).join(' ');
    const parts = document.querySelectorAll('.stage figure, .figure-box, .figure-status, .image-caption, .stage-bar, .question-bar');
    return [...parts].map((element) => `${element.classList[0]}: ${round(element.getBoundingClientRect())}`);
  });
}

/** A sum over what is drawn, which another drawing hardly has. */
function drawn(page: Page, name: string): Promise<string> {
  return figure(page, name)
    .getByRole('img')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
}

async function doesPageScroll(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollHeight, scrollWidth } = document.documentElement;
    return scrollHeight > innerHeight || scrollWidth > innerWidth;
  });
}

/** Where the image lies in each figure, in whole pixels of the screen, from its figure's own corner. */
async function imagesIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.figure-box')].map((box) => {
      const overlay = box.querySelector('.figure-overlay');
      const [outer, inner] = [box.getBoundingClientRect(), overlay?.getBoundingClientRect()];
      return inner ? [inner.left - outer.left, inner.top - outer.top, inner.width, inner.height].map(Math.round).join(' ') : 'none';
    }),
  );
}

const shared = sharedPage({}, '', watchShifts);

test('the layout hardly shifts from the first paint until everything is ready', async () => {
  expect(await shiftsIn(shared())).toBeLessThan(0.02);
});

test('Space shows the original in every figure as long as it is held, but where it presses a control', async () => {
  const page = shared();
  const map = await drawn(page, 'Grad-CAM');
  const original = await drawn(page, 'Image');
  expect(map).not.toBe(original);
  await page.keyboard.down(' ');
  await expect.poll(() => drawn(page, 'Grad-CAM')).toBe(original);
  await expect.poll(() => drawn(page, 'FastAblationCAM')).toBe(original);
  await page.keyboard.up(' ');
  await expect.poll(() => drawn(page, 'Grad-CAM')).toBe(map);
  await stage(page).getByRole('button', { name: 'Zoom in' }).focus();
  await page.keyboard.press(' ');
  await expect(stage(page).getByRole('button', { name: /back to 100 %/ })).toHaveText('150 %');
  await page.keyboard.press('0');
});

test('zoom and pan are linked: wheel, keys, double click, dragging with the tool for it, and back to 100 %', async () => {
  const page = shared();
  const whole = await imagesIn(page);
  expect(new Set(whole).size).toBe(1);
  const { x, y, width, height } = await boxOf(figure(page, 'Grad-CAM').locator('.figure-box'));
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, -600);
  const reset = stage(page).getByRole('button', { name: /back to 100 %/ });
  await expect(reset).toHaveText('246 %');
  const enlarged = await imagesIn(page);
  expect(new Set(enlarged).size).toBe(1);
  expect(enlarged).not.toEqual(whole);

  // By default a drag ablates; with the tool for it the image moves along, and no cell goes.
  await stage(page).getByRole('radio', { name: 'Pan' }).click();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 40, y + height / 2 + 10, { steps: 4 });
  await page.mouse.up();
  const moved = await imagesIn(page);
  expect(new Set(moved).size).toBe(1);
  const left = (place: string | undefined) => Number(place?.split(' ')[0]);
  expect(left(moved[0]) - left(enlarged[0])).toBe(40);
  await expect(page.locator('.cell-removed')).toHaveCount(0);

  await reset.click();
  expect(await imagesIn(page)).toEqual(whole);
  await page.keyboard.press('+');
  await expect(reset).toHaveText('150 %');
  const byKey = await imagesIn(page);
  // With Alt, whatever the tool.
  await stage(page).getByRole('radio', { name: 'Ablate' }).click();
  await page.keyboard.down('Alt');
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 20, y + height / 2);
  await page.mouse.up();
  await page.keyboard.up('Alt');
  expect(left((await imagesIn(page))[0]) - left(byKey[0])).toBe(20);
  await expect(page.locator('.cell-removed')).toHaveCount(0);
  await page.keyboard.press('Shift+ArrowRight');
  expect(left((await imagesIn(page))[0])).toBeLessThan(left(byKey[0]));
  await page.keyboard.press('-');
  await expect(reset).toHaveText('100 %');
  await page.mouse.dblclick(x + width / 2, y + height / 2);
  await expect(reset).toHaveText('250 %');
  await page.keyboard.press('0');
  await expect(reset).toHaveText('100 %');
  expect(await imagesIn(page)).toEqual(whole);
});

/** Fingers on the screen, at these places. */
async function touching(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  return (type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: (readonly [x: number, y: number])[]) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(([x, y], id) => ({ x, y, id })) });
}

for (const name of ['Side by side', 'Wipe'] as const)
  test(`two fingers enlarge what is between them, and ablate nothing: ${name}`, async () => {
    const page = shared();
    await layout(page, name).click();
    const { x, y, width, height } = await boxOf(stage(page).locator('.figure-box').last());
    const [middleX, middleY] = [x + width / 2, y + height / 2];
    const touch = await touching(page);
    const at = (distance: number) => [middleX + distance, middleY] as const;
    await touch('touchStart', at(-20));
    await touch('touchStart', at(-20), at(20));
    for (const distance of [30, 40]) await touch('touchMove', at(-distance), at(distance));
    await touch('touchEnd', at(-40));
    await touch('touchEnd');
    await expect(stage(page).getByRole('button', { name: /back to 100 %/ })).toHaveText('200 %');
    await expect(page.locator('.cell-removed')).toHaveCount(0);
    await page.keyboard.press('0');
    if (name === 'Wipe') await expect(page.getByRole('slider', { name: 'Wipe' })).toHaveAttribute('aria-valuenow', '50');
    await layout(page, 'Side by side').click();
  });

test('F fills the screen with the stage, and Escape gives it back', async () => {
  const page = shared();
  const before = await boxOf(figure(page, 'Grad-CAM').locator('.figure-box'));
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: 'Leave full screen' })).toBeVisible();
  await expect(page.getByRole('banner')).toBeHidden();
  const full = await boxOf(figure(page, 'Grad-CAM').locator('.figure-box'));
  expect(full.width * full.height).toBeGreaterThan(before.width * before.height * 1.5);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('banner')).toBeVisible();
  await expect.poll(() => boxOf(figure(page, 'Grad-CAM').locator('.figure-box'))).toEqual(before);
});

test('a legend says what each end speaks for, and one is for all figures where they share a scale', async () => {
  const page = shared();
  const map = figure(page, 'FastAblationCAM');
  await expect(map).toContainText(/−[\d.]+ against person \(blue\).*← 0 →.*[\d.]+ for person \(red\).*drop in logit · values/);
  const box = await boxOf(map.locator('.figure-box'));
  // Each number above its words, at its own end.
  const [number, words] = [await boxOf(map.locator('.legend-high > b')), await boxOf(map.locator('.legend-high > .legend-says'))];
  expect(words.y).toBeGreaterThanOrEqual(number.y + number.height - 1);
  expect(words.height).toBeLessThan(20);
  await page.getByRole('group', { name: 'Contrast' }).getByText('Shared').click();
  await expect(page.getByRole('group', { name: 'Legend of all figures' })).toContainText('one scale for all figures');
  await expect(map).not.toContainText('against person');
  expect((await boxOf(map.locator('.figure-box'))).height).toBeGreaterThan(box.height - 20);
  await page.keyboard.press('Control+z');
  await expect(map).toContainText('against person');
});

test('cells are drawn as cells on wish, and the list of layers opens at the chosen one', async () => {
  const page = shared();
  const smooth = await drawn(page, 'FastAblationCAM');
  await page.getByText('As cells', { exact: true }).click();
  await expect.poll(() => drawn(page, 'FastAblationCAM')).not.toBe(smooth);
  await page.getByRole('button', { name: 'Show all: Layer' }).click();
  const list = page.getByRole('listbox', { name: 'Layer' });
  const chosen = list.getByRole('option', { name: /^conv5_block32_concat/ });
  await expect(chosen).toBeInViewport({ ratio: 1 });
  const [outer, inner] = [await boxOf(list), await boxOf(chosen)];
  expect(inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByText('Smooth', { exact: true }).click();
});

for (const size of SIZES) {
  test(`at ${size.width} px nothing scrolls, also with four methods and the drawer open, and every image is in sight`, async () => {
    const page = shared();
    await page.setViewportSize(size);
    expect(await doesPageScroll(page)).toBe(false);
    for (const name of ['Ablation-CAM', 'HiResCAM']) await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
    await expect(figure(page, 'HiResCAM')).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
    expect(await doesPageScroll(page)).toBe(false);
    await page.getByRole('tab', { name: 'Measure' }).click();
    expect(await doesPageScroll(page)).toBe(false);
    const outer = await boxOf(stage(page));
    for (const name of [...FIGURES, 'Ablation-CAM', 'HiResCAM']) {
      const { x, y, width, height } = await boxOf(figure(page, name).locator('.figure-box'));
      expect(Math.min(width, height), name).toBeGreaterThan(60);
      expect([x >= outer.x, y >= outer.y, x + width <= outer.x + outer.width, y + height <= outer.y + outer.height + 1], name).toEqual(
        Array(4).fill(true),
      );
    }
    for (const name of ['Ablation-CAM', 'HiResCAM']) await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).uncheck();
    await page.getByRole('button', { name: 'Close the drawer' }).click();
  });
}

test('nothing moves between images of other aspects, nor while maps are computed', async () => {
  const page = shared();
  const before = await placesOf(page);
  for (const [name, width, height] of [
    ['wide.png', 300, 60],
    ['tall.png', 60, 300],
  ] as const) {
    await chooseImages(page, await png(name, width, height));
    await expect(page.getByText(`${name}, ${width} × ${height} px.`)).toBeVisible();
    expect(await placesOf(page)).toEqual(before);
    await settled(page);
    expect(await placesOf(page)).toEqual(before);
  }
  await chooseFrom(page, 'Layer', 'relu');
  expect(await placesOf(page)).toEqual(before);
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('two fingers enlarge the image and not the page, one scrolls it, and a tap ablates a cell', async ({ page }) => {
    await openApp(page);
    const { x, y, width, height } = await boxOf(figure(page, 'FastAblationCAM').locator('.figure-box'));
    const touch = await touching(page);
    const [middleX, middleY] = [x + width / 2, y + height / 2];
    await page.touchscreen.tap(middleX, middleY);
    await expect(page.locator('[data-single] .cell-removed')).toHaveCount(1);

    await touch('touchStart', [middleX, middleY + 60]);
    for (const up of [40, 80, 120, 160]) await touch('touchMove', [middleX, middleY + 60 - up]);
    await touch('touchEnd');
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(60);
    await expect(page.locator('[data-single] .cell-removed')).toHaveCount(1);

    const box = await boxOf(figure(page, 'FastAblationCAM').locator('.figure-box'));
    const [across, down] = [box.x + box.width / 2, box.y + box.height / 2];
    await touch('touchStart', [across, down - 20]);
    await touch('touchStart', [across, down - 20], [across, down + 20]);
    for (const distance of [30, 40, 50, 60]) await touch('touchMove', [across, down - distance], [across, down + distance]);
    await touch('touchEnd', [across, down - 60]);
    await touch('touchEnd');
    await expect(stage(page).getByRole('button', { name: /back to 100 %/ })).toHaveText('300 %');
    expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    await expect(page.locator('[data-single] .cell-removed')).toHaveCount(1);
  });
});
