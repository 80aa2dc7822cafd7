/** Models as a person chooses and opens them, loaded without a network. */
import type { ModelInfo } from '../../protocol/engine.ts';
import { settled } from './fake-jobs.ts';
import { fakeModel } from './fake-model.ts';
import type { TestStore } from './test-store.ts';

/** Opened from files, and loaded. Returns its id. */
export async function openFiles(test: TestStore, files: readonly File[], change: Partial<ModelInfo> = {}): Promise<string> {
  const opened = test.state().giveFiles(files);
  await settled();
  const { source } = test.lastLoad();
  await test.lastLoad().finish(fakeModel(source.id, { title: 'Mine', ...change }));
  await opened;
  return source.id;
}

/** Chosen, and loaded. */
export async function choose(test: TestStore, id: string): Promise<void> {
  const chosen = test.state().chooseModel(id);
  await settled();
  await test.lastLoad().finish(fakeModel(id));
  await chosen;
}
