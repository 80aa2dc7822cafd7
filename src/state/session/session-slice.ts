import { asAppError } from '../../core/app-error.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { ModelLoader } from '../models/model-loader.ts';
import type { SliceContext } from '../slice.ts';
import type { SessionSlice } from './session-state.ts';

export function createSessionSlice(context: SliceContext, loader: ModelLoader, engineInUse: () => Engine | null): SessionSlice {
  /** One after the other: each begins with what the one before has left. */
  let last: Promise<unknown> = Promise.resolve();

  /** Loaded with the first session: few look at one. */
  async function open(file: File): Promise<void> {
    const { openSession } = await import('./open-session.ts');
    await openSession(file, context, loader, engineInUse);
  }

  return {
    openSession(file) {
      last = last.then(() => open(file)).catch((error: unknown) => context.store.getState().notify('error', asAppError(error).message));
      return last.then(() => {});
    },
  };
}
