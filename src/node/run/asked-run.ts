/** What a person asks of a run, as far as that can be told without the network. */
import { availableParallelism } from 'node:os';
import { AppError } from '../../core/app-error.ts';
import { DEFAULT_MEMORY_MB } from '../../protocol/engine.ts';
import { askedOf } from '../../sets/command-line/flags.ts';
import type { Asked } from '../../sets/command-line/settings.ts';
import type { RunCommand, Shard } from '../../sets/results/run-record.ts';
import { type Arguments, isSaid, required, textOf, wholeNumber } from '../arguments.ts';

export interface AskedRun {
  readonly command: RunCommand;
  readonly images: readonly string[];
  readonly model: string;
  readonly out: string;
  readonly labels: string | null;
  readonly asked: Asked;
  readonly workers: number;
  /** The most memory for a batch, in bytes. */
  readonly budgetBytes: number;
  readonly shard: Shard | null;
  readonly isRetried: boolean;
  readonly isJson: boolean;
}

const MOST_WORKERS = 256;

function shardOf(given: Arguments): Shard | null {
  const text = textOf(given, 'shard');
  if (text === null) return null;
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new AppError('option-wrong', `--shard ${text} is no I/N, such as 1/4, with I from 1 to N.`);
}

/**
 * @param most workers that there may be
 * @throws AppError `option-wrong`
 */
export function askedRun(command: RunCommand, given: Arguments, most: number): AskedRun {
  if (given.positionals.length === 0)
    throw new AppError('option-wrong', 'Please name the images: files, folders, patterns, or - for a list on standard input.');
  const asked = askedOf(command, given.values);
  const workers = wholeNumber(given, 'workers', 1, MOST_WORKERS);
  // Workers of one GPU would only wait for each other.
  const usual = asked.backend === 'webgpu' ? 1 : availableParallelism();
  return {
    command,
    images: given.positionals,
    model: required(given, 'model'),
    out: required(given, 'out'),
    labels: textOf(given, 'labels'),
    asked,
    workers: Math.min(workers ?? usual, most),
    budgetBytes: (wholeNumber(given, 'memory', 4, 65_536) ?? DEFAULT_MEMORY_MB[asked.backend]) * 1e6,
    shard: shardOf(given),
    isRetried: isSaid(given, 'retry'),
    isJson: isSaid(given, 'json'),
  };
}
