/** What a pointer and keys reach, wherever the focus happens to be. */
import { expect, test } from '@playwright/test';
import { settled, sharedPage } from './support/app.ts';

const shared = sharedPage({ viewport: { width: 1440, height: 900 } });

test('the keyboard keeps its place when what it was at is gone', async () => {
  const page = shared();
  const beagle = page.getByRole('radio', { name: /^beagle/ });
  const notices = page.getByRole('region', { name: 'Notices' });
  await beagle.focus();
  await page.keyboard.press('Delete');
  // Whoever answers a notice, or dismisses it, is back where they were.
  const neighbour = page.getByRole('radio', { name: /^house/ });
  await expect(neighbour).toBeFocused();
  await notices.getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await expect(beagle).toBeVisible();
  await expect(neighbour).toBeFocused();
  // What was beside it, where a button is gone for good.
  await page.getByRole('button', { name: 'Remove beagle.jpg' }).focus();
  await page.keyboard.press('Enter');
  await expect(beagle).toHaveCount(0);
  await expect(page.locator('.image-strip :focus')).toHaveCount(1);
  // With nothing left to undo the button keeps the focus, and does nothing more.
  const undo = page.getByRole('banner').getByRole('button', { name: 'Undo' });
  await undo.focus();
  for (let press = 0; press < 4; press++) await page.keyboard.press('Enter');
  await expect(undo).toBeDisabled();
  await expect(undo).toBeFocused();
  await expect(beagle).toBeVisible();
});

test('whatever is chosen by a click is found by its role, and by its words', async () => {
  const page = shared();
  for (const name of [/^beagle/, 'Heatmap', 'As cells', 'Dark', 'Wipe', 'Side by side']) {
    // Without force.
    await page.getByRole('radio', { name }).click();
    await expect(page.getByRole('radio', { name })).toBeChecked();
  }
  for (const words of ['Overlay', 'Smooth']) {
    await page.getByText(words, { exact: true }).click();
    await expect(page.getByRole('radio', { name: words })).toBeChecked();
  }
});

test('keys go on working after a click on an image or a setting', async () => {
  const page = shared();
  const chosenClass = page.getByRole('combobox', { name: 'Class', exact: true });
  const layer = page.getByRole('combobox', { name: 'Layer' });
  await page.getByRole('radio', { name: /^beagle/ }).click();
  await settled(page);
  await expect(chosenClass).toHaveValue('dog');
  const last = await layer.inputValue();
  await page.keyboard.press('2');
  await expect(chosenClass).not.toHaveValue('dog');
  await page.keyboard.press('[');
  await expect(layer).not.toHaveValue(last);

  const whileHeld = async () => {
    await page.keyboard.down(' ');
    await expect(page.getByRole('button', { name: /without maps/i })).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.up(' ');
    await expect(page.getByRole('button', { name: /without maps/i })).toHaveAttribute('aria-pressed', 'false');
  };
  await whileHeld();
  await page.getByRole('slider', { name: /Opacity/ }).focus();
  await whileHeld();
  // Arrows move what has the focus.
  const opacity = await page.getByRole('slider', { name: /Opacity/ }).inputValue();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('slider', { name: /Opacity/ })).not.toHaveValue(opacity);
});

test('the key sheet opens by ?, says what each key does, and closes by what stays in sight', async () => {
  const page = shared();
  await page.getByRole('radio', { name: /^beagle/ }).click();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  for (const words of ['another cell', 'remove the image', 'undo; with Shift, redo']) await expect(sheet.getByText(words)).toBeInViewport();
  // Nothing lies over anything.
  const keys = await sheet.locator('dt').evaluateAll((all) =>
    all.map((element) => {
      const last = element.lastElementChild?.getBoundingClientRect().right ?? 0;
      return last <= (element.nextElementSibling?.getBoundingClientRect().left ?? 0);
    }),
  );
  expect(keys).not.toContain(false);
  await sheet.getByRole('button', { name: 'All of the help' }).click();
  const help = page.getByRole('dialog', { name: 'What you see here' });
  await help.getByRole('heading', { name: 'Keys' }).scrollIntoViewIfNeeded();
  await help.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('names that are not taken stay in sight beside what is said of them', async () => {
  const page = shared();
  await page.getByText('Network input', { exact: true }).click();
  await page.getByRole('button', { name: 'Write or paste' }).click();
  await page.getByLabel('Class names, one on each line').fill('a\nb\nc');
  const use = page.getByRole('button', { name: 'Use these names' });
  await use.click();
  await expect(page.getByRole('alert')).toContainText('The list has 3 names');
  const isOnTop = () =>
    use.evaluate((button) => {
      const { x, y, width, height } = button.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === button;
    });
  await expect.poll(isOnTop).toBe(true);
  await expect(page.getByLabel('Class names, one on each line')).toHaveValue('a\nb\nc');
});
