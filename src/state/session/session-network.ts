/** The network that a session was made with: opened where it is at hand, and used as it was. */
import { AppError } from '../../core/app-error.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { SessionModel } from '../../protocol/session.ts';
import type { ModelLoader } from '../models/model-loader.ts';
import type { AppStore } from '../slice.ts';
import { isSameUse } from './restored-findings.ts';
import { sessionModelOf } from './session-content.ts';

export interface NetworkAtHand {
  readonly store: AppStore;
  readonly loader: ModelLoader;
  readonly engineInUse: () => Engine | null;
}

/** The model on screen; null while there is none. */
export async function modelInUse({ store, engineInUse }: NetworkAtHand): Promise<SessionModel | null> {
  const engine = engineInUse();
  if (!engine || !store.getState().model.info) return null;
  return sessionModelOf(store.getState(), await engine.identify());
}

/**
 * Puts the session's model on screen: the one that is there, or the built-in one of that name, if its weights are the same.
 *
 * @param fileName what the session is called
 * @throws AppError `session-broken` that says which model to open
 */
export async function openModelOf(fileName: string, { id, title, sha256 }: SessionModel, atHand: NetworkAtHand): Promise<void> {
  const { store, loader } = atHand;
  await loader.whenSettled();
  if ((await modelInUse(atHand))?.sha256 === sha256) return;
  const { model, chooseModel } = store.getState();
  const former = model.card?.id;
  if (model.catalogue.some((entry) => entry.id === id) && former !== id) {
    await chooseModel(id);
    if ((await modelInUse(atHand))?.sha256 === sha256) return;
    if (former) await chooseModel(former);
  }
  const sentence = `The session ${fileName} was made with the model ${title}, whose weights are not here; please open that model first, and then the session again.`;
  throw new AppError('session-broken', sentence);
}

/** The network is used as it was; whatever cannot be is as it is here, and what was found out then is left out. */
export async function restoreUse(session: SessionModel, atHand: NetworkAtHand): Promise<void> {
  const { store } = atHand;
  const actions = store.getState();
  if (actions.model.info && actions.model.info.output !== session.output && session.output !== null)
    await actions.setOutput(session.output);
  const { card } = store.getState().model;
  if (!card) return;
  if (card.input.width !== session.input.width || card.input.height !== session.input.height) await actions.setInputSize(session.input);
  const now = await modelInUse(atHand);
  if (!now || isSameUse(now, session)) return;
  if (!isSameUse({ ...now, preprocessing: session.preprocessing }, now)) actions.setPreprocessing(session.preprocessing);
  if (now.reading !== session.reading) actions.setReading(session.reading);
}
