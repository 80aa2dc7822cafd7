/** How the program ends: scripts branch on these numbers. They are a promise (docs/command-line.md). */
import { type AppError, asAppError, type ErrorCode } from '../core/app-error.ts';

interface ExitCode {
  readonly code: number;
  readonly when: string;
}

export const EXIT_CODES = {
  done: { code: 0, when: 'all was done' },
  unforeseen: { code: 1, when: 'something unforeseen went wrong' },
  usage: { code: 2, when: 'the command makes no sense' },
  model: { code: 3, when: 'the model cannot be opened or run, or has no such layer or class' },
  images: { code: 4, when: 'there are no images, or their folder cannot be read' },
  some: { code: 5, when: 'all was done but for some images, whose lines in the results say why' },
  output: { code: 6, when: 'the results could not be written: the disk is full, or it may not be written to' },
  results: { code: 7, when: 'results that are there already do not fit, are damaged, or are not complete' },
  device: { code: 8, when: 'the backend that was asked for cannot be had, or was lost' },
  stopped: { code: 130, when: 'it was stopped (Ctrl+C); the same command goes on where it was' },
} as const satisfies Readonly<Record<string, ExitCode>>;

type ExitReason = keyof typeof EXIT_CODES;

const REASONS: Readonly<Record<ErrorCode, ExitReason>> = {
  'image-empty': 'images',
  'image-unreadable': 'images',
  'image-too-large': 'images',
  'model-file-missing': 'model',
  'model-file-broken': 'model',
  'model-unsupported': 'model',
  'session-broken': 'results',
  'checksum-mismatch': 'model',
  'download-failed': 'model',
  'backend-unavailable': 'device',
  'device-lost': 'device',
  'out-of-memory': 'device',
  'layer-unknown': 'model',
  'class-unknown': 'model',
  'option-wrong': 'usage',
  'output-unwritable': 'output',
  'results-broken': 'results',
  'results-other': 'results',
  'results-incomplete': 'results',
  internal: 'unforeseen',
};

function exitReasonOf({ code }: Pick<AppError, 'code'>): ExitReason {
  return REASONS[code];
}

/** Says in one sentence what went wrong. @returns the code to end with */
export function failed(error: unknown, say: (sentence: string) => void): number {
  const known = asAppError(error);
  say(known.message);
  return EXIT_CODES[exitReasonOf(known)].code;
}
