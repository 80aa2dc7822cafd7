/** What is said of models that could not be opened. It stays until it is dismissed, or until the same files are opened after all. */
import { AppError, asAppError } from '../../core/app-error.ts';
import type { ModelSource } from '../../protocol/engine.ts';
import type { AppStore } from '../slice.ts';

/** The names of the files that an attempt is about, or where they come from. */
export type Subject = readonly string[];

/** What is wrong with the files, or what they wait for, has not been said: others may be opened in their place. */
export interface Unsaid {
  readonly outcome: 'unsaid';
  /** @param isLast whether nothing was asked for since; left out: no attempt began since */
  say(isLast?: boolean): 'failed' | 'waiting';
}

interface Said {
  readonly subject: Subject;
  readonly kind: 'error' | 'waiting';
  readonly text: string;
}

export function subjectOf(source: ModelSource): Subject {
  return source.kind === 'files' ? source.files.map(({ name }) => name) : [source.id];
}

function isWithin(subject: Subject, other: Subject): boolean {
  return subject.every((name) => other.includes(name));
}

/** What a file is to blame for, rather than the device, or that the attempt was given up. */
function isOfFile(error: unknown): error is AppError {
  return error instanceof AppError && !['backend-unavailable', 'device-lost', 'internal', 'model-file-missing'].includes(error.code);
}

/** What the files are to blame for, or what they wait for: with others it may be otherwise. */
export function isOfGiven(error: unknown): boolean {
  return isOfFile(error) || (error instanceof AppError && error.code === 'model-file-missing');
}

export class LoadErrors {
  readonly #store: AppStore;
  #said: Said[] = [];

  constructor(store: AppStore) {
    this.#store = store;
  }

  /** Says what went wrong, or what is waited for, in place of what was said of the same files before. */
  say(error: unknown, subject: Subject): 'failed' | 'waiting' {
    const { message, code } = asAppError(error);
    const isWaiting = code === 'model-file-missing';
    this.settle(subject);
    this.#add({ subject, kind: isWaiting ? 'waiting' : 'error', text: message });
    return isWaiting ? 'waiting' : 'failed';
  }

  /**
   * Says what is wrong with a file even though another has taken its place meanwhile.
   *
   * @param newer what is tried now: of the same files the newer attempt will tell
   * @returns whether there was something to say
   */
  sayOvertaken(error: unknown, subject: Subject, newer: Subject): boolean {
    if (!isOfFile(error) || isWithin(subject, newer)) return false;
    const { message } = error;
    const isNamed = subject.some((name) => message.includes(name));
    this.#add({ subject, kind: 'error', text: isNamed ? message : `${subject.join(', ')}: ${message}` });
    return true;
  }

  /** Takes back what was said of these files, or of some of them alone. What went wrong with others stays. */
  settle(subject: Subject): void {
    this.#takeBack((said) => isWithin(said.subject, subject));
  }

  /** What was given before waits for nothing any more. */
  endWaiting(): void {
    this.#takeBack(({ kind }) => kind === 'waiting');
  }

  #add(said: Said): void {
    this.#said.push(said);
    this.#store.getState().notify(said.kind, said.text);
  }

  #takeBack(isPast: (said: Said) => boolean): void {
    const past = this.#said.filter(isPast).map(({ text }) => text);
    this.#said = this.#said.filter((said) => !isPast(said));
    const { notices, dismiss } = this.#store.getState();
    for (const { id, text } of notices) if (past.includes(text)) dismiss(id);
  }
}
