/** A method that knows no class is asked once for all of them, and pretends to none. */
import { expect, it } from 'vitest';
import { shownMap } from '../explanation/selectors.ts';
import { answerAll, explainedStore } from '../testing/test-store.ts';

it('a map without a class is the same for all of them, and is named after none', async () => {
  const test = await explainedStore();
  test.state().setMethodShown('eigen-cam', true);
  await answerAll(test);
  const former = shownMap(test.state(), 'eigen-cam')?.map;
  expect(former).toBeDefined();
  const works = () => test.engine().explains.map(({ request }) => request.work?.method);
  const asked = works().filter((method) => method === 'eigen-cam').length;
  expect(asked).toBe(1);

  test.state().chooseClass(0);
  test.state().chooseScore('probability');
  test.state().chooseVersus(2);
  await answerAll(test);
  expect(works().filter((method) => method === 'eigen-cam')).toHaveLength(1);
  expect(shownMap(test.state(), 'eigen-cam')?.map).toEqual(former);

  await test.state().saveFigure('eigen-cam', 'json');
  const { name, content } = test.saved[0] ?? {};
  expect(name).toBe('grain_no-class_last_eigen-cam.json');
  expect(JSON.parse((await content?.text()) ?? '')).toMatchObject({ class: null, score: null, baseline: null, versus: null });
  await test.state().savePage('side-by-side');
  const drawn = ((await test.saved[1]?.content.text()) ?? '').split('\n');
  const panel = drawn.slice(drawn.indexOf('Eigen-CAM')).join(' ');
  expect(panel).toContain('no class · last · Sign chosen: the value furthest from zero is positive');
  expect(panel).toContain('→ along the main pattern');
  expect(panel).toContain('projected activation; values');
  expect(panel).not.toContain('ash');
  test.state().pinMap('eigen-cam');
  expect(test.state().compare.pins.map(({ title }) => title)).toEqual(['Eigen-CAM · last · no class']);
});
