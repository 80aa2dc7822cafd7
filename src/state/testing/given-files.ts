/** What a person gives in tests, and how its loading comes to an end. */
import type { SetImage } from '../../protocol/image-set.ts';
import { imageFile } from './fake-images.ts';
import { fakeModel } from './fake-model.ts';
import type { TestStore } from './test-store.ts';

export const OWN = [new File(['weights'], 'flowers.keras', { lastModified: 7 })];
export const NAMES = new File(['oak\nelm\nyew'], 'names.txt');
export const FOLDER: SetImage[] = [{ path: 'trees/a.png', file: imageFile('a.png') }];

export function lastOf<Entry>(entries: readonly Entry[]): Entry {
  const entry = entries.at(-1);
  if (!entry) throw new Error('nothing was asked for yet');
  return entry;
}

/** Lets every load finish that is asked for, and says which they were. */
export async function finishLoads(test: TestStore): Promise<string[]> {
  const loaded: string[] = [];
  for (let job = test.engine().loads.find(({ isOpen }) => isOpen); job; job = test.engine().loads.find(({ isOpen }) => isOpen)) {
    loaded.push(job.source.id);
    await job.finish(fakeModel(job.source.id, { title: job.source.id }));
  }
  return loaded;
}
