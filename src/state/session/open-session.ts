/** Reopens sessions: their images, their view, and what was found out, which is not computed again. */
import type { Engine } from '../../protocol/engine.ts';
import type { ModelLoader } from '../models/model-loader.ts';
import type { SliceContext } from '../slice.ts';
import { joinImages, restoreChosen, restoreFindings } from './restore-session.ts';
import { isSameUse } from './restored-findings.ts';
import { modelInUse, openModelOf, restoreUse } from './session-network.ts';

/** @throws AppError that says why the session cannot be opened */
export async function openSession(file: File, context: SliceContext, loader: ModelLoader, engineInUse: () => Engine | null): Promise<void> {
  const { store, dependencies } = context;
  const atHand = { store, loader, engineInUse };
  const session = await dependencies.readSession(file);
  await openModelOf(file.name, session.model, atHand);
  await restoreUse(session.model, atHand);
  const now = await modelInUse(atHand);
  const isSame = now !== null && isSameUse(now, session.model);
  const isBelieved = isSame && session.version === dependencies.version;
  const { info } = store.getState().model;
  if (isBelieved && info) restoreFindings(session, now.id, info, context);
  const ids = await joinImages(session.images, context);
  await restoreChosen(session, ids, isBelieved, context);
  const why = isSame ? 'another version of this page' : 'a model that was used otherwise';
  const computed = isBelieved ? '' : ` Its results are computed anew, as they are those of ${why}.`;
  store.getState().notify('info', `The session ${file.name} was opened.${computed}`);
}
