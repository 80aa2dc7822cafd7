/** Sentences in which names from files stand. */
import { AppError } from '../../core/app-error.ts';

/** Names may hold anything, and stand in sentences: line ends and other signs of control become blanks there. */
export async function inPlainText<Result>(result: () => Promise<Result>): Promise<Result> {
  try {
    return await result();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), { cause: error });
  }
}
