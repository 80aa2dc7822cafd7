/** What went wrong, as a name that code can branch on. The sentence for the person is the error's message. */
export type ErrorCode =
  | 'image-empty'
  | 'image-unreadable'
  | 'image-too-large'
  | 'model-file-missing'
  | 'model-file-broken'
  | 'model-unsupported'
  | 'session-broken'
  | 'checksum-mismatch'
  | 'download-failed'
  | 'backend-unavailable'
  | 'device-lost'
  | 'out-of-memory'
  | 'layer-unknown'
  | 'class-unknown'
  | 'option-wrong'
  | 'output-unwritable'
  | 'results-broken'
  | 'results-other'
  | 'results-incomplete'
  | 'internal';

/**
 * An error meant to be read by a person: its message is one whole sentence that says what happened, to which file, and what to do.
 * Everything that can be foreseen is thrown as one of these; anything else is a bug and is shown as `internal`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** The error as an AppError: itself if it is one, else `internal` with its own message inside a sentence. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new AppError('internal', `Something unforeseen went wrong (${detail}).`, { cause: error });
}
