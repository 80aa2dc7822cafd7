import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import type { FormerCard, KeptModel } from '../../core/models/model-card.ts';
import { changeKeptModel, filesOfKeptModel, listKeptModels, removeKeptModel } from './kept-models.ts';
import { asFiles } from './stored-model.ts';

const TODAY: KeptModel = {
  card: {
    id: 'own-a',
    title: 'Flowers',
    description: '',
    input: { width: 8, height: 8 },
    takesAnySize: false,
    preprocessing: { ...TORCH_PREPROCESSING, fit: 'short-side-256', resampling: 'bicubic' },
    output: 1,
    reading: 'binary',
    givenNames: ['no', 'yes'],
    nameSource: 'given',
    classNames: ['no', 'yes'],
    copies: { names: ['last', 'average'], chosen: 'average' },
    choices: [
      {
        id: 'stem',
        title: 'Stem',
        options: [
          { id: 'kept', label: 'kept' },
          { id: 'halved', label: 'halved' },
        ],
        chosen: 'halved',
      },
    ],
    toCheck: 'The order of channels is guessed.',
  },
  bytes: 7,
  origin: 'files:a',
};

const { std: deviation, ...NAMED_THE_SAME } = TORCH_PREPROCESSING;
const FORMER_PREPROCESSING = { ...NAMED_THE_SAME, deviation, fit: 'squeeze', resampling: 'bicubic' };

const FORMER: FormerCard = {
  id: 'own-b',
  title: 'Former',
  description: '',
  input: { width: 8, height: 8 },
  takesAnySize: true,
  preprocessing: TORCH_PREPROCESSING,
  outputActivation: 'sigmoid',
  classNames: ['class 0', 'class 1'],
  toCheck: '',
};

/** As any version, or an accident, left it. */
async function put(id: string, model: unknown, files: unknown = []): Promise<void> {
  await listKeptModels();
  const database = await openDB('opened-models', 1);
  await database.put('models', model, id);
  await database.put('files', files, id);
  database.close();
}

describe('models in the browser’s database', () => {
  beforeEach(async () => {
    const database = await openDB('opened-models', 1, {
      upgrade(created) {
        for (const name of ['models', 'files']) created.createObjectStore(name);
      },
    });
    await Promise.all([database.clear('models'), database.clear('files')]);
    database.close();
  });

  it('come back as they were kept', async () => {
    await changeKeptModel(TODAY);
    expect(await listKeptModels()).toEqual({ models: [TODAY], remark: '' });
    await removeKeptModel('own-a');
    expect(await listKeptModels()).toEqual({ models: [], remark: '' });
  });

  it('come back in today’s form where a former version kept them', async () => {
    await put('own-b', { card: FORMER, bytes: 5, origin: 'files:b' });
    const { toCheck: _toCheck, takesAnySize: _takesAnySize, ...older } = FORMER;
    await put('own-c', { card: { ...older, id: 'own-c', outputActivation: 'softmax', preprocessing: FORMER_PREPROCESSING }, bytes: 5 });
    const { models, remark } = await listKeptModels();
    expect(remark).toBe('');
    expect(models.map(({ card }) => card)).toEqual([
      expect.objectContaining({
        id: 'own-b',
        output: null,
        reading: 'independent',
        givenNames: [],
        nameSource: 'none',
        takesAnySize: true,
      }),
      expect.objectContaining({
        preprocessing: { ...TORCH_PREPROCESSING, resampling: 'bicubic' },
        id: 'own-c',
        output: null,
        reading: 'softmax',
        takesAnySize: false,
        toCheck: '',
      }),
    ]);
    expect(models[0]?.card).not.toHaveProperty('outputActivation');
  });

  it.each([
    ['nothing', undefined, 'own-b'],
    ['a text', 'model', 'own-b'],
    ['no card', { bytes: 7, origin: '' }, 'own-b'],
    ['a card without a size', { ...TODAY, card: { ...TODAY.card, id: 'own-b', input: undefined } }, 'Flowers'],
    ['a size of nothing', { ...TODAY, card: { ...TODAY.card, id: 'own-b', input: { width: 0, height: 8 } } }, 'Flowers'],
    ['a reading that there is not', { ...TODAY, card: { ...TODAY.card, id: 'own-b', reading: 'ranking' } }, 'Flowers'],
    ['another one’s id', TODAY, 'Flowers'],
    [
      'a std of zero',
      { ...TODAY, card: { ...TODAY.card, id: 'own-b', preprocessing: { ...TORCH_PREPROCESSING, std: [1, 0, 1] } } },
      'Flowers',
    ],
    [
      'means of one channel for three',
      { ...TODAY, card: { ...TODAY.card, id: 'own-b', preprocessing: { ...TORCH_PREPROCESSING, mean: [0] } } },
      'Flowers',
    ],
    ['neither form whole', { ...TODAY, card: { ...FORMER, reading: 'softmax' } }, 'Former'],
  ])('are left out with one sentence where they are damaged, and no other is lost: %s', async (_, damaged, title) => {
    await changeKeptModel(TODAY);
    await put('own-b', damaged);
    expect(await listKeptModels()).toEqual({
      models: [TODAY],
      remark: `What this browser kept of the model ${title} is damaged and was left out; please open its files again.`,
    });
    // Keeping a model under the same id puts it right.
    await changeKeptModel({ ...TODAY, card: { ...TODAY.card, id: 'own-b' } });
    expect(await listKeptModels()).toMatchObject({ models: [{ card: { id: 'own-a' } }, { card: { id: 'own-b' } }], remark: '' });
  });

  it('are named together where several are damaged', async () => {
    await put('own-b', null);
    await put('own-c', { card: { title: 'Trees' } });
    expect((await listKeptModels()).remark).toBe(
      'What this browser kept of the models own-b, Trees is damaged and was left out; please open their files again.',
    );
  });

  it('have files, or none that can be used', async () => {
    const files = [new File(['weights'], 'a.keras')];
    expect(asFiles(files)).toEqual(files);
    for (const damaged of [undefined, null, {}, [], ['a.keras'], [...files, {}]]) expect(asFiles(damaged)).toBeNull();
    await put('own-a', TODAY, { 0: 'no list' });
    expect(await filesOfKeptModel('own-a')).toBeNull();
    expect(await filesOfKeptModel('own-z')).toBeNull();
  });
});
